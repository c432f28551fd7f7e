"""django-tracking2: a Django middleware that writes every page view into the site's own database,
before the page is answered. It keeps full addresses, whole user agents, and asks nobody.

It is set up as its README says, on SQLite with a write-ahead log, one worker of gunicorn. Visitors
come back with their session, for making one would cost it more than counting does.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

from gateway.bench.peers.driver import Visit
from gateway.bench.process import BenchError, Server

_SESSIONS = 1_000
_SITE = """
import os
from pathlib import Path
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import re_path

SECRET_KEY = "only for a measurement"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "peersite"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "tracking",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracking.middleware.VisitorTrackingMiddleware",
]
DATABASES = {"default": {
    "ENGINE": "django.db.backends.sqlite3", "NAME": Path(__file__).parent / "peer.sqlite",
    "CONN_MAX_AGE": None, "OPTIONS": {"timeout": 30},
}}
TRACK_PAGEVIEWS = TRACK_REFERER = TRACK_QUERY_STRING = True
TRACK_IGNORE_URLS = [r"readyz|healthz"]
urlpatterns = [re_path("", lambda request: HttpResponse(b"", status=202))]
application = get_wsgi_application() if "PEER_SERVES" in os.environ else None
"""
_PREPARE = f"""
import django
django.setup()
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
call_command("migrate", verbosity=0)
connection.cursor().execute("PRAGMA journal_mode = WAL")
with transaction.atomic():
    for _ in range({_SESSIONS}):
        session = SessionStore()
        session["seen"] = True
        session.create()
        print(session.session_key)
"""


class Tracking2:
    """The driver."""

    name = "django-tracking2"
    wanted = b"202"

    def __init__(self, python: str | None = None) -> None:
        """`python` is the interpreter that has it, by default that in the environment."""
        self._python = os.environ.get("PEER_TRACKING2", "") if python is None else python
        self.sessions: list[str] = []
        """Of visitors who were here before; made by `start`."""

    def missing(self) -> str:
        """What it lacks to be measured here."""
        if not self._python:
            return "PEER_TRACKING2 names no Python that has it"
        asked = [self._python, "-c", "import django, gunicorn, tracking"]
        try:
            done = subprocess.run(asked, capture_output=True, check=False)  # noqa: S603 - as set
        except OSError as problem:
            return f"{self._python} does not run: {problem.strerror}"
        return "" if done.returncode == 0 else f"{self._python} has no django, gunicorn or tracking"

    def start(self, folder: Path, core: int | None) -> Server:
        """Make the database and the sessions."""
        (folder / "peersite.py").write_text(_SITE, "utf-8")
        known = {"DJANGO_SETTINGS_MODULE": "peersite", "PYTHONPATH": str(folder)}
        done = subprocess.run(  # noqa: S603 - as set
            [self._python, "-c", _PREPARE],
            capture_output=True,
            check=False,
            text=True,
            env={**os.environ, **known},
        )
        if done.returncode:
            raise BenchError(f"{self.name} could not be set up", hint=done.stderr[-2_000:])
        self.sessions = done.stdout.split()
        serve = ("-m", "gunicorn", "peersite", "--workers=1", "--worker-class=gthread")
        more = ("--threads=4", "--keep-alive=60", "--bind=127.0.0.1:{port}")
        return Server(
            self.name,
            (*serve, *more),
            folder,
            core,
            program=self._python,
            environment={**known, "PEER_SERVES": "1"},
        )

    def said(self, visits: Iterator[Visit]) -> Iterator[bytes]:
        """Pages that are asked for."""
        for visit, session in zip(visits, cycle(self.sessions), strict=False):
            yield (
                f"GET {visit.path} HTTP/1.1\r\nhost: peer.example\r\nuser-agent: {visit.agent}\r\n"
                f"accept-language: {visit.language}\r\nx-forwarded-for: {visit.address}\r\n"
                f"referer: {visit.referrer}\r\ncookie: sessionid={session}\r\n\r\n"
            ).encode()

    def stored(self, folder: Path) -> int:
        """Rows of page views."""
        path = folder / "peer.sqlite"
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            [(count,)] = db.execute("SELECT count(*) FROM tracking_pageview")
        return int(count)
