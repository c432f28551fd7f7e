"""What went wrong with a download, in words for the operator who asked for it."""

from __future__ import annotations

from gateway.errors import GatewayError


class GeoError(GatewayError):
    """A database could not be fetched. What was in use before is untouched."""


def broken(what: str) -> GeoError:
    return GeoError(what, hint="nothing was replaced; try again later, or take another --source")


def refused(status: int, host: str, *, signed: bool) -> GeoError:
    if signed and status in (401, 403):
        return GeoError(
            f"{host} refused the account id or the licence key ({status})",
            hint="check both on your account page; a new licence key needs some minutes",
        )
    if status == 429:
        return GeoError(
            f"{host} says that today's downloads are used up",
            hint="try again tomorrow; databases change twice a week at most",
        )
    return GeoError(f"{host} answered {status}", hint="try again later")
