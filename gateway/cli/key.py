"""`gateway key`: the keys the gateway signs with."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway import config as configuration
from gateway import keys
from gateway.cli.start import DEFAULT, ConfigPath, told
from gateway.errors import GatewayError

app = typer.Typer(help="The keys the gateway signs with.", no_args_is_help=True)

_ROTATE = {"heads": keys.rotate_seals, "tokens": keys.rotate_tokens}


@app.command("rotate")
@told
def rotate(
    what: Annotated[str, typer.Argument(help="heads (of the consent log) or tokens.")],
    config: ConfigPath = DEFAULT,
) -> None:
    """Make a new signing key. What older ones signed still holds."""
    loaded = configuration.load(config)
    if what not in _ROTATE:
        raise GatewayError(f"there are no keys of {what!r}", hint="use heads or tokens")
    _ROTATE[what](loaded.data)
    typer.echo(
        f"A new key will sign {what} from the next start on. Running workers know it within ten"
        " seconds: restart them after that, one by one."
    )
    if what == "heads":
        typer.echo("Its public half then stands at /SITE/log, beside those of older keys.")
