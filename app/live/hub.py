"""The feeds of this node's agents, and which socket of each is the active one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from app.live.bell import Bell
from app.live.feed import Build, Feed, Shared
from app.live.outgoing import Outgoing
from app.live.sequence import Sequence
from app.observe.clock import Clock, new_id

KEEP_S = 120.0
"""How long a feed without a socket is kept for one that comes back."""
REPLACED = 4001
SESSION_ENDED = 4003

BuildFor: TypeAlias = Callable[[str], Build]


@dataclass(eq=False, slots=True)
class Connection:
    """One console socket. Of several sockets of an agent the newest is the active one."""

    agent_no: str
    session: str
    supervises: bool
    id: str = field(default_factory=new_id)
    outgoing: Outgoing = field(default_factory=Outgoing)


@dataclass(slots=True)
class _Desk:
    """An agent's feed and active socket."""

    feed: Feed
    end: Callable[[], None]
    active: Connection | None = None
    expiry: asyncio.TimerHandle | None = None


class Hub:
    """Opens and closes feeds as sockets come and go."""

    def __init__(self, node: str, clock: Clock, bell: Bell, build_for: BuildFor) -> None:
        self.node = node
        self.bell = bell
        self.sequence = Sequence(clock)
        self.queues = Shared(self.sequence)
        self.warnings = Shared(self.sequence)
        self.announcements = Shared(self.sequence)
        self._build_for = build_for
        self._desks: dict[tuple[str, bool], _Desk] = {}

    @property
    def connections(self) -> list[Connection]:
        """The active sockets."""
        return [desk.active for desk in self._desks.values() if desk.active is not None]

    def attach(self, connection: Connection) -> Feed:
        """Make this the agent's active socket; the one before it is closed with `replaced`. The feed may be new."""
        self.replaced_by(connection.agent_no, connection.id)
        key = (connection.agent_no, connection.supervises)
        desk = self._desks.get(key)
        if desk is None:
            desk = self._desks[key] = self._open(key)
        if desk.expiry is not None:
            desk.expiry.cancel()
            desk.expiry = None
        desk.active = connection
        return desk.feed

    def detach(self, connection: Connection) -> bool:
        """The socket is gone. True when it was the active one: the agent has no socket on this node any more."""
        key = (connection.agent_no, connection.supervises)
        desk = self._desks.get(key)
        if desk is None:
            return False
        desk.feed.clients.discard(connection.outgoing)
        if desk.active is not connection:
            return False
        desk.active = None
        desk.expiry = asyncio.get_running_loop().call_later(KEEP_S, self._forget, key)
        return True

    def replaced_by(self, agent_no: str, connection_id: str) -> None:
        """A newer socket of this agent is open, here or on another node."""
        for supervises in (False, True):
            desk = self._desks.get((agent_no, supervises))
            if desk is None or desk.active is None or desk.active.id == connection_id:
                continue
            old, desk.active = desk.active, None
            desk.feed.clients.discard(old.outgoing)
            old.outgoing.close(REPLACED, "replaced")
            desk.expiry = asyncio.get_running_loop().call_later(KEEP_S, self._forget, (agent_no, supervises))

    def close(self) -> None:
        """End all feeds and sockets."""
        for key in list(self._desks):
            desk = self._desks[key]
            if desk.active is not None:
                desk.active.outgoing.close(1012, "restarting")
            if desk.expiry is not None:
                desk.expiry.cancel()
            self._forget(key)

    def _open(self, key: tuple[str, bool]) -> _Desk:
        agent_no, supervises = key
        shared = [self.queues, self.announcements, *([self.warnings] if supervises else [])]
        feed = Feed(self._build_for(agent_no), self.sequence, shared)
        ends = [
            self.bell.on(f"agent:{agent_no}", lambda _: _poke(feed)),
            self.bell.on(f"console:{agent_no}", lambda ring: self.replaced_by(agent_no, ring.split(":", 2)[2])),
        ]

        def end() -> None:
            for each in ends:
                each()

        return _Desk(feed, end)

    def order_changed(self, order_no: str) -> None:
        """Look again where this order is shown."""
        for desk in self._desks.values():
            if ("order", order_no) in desk.feed.sent:
                desk.feed.poke()

    def _forget(self, key: tuple[str, bool]) -> None:
        desk = self._desks.pop(key)
        desk.end()
        desk.feed.close()


def _poke(feed: Feed) -> None:
    feed.poke()
