"""Each process says that it lives; who stopped saying so has lost its sockets."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import bindparam, select

from app.db.database import Database
from app.db.hot import HotQuery
from app.db.leases import RENEW_MS, TTL_MS
from app.db.tables import Lease, SocketRow
from app.db.write_set import WriteError, WriteSet, table_of
from app.dispatch.desk import Desk
from app.observe.clock import Clock
from routing.events import AgentDisconnected
from routing.types import Presence

NODE = "node:"
_sockets, _leases = table_of(SocketRow), table_of(Lease)
HELD = HotQuery(
    select(_sockets.c.agent_no)
    .select_from(_sockets.join(_leases, _leases.c.owner == _sockets.c.node))
    .where(_leases.c.name == NODE + _sockets.c.node, _leases.c.expires_at > bindparam("now"))
)
log = structlog.get_logger(__name__)


async def keep_alive(db: Database, clock: Clock) -> None:
    """Renew this node's lease until cancelled."""
    while True:
        write_set = WriteSet()
        ends = clock.now_ms() + TTL_MS
        write_set.put(Lease, name=NODE + db.node, owner=db.node, epoch=1, expires_at=ends)
        try:
            await db.commit(write_set)
        except WriteError as error:
            log.warning("node_lease_not_renewed", error=str(error))
        await asyncio.sleep(RENEW_MS / 1000)


async def dropped(db: Database, desk: Desk, now_ms: int) -> list[AgentDisconnected]:
    """Agents whom the core believes online though no living node has their socket."""
    online = [
        agent.agent_no
        for agent in desk.core.state.agents.values()
        if agent.presence is Presence.ONLINE and not agent.duty
    ]
    if not online:
        return []
    held = {row[0] for row in await db.fetch(HELD, now=now_ms)}
    return [AgentDisconnected(now_ms, agent_no) for agent_no in online if agent_no not in held]
