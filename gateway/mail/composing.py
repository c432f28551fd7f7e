"""A summary as a message, plain and in HTML with the same figures. Nothing in it is fetched from
anywhere, and its one link leads to the dashboard."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from textwrap import wrap

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from gateway.mail.summary import Row, Summary, Table
from gateway.mail.wording import Wording
from gateway.rules.mailbox import domain_of, one_line
from gateway.rules.summary import subject

_WIDTH = 72
_LABEL = 44

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, and where the dashboard is. `credits` are licence lines of geo databases."""

    sender: str
    public_url: str
    credits: Sequence[str] = ()


def message(
    summary: Summary, language: str, to: Sequence[str], envelope: Envelope, now: int
) -> EmailMessage:
    """All of it. Raises ValueError for an address that is none."""
    wording = Wording(language)
    site = wording.site(summary.site)
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(site, addr_spec=envelope.sender)
    made["To"] = [Address(addr_spec=one) for one in to]
    period = wording.period(summary.every, summary.span)
    made["Subject"] = subject(wording.words["mail"]["subject"], site, period)
    made["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    made["Message-ID"] = f"<{secrets.token_hex(16)}@{domain_of(envelope.sender)}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer "I am on holiday"
    made["Content-Language"] = language
    made.set_content(plain(summary, language, envelope), cte="quoted-printable")
    made.add_alternative(html(summary, language, envelope), "html", cte="quoted-printable")
    return made


def html(summary: Summary, language: str, envelope: Envelope) -> str:
    """The part with a look."""
    wording = Wording(language)
    return _TEMPLATES.get_template("summary.html").render(
        summary=summary,
        language=language,
        t=wording.words,
        say=wording,
        site=wording.site(summary.site),
        link=_link(summary, language, envelope),
        consent=tuple(_consent(summary, wording)),
        counted=_counted(summary, wording),
        notes=(*wording.notes(summary), *_about(summary, wording, envelope)),
    )


def plain(summary: Summary, language: str, envelope: Envelope) -> str:
    """The part in plain text."""
    return "\n".join(_lines(summary, Wording(language), envelope)) + "\n"


def _lines(summary: Summary, wording: Wording, envelope: Envelope) -> Iterator[str]:
    t = wording.words
    yield from (wording.site(summary.site), t["mail"][f"{summary.every}_title"])
    versus = wording.period(summary.every, summary.earlier)
    yield f"{wording.days(summary.span)}, {t['mail']['versus'].format(period=versus)}"
    yield ""
    for one in summary.measures if summary.tables else ():
        change = f"({wording.change(one)})"
        yield f"{t['figures'][one.name]:<28}{wording.value(one):>12}  {change}"
    if not summary.tables:
        nothing = t["mail"]["nothing"].format(threshold=summary.site.threshold)
        yield from wrap(nothing, _WIDTH)
    for table in summary.tables:
        yield from ("", t["panels"][table.dimension].upper())
        yield from _rows(table, wording)
    yield from ("", t["consent"]["title"].upper())
    for name, value in _consent(summary, wording):
        yield f"{name:<{_LABEL}}{value:>10}"
    yield from wrap(_counted(summary, wording), _WIDTH)
    yield from ("", f"{t['mail']['open']}:", _link(summary, wording.language, envelope), "", "-- ")
    for note in (*wording.notes(summary), *_about(summary, wording, envelope)):
        yield from wrap(note, _WIDTH)


def _rows(table: Table, wording: Wording) -> Iterator[str]:
    panels = wording.words["panels"]

    def line(label: str, row: Row) -> str:
        # A long path moves its figures to the next line, whole as it is.
        gap = f"\n{'':<{_LABEL}}" if len(label) >= _LABEL else ""
        share = wording.percent(row.share)
        return f"{label:<{_LABEL}}{gap}{wording.number(row.visitors):>10}{share:>8}"

    for row in table.rows:
        yield line(wording.label(table.dimension, row.text), row)
    if table.other is not None:
        yield line(panels["other"], table.other)
    if not table.rows and table.other is None:
        yield panels["panel_empty"]


def _consent(summary: Summary, wording: Wording) -> Iterator[tuple[str, str]]:
    t, counts = wording.words["consent"], summary.consent
    hidden = wording.words["figures"]["hidden"]
    for name, count in (
        ("shown", counts.shown),
        ("accepted", counts.accepted),
        ("refused", counts.refused),
    ):
        yield t[name], hidden if count is None else wording.number(count)
    rate = counts.acceptance
    yield t["acceptance_rate"], hidden if rate is None else wording.percent(rate)


def _counted(summary: Summary, wording: Wording) -> str:
    t = wording.words["consent"]
    if summary.counted is None:
        return t["days_none"]
    return t["days"].format(period=wording.days(summary.counted))


def _about(summary: Summary, wording: Wording, envelope: Envelope) -> Sequence[str]:
    why = wording.words["notes"]["why"].format(site=wording.site(summary.site))
    return (*(one_line(credit) for credit in envelope.credits), why)


def _link(summary: Summary, language: str, envelope: Envelope) -> str:
    base = envelope.public_url.rstrip("/")
    days = f"from={summary.span.first}&to={summary.span.last}"
    return f"{base}/dashboard/{summary.site.id}?{days}&language={language}"
