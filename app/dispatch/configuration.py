"""The operations file as the leader uses it: a release of its content, and opening hours as events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.journal.entry import canonical
from routing.config import Config, parse
from routing.events import HoursChanged
from routing.hours import Opening, opening

MINUTE_MS = 60_000


class ConfigSource:
    """`document` is the effective operations file: the shipped defaults with the installation's changes."""

    def __init__(self, document: Mapping[str, Any], zone: ZoneInfo) -> None:
        self.document = dict(document)
        self.config: Config = parse(document)
        self.name = hashlib.sha256(canonical(document).encode()).hexdigest()
        languages: Mapping[str, Mapping[str, str]] = document.get("languages", {})
        self.skills = {code: language["skill"] for code, language in languages.items()}
        self._zone = zone
        self._open: dict[str, Opening] = {}
        self._minute = -1

    def hours(self, at_ms: int) -> Iterator[HoursChanged]:
        """What opened or closed since the last call; looks once a minute."""
        minute = at_ms // MINUTE_MS
        if minute == self._minute:
            return
        self._minute = minute
        local = datetime.fromtimestamp(at_ms / 1000, self._zone)
        dates = [(local + timedelta(days=n)).date().isoformat() for n in range(-1, 9)]
        for queue in self.config.queues.values():
            if queue.hours is None:
                continue
            now = opening(queue.hours, dates, local.weekday(), local.hour * 60 + local.minute)
            before = self._open.get(queue.name)
            self._open[queue.name] = now
            if before is None or before.open != now.open:
                until = None if now.changes_in is None else (minute + now.changes_in) * MINUTE_MS
                yield HoursChanged(at_ms, queue.name, now.open, until)

    def forget(self) -> None:
        """Say all hours again: somebody else led meanwhile."""
        self._open.clear()
        self._minute = -1
