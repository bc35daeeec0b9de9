"""Figures for Prometheus; labels hold templates and names of ours, never what callers send."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """One registry for each application, so that several may live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "hotline_http_requests", "HTTP requests", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "hotline_http_request_seconds",
            "time to the whole reply",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._log_lines_dropped = Counter(
            "hotline_log_lines_dropped", "log lines given up because their sink was slow", registry=self.registry
        )

        self.webhooks_refused = Counter(
            "hotline_webhooks_refused", "webhooks without a valid signature", registry=self.registry
        )

        self.requests_malformed = Counter(
            "hotline_http_requests_malformed", "what came to the port and was no HTTP request", registry=self.registry
        )
        self.sockets_refused = Counter(
            "hotline_sockets_refused",
            "handshakes of sockets answered with an error",
            ["status"],
            registry=self.registry,
        )

    def request(self, method: str, route: str, status: int, elapsed_s: float) -> None:
        """Count one finished request; unknown methods share one label."""
        key = (method if method in METHODS else "other", route, status)
        found = self._children.get(key)
        if found is None:
            found = self._requests.labels(key[0], route, str(status)), self._seconds.labels(route)
            self._children[key] = found
        found[0].inc()
        found[1].observe(elapsed_s)

    def log_line_dropped(self) -> None:
        """Count one log line that was given up."""
        self._log_lines_dropped.inc()

    def exposition(self) -> bytes:
        """The text format, version 0.0.4."""
        return generate_latest(self.registry)
