"""What is known of a running call: its tree and its contact, in one read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select

from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables import Claim, Contact, FlowSession
from app.db.write_set import Reply, table_of
from ivr_flows.session import Session

_contact = table_of(Contact)
_flow = table_of(FlowSession)
_claim = table_of(Claim)
_FLOW = ("contact_id", "turn", "release", "body", "parked", "after_leave", "version")
_CONTACT = tuple(column.name for column in _contact.columns)
_columns = [_flow.c[name] for name in _FLOW] + [_contact.c[name] for name in _CONTACT]
_joined = _flow.join(_contact, _flow.c.contact_id == _contact.c.contact_id)
BY_CALL = HotQuery(select(*_columns).select_from(_joined).where(_flow.c.call_sid == bindparam("key")))
BY_CONTACT = HotQuery(select(*_columns).select_from(_joined).where(_flow.c.contact_id == bindparam("key")))
STORED = HotQuery(select(_claim.c.status, _claim.c.media_type, _claim.c.body).where(_claim.c.key == bindparam("key")))


@dataclass(frozen=True)
class CallState:
    """A call between two turns. `version` is that of the tree's row, the lock of the call."""

    contact_id: str
    turn: int
    release: str
    body: str
    parked: bool
    after_leave: str | None
    version: int
    contact: Mapping[str, Any]

    @cached_property
    def session(self) -> Session:
        """The tree at its wait."""
        return Session.decode(self.body)


def fresh_contact(contact_id: str, channel: str, at_ms: int, known: Mapping[str, Any]) -> dict[str, Any]:
    """A contact that begins now: of its columns only those of `known` have values."""
    nothing = dict.fromkeys(("account_no", "customer_no", "task_id", "queue", "outcome"))
    began = {"direction": "inbound", "state": "self_service", "started_at": at_ms, "learned": {}}
    return {"contact_id": contact_id, "channel": channel, **began, **nothing, **known}


async def call_state(db: Database, call_sid: str) -> CallState | None:
    """The call with this CallSid."""
    return _state(await db.fetch(BY_CALL, key=call_sid))


async def contact_state(db: Database, contact_id: str) -> CallState | None:
    """The conversation of this contact."""
    return _state(await db.fetch(BY_CONTACT, key=contact_id))


async def stored_reply(db: Database, claim: str) -> Reply | None:
    """What a claimed key was answered."""
    rows = await db.fetch(STORED, key=claim)
    if not rows or rows[0][2] is None:
        return None
    status, media_type, body = rows[0]
    return Reply(body=body, status=status, media_type=media_type)


def _state(rows: list[tuple[Any, ...]]) -> CallState | None:
    if not rows:
        return None
    flow = rows[0][: len(_FLOW)]
    contact = dict(zip(_CONTACT, rows[0][len(_FLOW) :], strict=True))
    contact["learned"] = decode_json(contact["learned"]) if isinstance(contact["learned"], str) else contact["learned"]
    return CallState(flow[0], flow[1], flow[2], flow[3], bool(flow[4]), flow[5], flow[6], contact)


def decode_json(text: str) -> Any:
    """A `Json` column as a hot query gives it."""
    return json.loads(text)
