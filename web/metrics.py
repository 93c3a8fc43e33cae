"""/metrics: counters that the parts keep anyway, read when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from web.endpoint import Endpoint
from web.house import House


def exposition(house: House, endpoint: Endpoint) -> tuple[bytes, str]:
    """All metrics as text, and its content type."""
    registry = CollectorRegistry()
    registry.register(_Numbers(house, endpoint))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Numbers(Collector):
    """The numbers of one tenant's house."""

    def __init__(self, house: House, endpoint: Endpoint) -> None:
        self._house = house
        self._endpoint = endpoint

    def collect(self) -> Iterator[Metric]:
        """Every family, read from the parts at this moment."""
        answers = CounterMetricFamily("tidegate_answers", "Answers on device exchanges", labels=["status"])
        for status, count in sorted(self._endpoint.statuses.items()):
            answers.add_metric([str(status)], count)
        yield answers
        yield GaugeMetricFamily(
            "tidegate_exchanges_open", "Exchanges without an answer", self._endpoint.under_way
        )
        yield from self._integrations()
        yield from self._nodes()
        yield GaugeMetricFamily(
            "tidegate_queue_held", "Messages of the internal queue in memory", len(self._house.queue)
        )
        yield GaugeMetricFamily(
            "tidegate_originators_waiting", "Originators with a message that waits", self._house.runner.busy
        )

    def _integrations(self) -> Iterator[Metric]:
        families = [
            CounterMetricFamily(f"tidegate_integration_{name}", text, labels=["integration"])
            for name, text in (
                ("uplinks", "Requests that integrations took in"),
                ("failures", "Requests that were refused or failed"),
                ("downlinks", "Downlinks handed to devices"),
            )
        ]
        for item in self._house.directory.by_id.values():
            for family, count in zip(families, (item.uplinks, item.failures, item.downlinks), strict=True):
                family.add_metric([item.name], count)
        yield from families

    def _nodes(self) -> Iterator[Metric]:
        seen = CounterMetricFamily(
            "tidegate_node_messages", "Messages that nodes took", labels=["chain", "node"]
        )
        failed = CounterMetricFamily(
            "tidegate_node_failures", "Messages that nodes failed on", labels=["chain", "node"]
        )
        for plan in self._house.runner.plans.values():
            for place in plan.places.values():
                seen.add_metric([plan.name, place.id], place.seen)
                failed.add_metric([plan.name, place.id], place.failed)
        yield seen
        yield failed
