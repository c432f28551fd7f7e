"""The command line. Errors say what to do next; nothing here prints a visitor's data."""

from __future__ import annotations

import typer

from gateway.cli import demo, erase, geo, log, serve, user

app = typer.Typer(
    help="A consent and web-analytics gateway.", no_args_is_help=True, add_completion=False
)
for command in (serve.serve, serve.check, log.verify, erase.erase):
    app.command()(command)
for name, group in (("user", user.app), ("geo", geo.app), ("demo", demo.app)):
    app.add_typer(group, name=name)
