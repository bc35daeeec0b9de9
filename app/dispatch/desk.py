"""What a leader keeps in memory between two batches; all of it can be made again from rows."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from app.carrier.urls import Urls
from app.dispatch.deadlines import Deadlines
from app.dispatch.rows import BESIDE, LIVE, View
from app.settings import Settings
from routing.core import Core
from routing.types import Task


@dataclass(slots=True)
class Desk:
    """The core with what the shell needs beside it.

    `contacts` names the live tasks of each contact; `gone` the contacts whose caller has hung up while one lived.
    """

    core: Core
    settings: Settings
    urls: Urls
    config: str
    deadlines: Deadlines = field(default_factory=Deadlines)
    contacts: dict[str, dict[str, None]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    delayed: list[tuple[int, int, str, Mapping[str, Any]]] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    legs: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By offer: the agent's leg in the conference, and since when."""
    joined: dict[str, int] = field(default_factory=dict)
    """By contact: since when the customer whom an agent dialled is on the line with them."""
    skills: Mapping[str, str] = field(default_factory=dict)
    """By language of the callers: the skill of agents who are preferred for it."""
    pages: dict[str, int] = field(default_factory=dict)
    """By agent: when their console was last loaded anew."""
    _order: Iterator[int] = field(default_factory=count)

    def index(self, tasks: Iterable[Task]) -> None:
        """Keep `contacts` true."""
        for task in tasks:
            if task.state not in LIVE:
                self.legs.pop(f"{task.task_id}.{task.attempt}", None)
            if task.kind in BESIDE:
                continue
            if task.state in LIVE:
                self.contacts.setdefault(task.contact_id, {})[task.task_id] = None
                continue
            known = self.contacts.get(task.contact_id, {})
            known.pop(task.task_id, None)
            if not known:
                self.contacts.pop(task.contact_id, None)

    def later(self, at_ms: int, kind: str, body: Mapping[str, Any]) -> None:
        """Hand `body` to the intake at that instant."""
        heapq.heappush(self.delayed, (at_ms, next(self._order), kind, body))

    def due(self, now_ms: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """What was put off until now."""
        while self.delayed and self.delayed[0][0] <= now_ms:
            _, _, kind, body = heapq.heappop(self.delayed)
            yield kind, body

    @property
    def nearest(self) -> int | None:
        """When to look again at the latest."""
        moments = [self.delayed[0][0]] if self.delayed else []
        if self.deadlines.nearest is not None:
            moments.append(self.deadlines.nearest)
        return min(moments) if moments else None
