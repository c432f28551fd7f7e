"""`gateway bench`: how fast this gateway is on this machine, beside something bare."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gateway import config as configuration
from gateway.bench import choices, events, log, report, report_events, stats
from gateway.bench.settings import unlimited
from gateway.cli.start import DEFAULT, ConfigPath, told
from gateway.config import Config
from gateway.rules.publishing import publish_all
from gateway.rules.records import Notice
from gateway.web.release import script_digest

app = typer.Typer(help="Measure this gateway on this machine.", no_args_is_help=True)


@app.command("choices")
@told
def bench_choices(
    config: ConfigPath = DEFAULT,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long each load lasts.")] = 5,
    connections: Annotated[
        int, typer.Option(min=1, max=1_000, help="Visitors at once; 1, an eighth and 4 times too.")
    ] = 64,
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is repeated.")] = 3,
    records: Annotated[
        int, typer.Option(min=0, help="Length of the long log that is compared with.")
    ] = 500_000,
) -> None:
    """Measure how fast choices are recorded, beside bare uvicorn, and check that all were."""
    loaded = configuration.load(config)
    plan = choices.Plan(seconds, connections, rounds, records)
    with _folder() as folder:
        open_config = unlimited(config, folder)
        done = choices.measure(folder, open_config, loaded.sites, _notices(loaded), plan, _say)
    typer.echo(report.text(done))


@app.command("events")
@told
def bench_events(
    config: ConfigPath = DEFAULT,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long each load lasts.")] = 5,
    connections: Annotated[
        int, typer.Option(min=1, max=1_000, help="Readers at once; 1 and 4 times too.")
    ] = 64,
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is repeated.")] = 3,
    visitors: Annotated[
        int, typer.Option(min=1, help="How many consented, read pages and come back.")
    ] = 5_000,
    strangers: Annotated[
        int, typer.Option(min=1, help="How many consented and are seen for the first time.")
    ] = 200_000,
    growth: Annotated[
        int, typer.Option(min=1, help="Events of strangers over which memory is watched.")
    ] = 200_000,
    only: Annotated[
        list[events.Part] | None, typer.Option(help="Measure this part only; can be repeated.")
    ] = None,
    geo: Annotated[
        Path | None, typer.Option(help="Folder of geo databases; without it that of the data.")
    ] = None,
) -> None:
    """Measure how fast events are stored, beside bare uvicorn, and check that all were."""
    loaded = configuration.load(config)
    site = loaded.sites[0]
    plan = events.Plan(
        seconds, connections, rounds, visitors, strangers, growth, only or tuple(events.Part)
    )
    with _folder() as folder:
        open_config = unlimited(config, folder)
        done = events.measure(
            folder, open_config, site, _notices(loaded)[site.id], plan, geo or loaded.geo, _say
        )
    typer.echo(report_events.text(done))


@app.command("stats")
@told
def bench_stats(
    config: ConfigPath = DEFAULT,
    events: Annotated[int, typer.Option(min=1_000, help="Events of the year.")] = 10_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is asked.")] = 3,
) -> None:
    """Measure how fast a year's figures are read, beside DuckDB, and check that they are equal."""
    loaded = configuration.load(config)
    with _folder() as folder:
        done = stats.measure(folder, loaded.sites[0], events, rounds, _say)
    typer.echo(done.text())


@app.command("log")
@told
def bench_log(
    config: ConfigPath = DEFAULT,
    records: Annotated[int, typer.Option(min=1, help="How long the log is.")] = 1_000_000,
) -> None:
    """Make a long consent log and measure how fast it is verified, beside only reading it."""
    loaded = configuration.load(config)
    site = loaded.sites[0]
    with _folder() as folder:
        done = log.measure(folder, config, site, _notices(loaded)[site.id], records, _say)
    typer.echo(done.text())


def _notices(loaded: Config) -> dict[str, Notice]:
    return publish_all(loaded.sites, loaded.texts, script_digest(), int(time.time()))


@contextmanager
def _folder() -> Iterator[Path]:
    """Where data lies while it is measured. TMPDIR chooses the disk."""
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        yield Path(name)


def _say(what: str) -> None:
    typer.echo(f"{what} ...", err=True)
