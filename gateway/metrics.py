"""Counters for operators. Labels are site ids and words of our own, never a visitor's data."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    disable_created_metrics,
    generate_latest,
)

# They tell the very moment of a site's first refusal.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """One set of counters a process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._events = Counter(
            "gateway_events",
            "Events received, by what became of them: kept, or the reason of the drop",
            ("site", "outcome"),
            registry=self._registry,
        )
        self._consents = Counter(
            "gateway_consents",
            "Choices recorded, by outcome",
            ("site", "outcome"),
            registry=self._registry,
        )
        self._deliveries = Counter(
            "gateway_deliveries",
            "Attempts to tell a recipient of the end of a consent, by what became of the message",
            ("site", "status"),
            registry=self._registry,
        )
        self._aggregated = Counter(
            "gateway_events_aggregated", "Events added to visits and cells", registry=self._registry
        )
        self._waiting = Gauge(
            "gateway_queue", "Events that wait for the next commit", registry=self._registry
        )

    def event(self, site: str, outcome: str, n: int = 1) -> None:
        """Count events of one outcome."""
        self._events.labels(site, outcome).inc(n)

    def consent(self, site: str, outcome: str) -> None:
        """Count a recorded choice."""
        self._consents.labels(site, outcome).inc()

    def delivery(self, site: str, status: str) -> None:
        """Count an attempt: delivered, failed, or waiting for the next."""
        self._deliveries.labels(site, status).inc()

    def aggregated(self, n: int) -> None:
        """Count events that reached the figures."""
        self._aggregated.inc(n)

    def watch_queue(self, length: Callable[[], int]) -> None:
        """Read the queue's length whenever the metrics are asked for."""
        self._waiting.set_function(length)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
