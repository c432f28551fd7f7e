"""Downloads one file over HTTP: bounded, checked for its length, the key kept to its addressee."""

from __future__ import annotations

import base64
import http.client
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from gateway.geo.archive import copy
from gateway.geo.problems import GeoError, broken, refused

_TIMEOUT = 30  # seconds without a byte
_UNREACHED = (
    urllib.error.URLError,
    http.client.HTTPException,
    TimeoutError,
    ConnectionError,
    ssl.SSLError,
)


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect from https to anything else."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.type == "https" and not newurl.startswith("https://"):
            fp.close()
            raise GeoError(
                f"{req.host} sends us to an address without encryption",
                hint="check the proxy settings of this machine",
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(url: str, target: Path, secret: str | None = None) -> bool:
    """Write what `url` answers to `target`; False when there is no such file."""
    request = urllib.request.Request(url)  # noqa: S310  # ours or the operator's
    if secret is not None:
        # Unredirected: MaxMind sends us on to a storage provider, who must not see the key.
        token = base64.b64encode(secret.encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {token}")
    try:
        opener = urllib.request.build_opener(_SafeRedirects)
        with opener.open(request, timeout=_TIMEOUT) as answer:
            size = answer.headers.get("Content-Length")
            with target.open("wb") as file:
                got = copy(answer.read, file)
            if size is not None and size.isdigit() and got != int(size):
                raise broken(f"the download stopped after {got} of {size} bytes")
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 404:
                return False
            raise refused(error.code, request.host, signed=secret is not None) from None
    except _UNREACHED as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        raise GeoError(
            f"{request.host} could not be reached: {reason}",
            hint="check the network and the https_proxy setting, or copy the files there by hand",
        ) from None
    return True
