"""The exceptions of the gateway. Expected refusals are values (`rules.records.Drop`), not errors.

GatewayError            something only a person can mend; `hint` says how
├── ConfigError         a file under config/ says something we cannot run with
├── StoreError          the database cannot be opened, migrated or written
├── BusyError           the queue is full or the database is locked: try again later
├── ExportError         a file that cannot be written, or is no genuine export (`upkeep.lines`)
├── LedgerError         the consent log does not add up
├── NoticeError         a notice would steer or mislead its readers
├── GeoError            a geo database cannot be fetched or read (in `gateway.geo`)
└── ChoiceError         a choice does not fit the notice it names (becomes problem+json)
"""

from __future__ import annotations


class GatewayError(Exception):
    """A plain sentence about what is wrong, and a `hint` that says what to do next."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(GatewayError):
    """A configuration value that cannot be used; names file, key, value and what was wanted."""

    def __init__(self, file: str, key: str, value: object, wanted: str) -> None:
        said = "is missing" if value is MISSING else f"is {value!r}"
        super().__init__(f"{file}: {key} {said}; wanted {wanted}", hint=f"edit {key} in {file}")
        self.file, self.key, self.value, self.wanted = file, key, value, wanted


class StoreError(GatewayError):
    """The database refuses: it cannot be opened, is of another version or cannot be written."""


class BusyError(GatewayError):
    """Nothing was stored and nothing was acknowledged; the same request may succeed later."""

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message, hint=f"try again in {retry_after} s")
        self.retry_after = retry_after


class LedgerError(GatewayError):
    """The consent log is broken at `seq`: a record was changed, removed, inserted or moved."""

    def __init__(self, site: str, seq: int, message: str) -> None:
        super().__init__(
            f"consent log of {site!r}, record {seq}: {message}",
            hint="keep the database file as it is and compare it with a backup",
        )
        self.site, self.seq = site, seq


class NoticeError(GatewayError):
    """A notice that breaks a rule of the regulators, and so is not published."""


class ChoiceError(GatewayError):
    """A choice that cannot be recorded. `status` is the HTTP status it is answered with."""

    def __init__(self, message: str, *, hint: str, status: int = 400) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()
