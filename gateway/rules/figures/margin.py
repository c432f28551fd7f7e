"""Which cells of a table may be shown beside its margins (P9).

A margin shows figures that its cells add up to. What it shows beyond the cells that are shown is a
remainder anybody can subtract: it may be nothing; else it is of several cells, and of as many
visitors as the threshold asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gateway.rules.figures.rows import first_of
from gateway.rules.figures.segment import Column, Mask, Places


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in cells: a visitor in each, and whether it may be counted in its cell at all."""

    cell: Places
    visitor: Column
    own: Mask
    ranks: Places  # of cells: 0 is the largest


@dataclass(frozen=True, slots=True)
class Margin:
    """Groups of cells, and which rows are part of what is shown of these groups."""

    of_row: Places
    of_cell: Places
    seen: Mask
    amount: int

    @classmethod
    def of(cls, groups: Column, seen: Mask, cell: Places, cells: int) -> Margin:
        """`groups` has a number for each row; rows of one cell are in one group."""
        different, of_row = np.unique(groups, return_inverse=True)
        of_cell = np.zeros(cells, np.intp)
        of_cell[cell] = of_row
        return cls(of_row, of_cell, seen, len(different))

    def giving_away(self, table: Table, fitting: Mask, threshold: int) -> Places:
        """The smallest shown cell of each group whose remainder tells too much."""
        hidden = np.bincount(self.of_cell[~fitting], minlength=self.amount)
        left = self.seen & ~(table.own & fitting[table.cell])
        group, who = self.of_row[left], table.visitor[left]
        several = np.bincount(group[first_of(group, who)], minlength=self.amount)
        tells = (hidden == 1) | ((several > 0) & (several < threshold))
        told = np.flatnonzero(fitting & tells[self.of_cell])
        last = np.full(self.amount, -1, np.intp)
        np.maximum.at(last, self.of_cell[told], table.ranks[told])
        smallest: Places = told[table.ranks[told] == last[self.of_cell[told]]]
        return smallest


def beside(table: Table, fitting: Mask, margins: Sequence[Margin], threshold: int) -> Mask:
    """Which of these cells can be shown beside all margins."""
    kept = fitting.copy()
    before = -1
    while before != (before := int(np.count_nonzero(kept))):
        for margin in margins:
            kept[margin.giving_away(table, kept, threshold)] = False
    return kept
