"""A consent as the record of ISO/IEC TS 27560:2023: header, processing, parties, events.

Made from the notice that was shown and from the log, never from today's configuration: an
unchanged consent always gives the same document. What each field means stands in
`web/assets/schemas/consent-record.schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.rules.moment import iso
from gateway.rules.records import Choice, ConsentRecord, ConsentState

VERSION = "27560-2023/1"
"""The version of both schemas, of the record and of the receipt."""

NOT_STATED = "not stated"
"""What a mandatory field says that the notice does not know."""

_DAY = 86_400

_EVENT_TYPES = {
    ConsentState.GIVEN: "explicit",
    ConsentState.REFUSED: "refusal",
    ConsentState.WITHDRAWN: "withdrawal",
    ConsentState.EXPIRED: "expiry",
    ConsentState.INVALIDATED: "invalidation",
}

_WORDS: Mapping[str, Mapping[str, Any]] = {
    "nl": {
        "collected": "door de website, in de browser, pas na deze keuze",
        "processed": "automatisch",
        "withdraw": "op elke pagina van de website met de knop voor cookievoorkeuren, of met de "
        "code van dit bewijs op dit adres",
        "rights": [
            "inzage (AVG art. 15)",
            "rectificatie (AVG art. 16)",
            "wissing (AVG art. 17)",
            "beperking (AVG art. 18)",
            "overdraagbaarheid (AVG art. 20)",
            "intrekken van toestemming (AVG art. 7 lid 3)",
            "klacht bij de toezichthouder (AVG art. 77)",
        ],
        "unspecified": "niet nader genoemd",
        # What `Event` holds: docs/privacy.md tells the same.
        "analytics": [
            "bekeken pagina’s en wat daar gebeurt, zonder zoekopdrachten",
            "datum en tijd, op de minuut",
            "netwerk (ingekort adres) en naam van de eigenaar van het netwerk",
            "land en regio",
            "browser, systeem, soort apparaat en scherm, taal",
            "website waar het bezoek vandaan kwam, kanaal en campagne",
            "kenmerk om een terugkerend bezoek te herkennen, per site anders",
        ],
    },
    "en": {
        "collected": "by the website, in the browser, only after this choice",
        "processed": "automatically",
        "withdraw": "on every page of the website with the button for cookie preferences, or with "
        "the code of this receipt at this address",
        "rights": [
            "access (GDPR Art. 15)",
            "rectification (GDPR Art. 16)",
            "erasure (GDPR Art. 17)",
            "restriction (GDPR Art. 18)",
            "portability (GDPR Art. 20)",
            "withdrawal of consent (GDPR Art. 7(3))",
            "complaint to the authority (GDPR Art. 77)",
        ],
        "unspecified": "unspecified",
        "analytics": [
            "pages viewed and what happens on them, without search queries",
            "date and time, to the minute",
            "network (address cut) and name of the network's owner",
            "country and region",
            "browser, system, kind of device and screen, language",
            "website the visit came from, channel and campaign",
            "mark to recognise a returning visit, another one for each site",
        ],
    },
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where to read on: absolute addresses."""

    notice: str  # the notice that was shown
    statement: str  # the site's privacy statement
    receipts: str  # where a code can be typed
    log: str  # the published heads and keys


def document(
    records: Sequence[ConsentRecord], content: Mapping[str, Any], at: Addresses
) -> dict[str, object]:
    """The record of one consent: `records` are all its log records, oldest first and at least
    one; `content` is that of the notice the last of them names."""
    return {
        "header": {
            "schema_version": VERSION,
            "record_id": records[0].digest,
            "pii_principal_id": records[-1].choice.consent_id,
        },
        "pii_processing": _processing(records[-1].choice, content, at),
        "parties": _parties(content),
        "events": [event_of(record.choice, record.seq) for record in records],
    }


def event_of(choice: Choice, seq: int) -> dict[str, object]:
    """What happened at one record of the log, in the words of the standard and in ours."""
    by_visitor = choice.method != "timer"
    return {
        "event_time": iso(choice.time),
        "validity_duration": _duration(choice.valid_until - choice.time),
        "valid_until": iso(choice.valid_until),
        "entity_id": choice.consent_id if by_visitor else _controller(0),
        "event_type": _EVENT_TYPES[choice.state],
        "event_state": choice.state.value,
        "consented": dict(choice.choices),
        "privacy_notice_id": choice.notice,
        "language": choice.language,
        "seq": seq,
        "action": choice.action,
        "layer": choice.layer,
        "method": choice.method,
    }


