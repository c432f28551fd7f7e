"""Made-up visitors of the demo, played through the real gate: the same choices, tokens, pipeline
and stores as a visitor meets, only the clock is passed in.

`play` goes day by day. What is drawn by lot comes from one seed; what is not, from tables.
"""

from __future__ import annotations

from gateway.rehearsal.play import VISITORS, play
from gateway.rehearsal.stage import Played, Stage, notices_over

__all__ = ["VISITORS", "Played", "Stage", "notices_over", "play"]
