"""What is counted in a process, and what of it is told."""

from __future__ import annotations

from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from gateway.metrics import Metrics
from gateway.workershare import Share


def _told(text: bytes) -> dict[str, float]:
    """Series -> value: `gateway_commit_events_bucket le=5.0`."""
    return {
        " ".join([sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))]): (
            sample.value
        )
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_events_are_those_of_the_account_book() -> None:
    told = _told(Metrics().text({"demo": {"kept": 3, "bot": 2}, "veldkamp": {"expired": 1}}))
    assert told["gateway_events_total outcome=kept site=demo"] == 3
    assert told["gateway_events_total outcome=bot site=demo"] == 2
    assert told["gateway_events_received_total site=demo"] == 5
    assert told["gateway_events_received_total site=veldkamp"] == 1


def test_a_commit_is_told_by_its_size_and_its_time() -> None:
    metrics = Metrics()
    metrics.batch(1, 1, 0.0004)
    metrics.batch(250, 40, 0.03)
    told = _told(metrics.text())
    assert told["gateway_commit_events_bucket le=1.0"] == 1
    assert told["gateway_commit_events_bucket le=200.0"] == 1
    assert told["gateway_commit_events_bucket le=500.0"] == 2
    assert told["gateway_commit_events_sum"] == 251
    assert told["gateway_commit_requests_count"] == 2
    assert told["gateway_commit_requests_sum"] == 41
    assert told["gateway_commit_seconds_bucket le=0.0005"] == 1
    assert told["gateway_commit_seconds_sum"] == 0.0304


def test_an_answer_is_in_the_bucket_of_its_time_and_all_above() -> None:
    """A bound is part of its bucket; what is slower than the last is in none but +Inf."""
    metrics = Metrics()
    for seconds in (0.001, 0.0011, 60):
        metrics.answered(seconds)
    told = _told(metrics.text())
    counts = {bound: told[f"gateway_request_seconds_bucket le={bound}"] for bound in
              ("0.0005", "0.001", "0.0025", "5.0", "+Inf")}  # fmt: skip
    assert list(counts.values()) == [0, 1, 2, 2, 3]


def test_refused_requests_are_told_by_reason() -> None:
    metrics = Metrics()
    metrics.refused("busy")
    metrics.refused("busy")
    metrics.refused("too_large")
    told = _told(metrics.text())
    assert told["gateway_refused_requests_total reason=busy"] == 2
    assert told["gateway_refused_requests_total reason=too_large"] == 1


def test_nothing_says_when_it_was_begun() -> None:
    """It would be the moment of a site's first refusal."""
    metrics = Metrics()
    metrics.consent("demo", "refused")
    metrics.answered(0.1)
    assert b"_created" not in metrics.text({"demo": {"no_consent": 1}})


async def test_all_workers_together_are_told_by_each(tmp_path: Path) -> None:
    one, two = (Metrics(Share(tmp_path, number, "4711")) for number in (1, 2))
    for metrics, waiting in ((one, 4), (two, 5)):
        metrics.answered(0.002)
        metrics.consent("demo", "accepted")
        metrics.aggregated(3)
        metrics.watch_queue(lambda waiting=waiting: waiting)  # type: ignore[misc]
        await metrics.tell()
    assert one.text() == two.text()
    told = _told(two.text())
    assert told["gateway_request_seconds_count"] == 2
    assert told["gateway_consents_total outcome=accepted site=demo"] == 2
    assert told["gateway_events_aggregated_total"] == 6
    assert told["gateway_queue"] == 9
