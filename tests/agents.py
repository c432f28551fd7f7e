"""User-agent strings as real browsers send them, with the class each belongs to."""

from __future__ import annotations

_MOZILLA = "Mozilla/5.0"
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_WINDOWS = "(Windows NT 10.0; Win64; x64)"
_MAC = "(Macintosh; Intel Mac OS X 10_15_7)"
_IPHONE = "(iPhone; CPU iPhone OS 18_6_2 like Mac OS X)"
_PIXEL = "(Linux; Android 16; Pixel 9)"
_GALAXY = "(Linux; Android 15; SM-S928B)"

AGENTS: tuple[tuple[str, str], ...] = (
    (f"{_MOZILLA} {_WINDOWS} {_WEBKIT} Chrome/142.0.0.0 Safari/537.36", "desktop"),
    (f"{_MOZILLA} {_WINDOWS} {_WEBKIT} Chrome/141.0.7390.123 Safari/537.36", "desktop"),
    (
        f"{_MOZILLA} {_WINDOWS} {_WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        "desktop",
    ),
    (f"{_MOZILLA} {_WINDOWS} {_WEBKIT} Chrome/138.0.0.0 Safari/537.36 OPR/122.0.0.0", "desktop"),
    (f"{_MOZILLA} (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "desktop"),
    (f"{_MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "desktop"),
    (f"{_MOZILLA} (X11; Ubuntu; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "desktop"),
    (
        f"{_MOZILLA} (X11; CrOS x86_64 14541.0.0) {_WEBKIT} Chrome/141.0.0.0 Safari/537.36",
        "desktop",
    ),
    (f"{_MOZILLA} {_MAC} {_SAFARI} Version/18.6 Safari/605.1.15", "desktop"),
    (f"{_MOZILLA} {_MAC} {_SAFARI} Version/17.4.1 Safari/605.1.15", "desktop"),
    (f"{_MOZILLA} {_MAC} {_WEBKIT} Chrome/142.0.0.0 Safari/537.36", "desktop"),
    (f"{_MOZILLA} {_IPHONE} {_SAFARI} Version/18.6 Mobile/15E148 Safari/604.1", "phone"),
    (f"{_MOZILLA} {_IPHONE} {_SAFARI} CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1", "phone"),
    (f"{_MOZILLA} {_IPHONE} {_SAFARI} FxiOS/144.2 Mobile/15E148 Safari/605.1.15", "phone"),
    (f"{_MOZILLA} {_PIXEL} {_WEBKIT} Chrome/142.0.7444.102 Mobile Safari/537.36", "phone"),
    (f"{_MOZILLA} {_GALAXY} {_WEBKIT} Chrome/141.0.0.0 Mobile Safari/537.36", "phone"),
    (
        f"{_MOZILLA} {_GALAXY} {_WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
        "phone",
    ),
    (f"{_MOZILLA} (Linux; Android 10; K) {_WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36", "phone"),
    (f"{_MOZILLA} (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0", "phone"),
    (
        f"{_MOZILLA} (iPad; CPU OS 17_7 like Mac OS X) {_SAFARI} Version/17.7 Mobile/15E148 "
        "Safari/604.1",
        "tablet",
    ),
    (f"{_MOZILLA} (Linux; Android 14; SM-X710) {_WEBKIT} Chrome/141.0.0.0 Safari/537.36", "tablet"),
)
