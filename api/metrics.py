"""Prometheus metrics of one service, in a registry of its own. Labels are route templates and codes, never a caller's
words. What the published run holds is asked when somebody scrapes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from voc.model import Run

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
PASS_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """Counts of one app. Any number of threads may count."""

    def __init__(self, published: Callable[[], Run | None]) -> None:
        """`published` answers the current run, or None before the first one."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "voc_http_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "voc_http_request_seconds",
            "Seconds from request to answer.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._feedback = Counter(
            "voc_feedback_items", "Feedback items posted, by what became of them.", ("status",), registry=self._registry
        )
        self._searches = Counter("voc_searches", "Searches answered.", ("mode",), registry=self._registry)
        self._texts = Counter(
            "voc_model_texts",
            "Texts that went through the model without being stored.",
            ("task",),
            registry=self._registry,
        )
        self._passes = Histogram(
            "voc_pass_rows",
            "Rows of requests that shared a pass through the model.",
            buckets=PASS_BUCKETS,
            registry=self._registry,
        )
        self._refused = Counter(
            "voc_refused", "Requests refused because too much waited.", ("reason",), registry=self._registry
        )
        self._waiting = Gauge("voc_waiting_tokens", "Tokens that wait for the model.", registry=self._registry)
        self._registry.register(_Published(published))

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def feedback(self, status: str) -> None:
        """Count one posted item."""
        self._feedback.labels(status).inc()

    def search(self, mode: str) -> None:
        """Count one search that was answered."""
        self._searches.labels(mode).inc()

    def texts(self, task: str, count: int) -> None:
        """Count texts that were scored or embedded."""
        self._texts.labels(task).inc(count)

    def passed(self, rows: int) -> None:
        """Count one pass through the model and the rows that shared it."""
        self._passes.observe(rows)

    def refused(self, reason: str) -> None:
        """Count one request that was refused: the queue was `full`, or it waited too long (`late`)."""
        self._refused.labels(reason).inc()

    def watch_queue(self, tokens: Callable[[], int]) -> None:
        """`tokens` says how many wait, whenever somebody scrapes."""
        self._waiting.set_function(tokens)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)


class _Published:
    """Gauges of the published run; absent before the first one."""

    def __init__(self, published: Callable[[], Run | None]) -> None:
        self._published = published

    def describe(self) -> Iterator[Metric]:
        """Nothing to check for clashes: the names are only here."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges of this moment."""
        run = self._published()
        if run is None:
            return
        age = time.time() - (run.finished_at or run.started_at).timestamp()
        yield GaugeMetricFamily("voc_run_age_seconds", "Seconds since the current run was published.", value=age)
        yield GaugeMetricFamily("voc_published_items", "Items in the current run.", value=run.items)
        yield GaugeMetricFamily("voc_published_mentions", "Mentions in the current run.", value=run.mentions)
        yield GaugeMetricFamily("voc_published_themes", "Fine themes in the current run.", value=run.themes)
        yield GaugeMetricFamily(
            "voc_unassigned_share", "Share of mentions without a theme, 0 to 1.", value=run.unassigned_share
        )


class Measured:
    """ASGI middleware that counts and times every request by its route's template."""

    def __init__(self, app: ASGIApp, metrics: Callable[[], Metrics | None]) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; see the class."""
        metrics = self._metrics()
        if scope["type"] != "http" or metrics is None:
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            metrics.answered(scope["method"], route, status, time.perf_counter() - began)
