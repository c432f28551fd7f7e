"""The configuration that is measured: the operator's own, but for limits that no load can reach."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

_LIMITS = re.compile(r"^\[limits\].*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
# Not 0, which would spare the gateway the look at its limits.
_OUT_OF_REACH = """
[limits]
events_per_network = 500_000
events_per_network_burst = 500_000
events_per_site = 1_000_000
events_per_site_burst = 1_000_000
choices_per_network = 500_000
choices_per_network_burst = 500_000
choices_per_site = 1_000_000
choices_per_site_burst = 1_000_000
"""


def unlimited(config: Path, folder: Path) -> Path:
    """A copy in `folder` of a configuration, with its sites and texts: the load comes from one
    machine, and would be limited as one visitor is."""
    home = folder / "config"
    home.mkdir()
    for name in ("sites", "texts"):
        if (config.parent / name).is_dir():
            shutil.copytree(config.parent / name, home / name)
    copy = home / config.name
    copy.write_text(_LIMITS.sub("", config.read_text("utf-8")) + _OUT_OF_REACH, "utf-8")
    return copy
