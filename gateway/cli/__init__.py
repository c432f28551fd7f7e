"""The command line. Errors say what to do next; nothing here prints a visitor's data."""

from __future__ import annotations

import typer

from gateway.cli import (
    bench,
    demo,
    erase,
    geo,
    key,
    log,
    mail,
    notice,
    serve,
    share,
    stats,
    user,
    webhook,
)

app = typer.Typer(
    help="A consent and web-analytics gateway.", no_args_is_help=True, add_completion=False
)
for command in (serve.serve, serve.check, log.verify, log.export, erase.erase, stats.stats):
    app.command()(command)
for name, group in {
    "notice": notice.app,
    "webhook": webhook.app,
    "mail": mail.app,
    "user": user.app,
    "key": key.app,
    "share": share.app,
    "geo": geo.app,
    "demo": demo.app,
    "bench": bench.app,
}.items():
    app.add_typer(group, name=name)