def kinds(purpose: Mapping[str, Any], language: str) -> list[str]:
    """The kinds of data a purpose is about, as the owner or, for measuring, we ourselves name
    them; in English where we have no words in the language."""
    if named := purpose["texts"][language].get("data"):
        return list(named)
    words = _words(language)
    return list(words["analytics"] if purpose["id"] == "analytics" else [words["unspecified"]])


def asked(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The purposes consent was asked for, in the order they were shown."""
    return [purpose for purpose in content["purposes"] if purpose["basis"] == "consent"]


def _processing(last: Choice, content: Mapping[str, Any], at: Addresses) -> dict[str, object]:
    words = _words(last.language)
    return {
        "privacy_notice": at.notice,
        "privacy_notice_id": last.notice,
        "privacy_statement": at.statement,
        "language": last.language,
        "purposes": [_purpose(purpose, last, content) for purpose in asked(content)],
        "jurisdiction": last.jurisdiction,
        "collection_method": words["collected"],
        "processing_method": words["processed"],
        "withdrawal_method": {"url": at.receipts, "description": words["withdraw"]},
        "privacy_rights": list(words["rights"]),
        "authority_party": "authority",
    }


def _purpose(
    purpose: Mapping[str, Any], last: Choice, content: Mapping[str, Any]
) -> dict[str, object]:
    text = purpose["texts"][last.language]
    # Notices from before it could be said do not say where data is stored.
    stored = content.get("storage") or [content["jurisdiction"]]
    abroad = {recipient["country"] for recipient in purpose["recipients"]}
    everyone = _recipients(content)
    return {
        "purpose_id": purpose["id"],
        "purpose": text["name"],
        "purpose_description": text["description"],
        "lawful_basis": purpose["basis"],
        "consented": last.choices.get(purpose["id"], False),
        "pii_information": [{"pii_type": kind} for kind in kinds(purpose, last.language)],
        "pii_controllers": [_controller(place) for place in range(len(content["controllers"]))],
        "recipient_third_parties": [
            _recipient(everyone.index(_of(recipient))) for recipient in purpose["recipients"]
        ],
        "storage_locations": list(stored),
        "processing_locations": sorted({*stored, *abroad}),
        "retention_period": f"P{purpose['retention_days']}D",
    }


def _parties(content: Mapping[str, Any]) -> list[dict[str, object]]:
    controllers = [
        _party(_controller(place), one["name"], "pii_controller", one["address"], one["contact"])
        for place, one in enumerate(content["controllers"])
    ]
    recipients = [
        {**_party(_recipient(place), name, "third_party"), "party_country": country}
        for place, (name, country) in enumerate(_recipients(content))
    ]
    authority = content["authority"]
    supervisor = _party("authority", authority["name"], "authority", contact=authority["url"])
    return [*controllers, *recipients, supervisor]


def _party(
    party_id: str, name: str, role: str, address: str = NOT_STATED, contact: str = NOT_STATED
) -> dict[str, object]:
    return {
        "party_id": party_id,
        "party_name": name,
        "party_address": address,
        "party_contact": contact,
        "party_type": "organisation",
        "party_role": role,
    }


def _recipients(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every recipient of a purpose that was asked for, once."""
    named = [_of(one) for purpose in asked(content) for one in purpose["recipients"]]
    return list(dict.fromkeys(named))


def _of(recipient: Mapping[str, str]) -> tuple[str, str]:
    return recipient["name"], recipient["country"]


def _controller(place: int) -> str:
    return f"controller-{place + 1}"


def _recipient(place: int) -> str:
    return f"recipient-{place + 1}"


def _duration(seconds: int) -> str:
    """As ISO 8601 writes it: "P181D"; "P0D" when the time was over already."""
    days, rest = divmod(max(seconds, 0), _DAY)
    return f"P{days}D" + (f"T{rest}S" if rest else "")


def _words(language: str) -> Mapping[str, Any]:
    return _WORDS.get(language, _WORDS["en"])
