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
TELL_AGAIN_MS = 5_000
RESTARTING = 1012
REPLACED = 4001
SESSION_ENDED = 4003

BuildFor: TypeAlias = Callable[[str], Build]


@dataclass(eq=False, slots=True)
class Connection:
    """One console socket. Of several sockets of an agent the newest is the active one."""

    agent_no: str
    session: str
    place: str = ""
    id: str = field(default_factory=new_id)
    told_at: int = 0
    outgoing: Outgoing = field(default_factory=Outgoing)


@dataclass(slots=True)
class _Desk:
    """An agent's feed and active socket. `ours` are the sockets that were opened on this node."""

    feed: Feed
    end: Callable[[], None]
    active: Connection | None = None
    expiry: asyncio.TimerHandle | None = None
    ours: set[str] = field(default_factory=set)


class Hub:
    """Opens and closes feeds as sockets come and go."""

    def __init__(self, node: str, clock: Clock, bell: Bell, build_for: BuildFor) -> None:
        self.node = node
        self.bell = bell
        self.sequence = Sequence(clock)
        self.queues = Shared(self.sequence)
        self._build_for = build_for
        bell.on("order", lambda ring: self.look_where("order", ring.partition(":")[2]))
        bell.on("warning", lambda _: self.look_where("warning"))
        bell.on("announcement", lambda _: self.look_where("announcement"))
        bell.on("staff", lambda ring: self.look_where("agent", ring.partition(":")[2]))
        bell.on("import:agents", lambda _: self.look_where("agent"))
        bell.on("typing", self._show_typing, looks=False)
        self._desks: dict[str, _Desk] = {}

    @property
    def connections(self) -> list[Connection]:
        """The active sockets."""
        return [desk.active for desk in self._desks.values() if desk.active is not None]

    def attach(self, connection: Connection) -> Feed:
        """Make this the agent's active socket; the one before it is closed with `replaced`. The feed may be new."""
        self.replaced_by(connection.agent_no, connection.id)
        desk = self._desks.get(connection.agent_no)
        if desk is None:
            desk = self._desks[connection.agent_no] = self._open(connection.agent_no)
        if desk.expiry is not None:
            desk.expiry.cancel()
            desk.expiry = None
        desk.active = connection
        desk.ours.add(connection.id)
        return desk.feed

    def detach(self, connection: Connection) -> bool:
        """The socket is gone. True when it was the active one: the agent has no socket on this node any more."""
        desk = self._desks.get(connection.agent_no)
        if desk is None:
            return False
        desk.feed.clients.discard(connection.outgoing)
        if desk.active is not connection:
            return False
        self._rest(desk, connection.agent_no)
        return True

    def replaced_by(self, agent_no: str, connection_id: str) -> None:
        """A newer socket of this agent is open, here or on another node."""
        desk = self._desks.get(agent_no)
        if desk is None or desk.active is None or desk.active.id == connection_id:
            return
        desk.feed.clients.discard(desk.active.outgoing)
        desk.active.outgoing.close(REPLACED, "replaced")
        self._rest(desk, agent_no)

    def look_where(self, kind: str, key: str | None = None) -> None:
        """Look again where such an object is shown; without a key everywhere."""
        for desk in self._desks.values():
            if key is None or (kind, key) in desk.feed.sent:
                desk.feed.poke()

    def _show_typing(self, ring: str) -> None:
        """The customer writes: said to whoever shows the contact, and not kept."""
        _, contact_id, who = ring.split(":", 2)
        for desk in self._desks.values():
            if who == "customer" and desk.active is not None and ("contact", contact_id) in desk.feed.sent:
                desk.feed.mention({"type": "typing", "contact_id": contact_id})

    def unseen(self, connection: Connection, now_ms: int) -> bool:
        """Whether the rows still call this agent away, long after they came: then the leader must be told again."""
        desk = self._desks.get(connection.agent_no)
        if desk is None or desk.active is not connection:
            return False
        shown = desk.feed.sent.get(("agent", connection.agent_no))
        if (shown is not None and shown.item["connected"]) or now_ms - connection.told_at < TELL_AGAIN_MS:
            return False
        connection.told_at = now_ms
        return True

    def close(self) -> None:
        """End all feeds and sockets."""
        for agent_no, desk in list(self._desks.items()):
            if desk.active is not None:
                desk.active.outgoing.close(RESTARTING, "restarting")
            if desk.expiry is not None:
                desk.expiry.cancel()
            self._forget(agent_no)

    def _rest(self, desk: _Desk, agent_no: str) -> None:
        desk.active = None
        desk.expiry = asyncio.get_running_loop().call_later(KEEP_S, self._forget, agent_no)

    def _open(self, agent_no: str) -> _Desk:
        feed = Feed(self._build_for(agent_no), self.sequence, [self.queues])
        ends = [
            self.bell.on(f"agent:{agent_no}", lambda _: _poke(feed)),
            self.bell.on(f"console:{agent_no}", self._hear_newer, looks=False),
        ]

        def end() -> None:
            for each in ends:
                each()

        return _Desk(feed, end)

    def _hear_newer(self, ring: str) -> None:
        _, agent_no, connection_id = ring.split(":", 2)
        desk = self._desks.get(agent_no)
        if desk is None or connection_id in desk.ours:  # known since it was opened; the ring may be late
            return
        self.replaced_by(agent_no, connection_id)

    def _forget(self, agent_no: str) -> None:
        desk = self._desks.pop(agent_no)
        desk.end()
        desk.feed.close()


def _poke(feed: Feed) -> None:
    feed.poke()
