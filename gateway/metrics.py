"""Counters for operators. Labels are site ids and words of our own, never a visitor's data.

Counting is a plain addition, for some of it is done for every event; the text is made when
somebody asks. No series says when it was begun: that would tell the very moment of a site's first
refusal.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from gateway.workershare import Alone, Counts, Share, Told

Book = Mapping[str, Mapping[str, int]]
"""Site -> outcome -> events, as the account book has it."""

# Name -> what it counts, labels.
_COUNTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "gateway_consents": ("Choices recorded, by outcome", ("site", "outcome")),
    "gateway_deliveries": (
        "Attempts to tell a recipient of the end of a consent, by what became of the message",
        ("site", "status"),
    ),
    "gateway_events_aggregated": ("Events added to visits and cells", ()),
    "gateway_refused_requests": (
        "Requests with events that were answered with an error, by reason; none was stored",
        ("reason",),
    ),
}

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
# Name -> what it measures, upper bounds of the buckets.
_HISTOGRAMS: Mapping[str, tuple[str, Sequence[float]]] = {
    "gateway_request_seconds": (
        "Time from a request with events to its answer, the commit included",
        _SECONDS,
    ),
    "gateway_commit_events": ("Events in one commit", _SIZES),
    "gateway_commit_requests": ("Requests that one commit answered", _SIZES),
    "gateway_commit_seconds": ("Time of one commit, until it is on disk", _SECONDS),
}
_BETWEEN = "|"  # no site id and no word of ours has one


class _Histogram:
    """How often a value fell into each bucket, and their sum."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float, n: int = 1) -> None:
        self.counts[bisect_left(self.bounds, value)] += n
        self.sum += value * n


class Metrics:
    """One set of counters a process. `share` is how those of one service add up."""

    def __init__(self, share: Alone | Share | None = None) -> None:
        self._share = share or Alone()
        self._counts: Counter[str] = Counter()
        self._histograms = {name: _Histogram(bounds) for name, (_, bounds) in _HISTOGRAMS.items()}
        self._latency = self._histograms["gateway_request_seconds"]
        self._length: Callable[[], int] = lambda: 0

    def consent(self, site: str, outcome: str) -> None:
        """Count a recorded choice."""
        self._count("gateway_consents", site, outcome)

    def delivery(self, site: str, status: str) -> None:
        """Count an attempt: delivered, failed, or waiting for the next."""
        self._count("gateway_deliveries", site, status)

    def aggregated(self, n: int) -> None:
        """Count events that reached the figures."""
        self._count("gateway_events_aggregated", n=n)

    def refused(self, reason: str) -> None:
        """Count a request for events that was answered with an error."""
        self._count("gateway_refused_requests", reason)

    def answered(self, seconds: float, requests: int = 1) -> None:
        """Count the time that each of so many requests for events took."""
        self._latency.add(seconds, requests)

    def batch(self, events: int, requests: int, seconds: float) -> None:
        """Count one commit: what it held, and how long it took until it was on disk."""
        self._histograms["gateway_commit_events"].add(events)
        self._histograms["gateway_commit_requests"].add(requests)
        self._histograms["gateway_commit_seconds"].add(seconds)

    def watch_queue(self, length: Callable[[], int]) -> None:
        """Read the queue's length whenever the metrics are asked for."""
        self._length = length

    async def tell(self) -> None:
        """Let the other workers know, about once a second."""
        await asyncio.to_thread(self._share.tell, self._told())

    def text(self, book: Book | None = None) -> bytes:
        """All of it in Prometheus' text format, of all workers together, with the events that are
        in the account book. Reads and writes small files; may be called in another thread."""
        registry = CollectorRegistry()
        registry.register(_Collected(self._share.all(self._told()), book or {}))
        return generate_latest(registry)

    def _count(self, name: str, *labels: str, n: int = 1) -> None:
        self._counts[_BETWEEN.join((name, *labels))] += n

    def _told(self) -> Told:
        counts: dict[str, float] = dict(self._counts)
        for name, histogram in self._histograms.items():
            counts[_BETWEEN.join((name, "sum"))] = histogram.sum
            for bucket, n in enumerate(histogram.counts):
                counts[_BETWEEN.join((name, str(bucket)))] = n
        return Told(counts, self._length())


class _Collected:
    """What is told, in the shape the library writes."""

    def __init__(self, told: Told, book: Book) -> None:
        self._told = told
        self._book = book

    def collect(self) -> Iterator[Metric]:
        yield from _of_events(self._book)
        for name, (meaning, labels) in _COUNTERS.items():
            family = CounterMetricFamily(name, meaning, labels=labels)
            for values, n in _series(self._told.counts, name):
                family.add_metric(values, n)
            if not labels:
                family.add_metric((), self._told.counts.get(name, 0))
            yield family
        for name, (meaning, bounds) in _HISTOGRAMS.items():
            yield _histogram(name, meaning, bounds, self._told.counts)
        yield GaugeMetricFamily(
            "gateway_queue", "Events that wait for the next commit", value=self._told.queue
        )


def _of_events(book: Book) -> Iterator[Metric]:
    outcomes = CounterMetricFamily(
        "gateway_events",
        "Events received, by what became of them: kept, or the reason of the drop",
        labels=("site", "outcome"),
    )
    received = CounterMetricFamily(
        "gateway_events_received", "Events received: kept and dropped together", labels=("site",)
    )
    for site, found in sorted(book.items()):
        received.add_metric((site,), sum(found.values()))
        for outcome, n in sorted(found.items()):
            outcomes.add_metric((site, outcome), n)
    yield outcomes
    yield received


def _series(counts: Counts, name: str) -> Iterator[tuple[tuple[str, ...], float]]:
    for key, n in sorted(counts.items()):
        found, *labels = key.split(_BETWEEN)
        if found == name and labels:
            yield tuple(labels), n


def _histogram(name: str, meaning: str, bounds: Sequence[float], counts: Counts) -> Metric:
    buckets, sofar = [], 0.0
    for place, bound in enumerate((*bounds, float("inf"))):
        sofar += counts.get(_BETWEEN.join((name, str(place))), 0)
        buckets.append(("+Inf" if bound == float("inf") else str(float(bound)), sofar))
    total = counts.get(_BETWEEN.join((name, "sum")), 0)
    return HistogramMetricFamily(name, meaning, buckets=buckets, sum_value=total)
