"""The benchmark of figures, short: every answer of the dashboard is what DuckDB counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.bench import stats
from gateway.cli import app
from gateway.errors import GatewayError


def test_figures_are_measured_and_equal_to_those_of_duckdb(config_folder: Path) -> None:
    said = CliRunner().invoke(
        app,
        ["bench", "stats", "--config", str(config_folder / "gateway.toml")]
        + ["--events", "20000", "--rounds", "1"],
    )
    assert said.exit_code == 0, said.output
    assert "answers were compared, and all are the same" in said.output
    for question in stats.QUESTIONS:
        assert f"| {question.name} " in said.output
    assert "bytes an event on disk" in said.output


def test_an_answer_that_is_not_the_same_voids_the_figures() -> None:
    question = stats.QUESTIONS[0]
    assert stats._compare(question, {"page": [(1, 1, 2)]}, {"page": {7: (1, 1, 2)}}) == 1
    with pytest.raises(GatewayError, match="page of 30 days is not what DuckDB counts"):
        stats._compare(question, {"page": [(1, 1, 2)]}, {"page": {7: (1, 1, 3)}})
