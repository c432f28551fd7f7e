"""`[limits]`: how much a network and a site may ask for, and how many workers share it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway import config as configuration
from gateway.config import Config
from gateway.rules.bucket import Allowance, Rate
from tests.test_config import MAIN, change, refused

_HALF = [
    # limit of a site, and the limits of a network that are too high and just right under it
    ("events_per_site = 20_000", "events_per_network", 10_001, 10_000),
    ("events_per_site_burst = 40_000", "events_per_network_burst", 20_001, 20_000),
    ("choices_per_site = 2_000", "choices_per_network", 1_001, 1_000),
    ("choices_per_site_burst = 4_000", "choices_per_network_burst", 2_001, 2_000),
]


@pytest.mark.parametrize(
    ("site", "key", "too_many", "enough"), _HALF, ids=[k for _, k, _, _ in _HALF]
)
def test_no_network_is_given_more_than_half_of_what_its_site_has(
    config_folder: Path, site: str, key: str, too_many: int, enough: int
) -> None:
    """Else one flood keeps everybody from choosing."""
    change(config_folder, MAIN, rf"^{key} = .*", f"{key} = {too_many}")
    problem = refused(config_folder)
    assert (problem.key, problem.value) == (f"limits.{key}", too_many)
    assert f"half of limits.{site.partition(' ')[0]}" in problem.wanted
    change(config_folder, MAIN, rf"^{key} = .*", f"{key} = {enough}")
    configuration.load(config_folder / MAIN)


@pytest.mark.parametrize("off", ["network", "site"])
def test_a_limit_that_is_off_is_compared_with_none(config_folder: Path, off: str) -> None:
    change(
        config_folder, MAIN, "^choices_per_network_burst = .*", "choices_per_network_burst = 9999"
    )
    assert refused(config_folder).key == "limits.choices_per_network_burst"
    change(config_folder, MAIN, f"^choices_per_{off} = .*", f"choices_per_{off} = 0")
    loaded = configuration.load(config_folder / MAIN)
    assert getattr(loaded.choices, off).per_second == 0


def test_limits_are_read_as_they_are_written(config: Config) -> None:
    assert config.events == Allowance(Rate(100, 1_000), Rate(20_000, 40_000))
    assert config.choices == Allowance(Rate(20, 400), Rate(2_000, 4_000))


def test_workers_know_from_the_environment_how_many_they_are(
    config_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for told, workers in (("4", 4), ("1", 1), ("", 1)):
        monkeypatch.setenv("GATEWAY_WORKERS", told)
        assert configuration.load(config_folder / MAIN).workers == workers
    monkeypatch.delenv("GATEWAY_WORKERS")
    assert configuration.load(config_folder / MAIN).workers == 1


@pytest.mark.parametrize("told", ["0", "-1", "many", "1.5"])
def test_a_number_of_workers_that_is_none_is_refused(
    config_folder: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv("GATEWAY_WORKERS", told)
    problem = refused(config_folder)
    assert (problem.file, problem.key, problem.value) == (
        "the environment",
        "GATEWAY_WORKERS",
        told,
    )
