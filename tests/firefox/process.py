"""Debian's Firefox as its own process, with a profile of its own and without a screen."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

_START_SECONDS = 60.0
_END_SECONDS = 15.0
_NAMES = ("firefox-esr", "firefox")

# Only what the tested pages ask for may leave. What Firefox itself would fetch goes to a proxy that
# is not there (loopback takes none). A driven Firefox is quiet about most things by itself; with
# the rest of these it opened no connection in 45 seconds, without them 160.
_QUIET: dict[str, bool | int | str] = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,",  # heeded only with the variable below
    "toolkit.telemetry.server": "data:,",
}
_SURROUNDINGS = {"MOZ_CRASHREPORTER_DISABLE": "1", "MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}


class Firefox:
    """Started by being made; `end` it. `address` is where it listens for WebDriver BiDi."""

    def __init__(self, folder: Path) -> None:
        path = next(filter(None, map(shutil.which, _NAMES)), None)
        assert path, "no Firefox: scripts/test installs Debian's, or install firefox-esr"
        self._profile = folder / "profile"
        self._profile.mkdir()
        lines = (f'user_pref("{name}", {json.dumps(value)});' for name, value in _QUIET.items())
        (self._profile / "user.js").write_text("\n".join(lines), "utf-8")
        self._said = folder / "firefox.log"
        with self._said.open("wb") as log:
            self._process = subprocess.Popen(
                [path, "--headless", "--no-remote", "--profile", str(self._profile)]
                + ["--remote-debugging-port=0", "about:blank"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Its content processes are in this session too, and so can be ended with it.
                start_new_session=True,
                env={**os.environ, **_SURROUNDINGS, "HOME": str(folder)},
            )
        try:
            self.address = self._listening()
        except BaseException:
            self.end(0)
            raise

    def end(self, patience: float = _END_SECONDS) -> None:
        """Wait until it and its processes have gone, as `browser.close` tells it to; else kill."""
        deadline = time.monotonic() + patience
        while self._is_there() and time.monotonic() < deadline:
            time.sleep(0.05)
        if self._is_there():
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_END_SECONDS)
        shutil.rmtree(self._profile, ignore_errors=True)  # 20 MB that pytest would keep

    def _listening(self) -> str:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            said = self._said.read_text("utf-8", errors="replace")
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)\n", said):
                return found[1]
            time.sleep(0.05)
        raise RuntimeError(f"Firefox did not start:\n{self._said.read_text(errors='replace')}")

    def _is_there(self) -> bool:
        """Whether the browser or one of the processes it started still runs."""
        self._process.poll()
        try:
            os.killpg(self._process.pid, 0)
        except ProcessLookupError:
            return False
        return True
