"""The OpenAPI document against a running gateway: whatever is sent, what comes back is what the
document says."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode, checks

from gateway.rules import query, querynames, queryperiod
from gateway.rules.figures.filters import Operation
from gateway.web.pages import ASSETS
from tests.serving import Served

DOCUMENT: Mapping[str, Any] = json.loads((ASSETS / "schemas/openapi.json").read_text("utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
SETTINGS = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PATH = "/api/v2/query"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway with a day of visitors, and no limit for programs."""
    made = Served(tmp_path_factory.mktemp("openapi"))
    said = made.config.read_text("utf-8")
    made.config.write_text(said.replace("queries_per_key_hour = 600", "queries_per_key_hour = 0"))
    made.run("demo", "fill", "--days", "1", "--visitors", "50")
    with made:
        yield made


@pytest.fixture(scope="module")
def key(served: Served) -> str:
    """A key for its demo site."""
    return served.run("key", "add", "--site", "demo", "--name", "openapi").splitlines()[-1]


@pytest.fixture(scope="module")
def operation(served: Served, key: str) -> Any:
    """The question, as the served document describes it."""
    asked = {"site_id": "demo", "metrics": ["visitors"], "date_range": "7d"}
    with httpx.Client(base_url=served.base, headers={"authorization": f"Bearer {key}"}) as client:
        deadline = time.monotonic() + 20
        while client.post(PATH, json=asked).json()["results"][0]["metrics"] == [0]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    return schemathesis.openapi.from_url(f"{served.base}/api/openapi.json")[PATH]["POST"]


def test_every_question_of_the_document_is_answered_as_it_says(operation: Any, key: str) -> None:
    """Of the site the key is for: so most of them come to the figures."""
    answers: Counter[int] = Counter()

    @given(operation.as_strategy(GenerationMode.POSITIVE))
    @settings(SETTINGS, max_examples=100)
    def ask(case: Case[Any]) -> None:
        assert isinstance(case.body, dict)
        case.body = {**case.body, "site_id": "demo"}
        answer = case.call_and_validate(
            headers={"authorization": f"Bearer {key}"}, checks=CHECKS, verify=False
        )
        answers[answer.status_code] += 1

    ask()
    assert set(answers) <= {200, 400}
    assert answers[200] > 5


def test_what_the_document_does_not_allow_is_refused_as_it_says(operation: Any, key: str) -> None:
    @given(operation.as_strategy(GenerationMode.NEGATIVE))
    @settings(SETTINGS, max_examples=60)
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(
            headers={"authorization": f"Bearer {key}"},
            checks=[*CHECKS, checks.negative_data_rejection],
            verify=False,
        )

    ask()


def test_without_a_key_every_question_is_refused_as_the_document_says(operation: Any) -> None:
    @given(operation.as_strategy(GenerationMode.POSITIVE))
    @settings(SETTINGS, max_examples=20)
    def ask(case: Case[Any]) -> None:
        answer = case.call_and_validate(headers={"authorization": ""}, checks=CHECKS, verify=False)
        assert answer.status_code == 401

    ask()


def test_the_document_is_there_for_everybody(served: Served) -> None:
    answer = httpx.get(f"{served.base}/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == DOCUMENT


def test_the_document_names_what_the_code_knows() -> None:
    asked = SCHEMAS["Query"]["properties"]
    fields = dict.fromkeys(query.Asked.__struct_fields__)
    assert list(asked) == list(fields)
    assert SCHEMAS["Metric"]["enum"] == list(querynames.METRICS)
    named, _ = SCHEMAS["Dimension"]["anyOf"]
    known = {*querynames.TIMES, *querynames.DIMENSIONS, querynames.GOAL}
    assert set(named["enum"]) == known
    operators, filtered, *_ = SCHEMAS["Comparison"]["prefixItems"]
    assert operators["enum"] == list(get_args(Operation))
    named, _ = filtered["anyOf"]
    assert set(named["enum"]) == {*querynames.DIMENSIONS} - {querynames.COUNTRY_NAME}
    assert asked["date_range"]["anyOf"][0]["enum"] == list(queryperiod.RANGES)
    for name, shape in {"include": query.Include, "pagination": query.Pagination}.items():
        assert set(asked[name]["properties"]) == set(shape.__struct_fields__)
    assert asked["pagination"]["properties"]["limit"]["maximum"] == query.MOST_ROWS
