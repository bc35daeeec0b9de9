"""Console commands that are done at once, without the leader: verify, help, chat, step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from agents.commands import Command
from app.db.record import record
from app.db.rows import RowQuery
from app.db.tables import Account, Contact, Message, OutboxRow, WarningRow
from app.db.write_set import Reply, WriteSet, table_of
from app.domain.staff.permissions import Viewer
from app.journal.entry import Entry
from app.observe.clock import new_id
from app.usecases.console_command import Direct
from app.usecases.console_desk import JSON, Desk
from app.usecases.console_ownership import CONTACT, in_hand
from app.usecases.console_shapes import ORDER_PREFIX
from app.usecases.estimate_order import estimate_order
from app.usecases.refusals import NOT_ON_LINE, Refused, RefusedBecause, not_found
from app.usecases.resume_session import Session
from app.usecases.step_order import step

NEEDED_ITEMS = 2

_accounts, _warnings = table_of(Account), table_of(WarningRow)
ACCOUNT = RowQuery(
    select(_accounts.c.account_no, _accounts.c.customer_no).where(_accounts.c.account_no == bindparam("account_no"))
)
OPEN_HELP = RowQuery(
    select(_warnings.c.warning_id, _warnings.c.times, _warnings.c.version).where(
        _warnings.c.kind == "help", _warnings.c.about == bindparam("about"), _warnings.c.closed_at.is_(None)
    )
)


def done(claim: str, **fields: Any) -> WriteSet:
    """An empty unit whose claim keeps the result."""
    return WriteSet(claim=claim, reply=Reply(json.dumps({"ok": True, **fields}), media_type=JSON))


async def verify(desk: Desk, session: Session, command: Command, claim: str) -> WriteSet:
    """The agent has checked who it is: two items or more, on the contact's account or on the one named."""
    fields, at_ms = command.fields, desk.clock.now_ms()
    contact = await _contact_in_hand(desk, session.viewer, fields, on_line=True)
    items = sorted(set(fields["items"]))
    if len(items) < NEEDED_ITEMS:
        raise Refused(RefusedBecause.INVALID, "too_few_items", f"{NEEDED_ITEMS} different items are needed")
    account = await ACCOUNT.one(desk.db, account_no=fields.get("account_no") or contact["account_no"] or "")
    if account is None:
        raise Refused(RefusedBecause.INVALID, "no_account", "name the account that was checked")
    write_set = done(claim)
    write_set.change(Contact, {"contact_id": contact["contact_id"]}, None, identity="verified", **account)
    _ring(write_set, contact, session.viewer.agent_no)
    _journal(write_set, session, contact, "note", {"text": "identity verified", "items": items, **account}, at_ms)
    return write_set


async def ask_for_help(desk: Desk, session: Session, command: Command, claim: str) -> WriteSet:
    """A red warning for those who lead the shift; pressed again it counts up. A crew asks about its order."""
    fields, at_ms = command.fields, desk.clock.now_ms()
    about = await _matter_in_hand(desk, session.viewer, fields)
    write_set = done(claim)
    known = await OPEN_HELP.one(desk.db, about=about["about"])
    if known is not None:
        key = {"warning_id": known["warning_id"]}
        write_set.change(WarningRow, key, known["version"], times=known["times"] + 1)
    else:
        write_set.insert(
            WarningRow,
            warning_id=new_id(at_ms),
            kind="help",
            level="red",
            unit=session.viewer.unit,
            agent_no=session.viewer.agent_no,
            opened_at=at_ms,
            **about,
        )
    note, agent_no = fields.get("note", ""), session.viewer.agent_no
    write_set.rings += ["warning", f"agent:{agent_no}"]
    entry = Entry(
        "note",
        "agent",
        agent_no,
        contact_id=about["contact_id"],
        order_no=about["order_no"],
        agent_no=agent_no,
        body={"text": "asked for help"},
        private={"note": note} if note else {},
    )
    record(write_set, entry, at_ms)
    return write_set


async def _matter_in_hand(desk: Desk, viewer: Viewer, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the help is about: a contact, or the order of somebody's job."""
    if not fields["contact_id"].startswith(ORDER_PREFIX):
        contact = await _contact_in_hand(desk, viewer, fields)
        about = f"contact:{contact['contact_id']}"
        return {"about": about, "queue": contact["queue"], "contact_id": contact["contact_id"], "order_no": None}
    task = await in_hand(desk.db, viewer, fields["contact_id"])
    order_no = task["order_no"]
    return {"about": f"order:{order_no}", "queue": None, "contact_id": None, "order_no": order_no}


async def say(desk: Desk, session: Session, command: Command, claim: str) -> WriteSet:
    """A line of the agent's to a customer who writes."""
    fields, at_ms = command.fields, desk.clock.now_ms()
    contact = await _contact_in_hand(desk, session.viewer, fields)
    if contact["channel"] == "voice":
        raise Refused(RefusedBecause.CONFLICT, "not_written", "this contact is a call")
    message_id = new_id(at_ms)
    text = fields["text"].strip()
    write_set = done(claim, message_id=message_id)
    by_sms = contact["channel"] == "sms"
    write_set.insert(
        Message,
        message_id=message_id,
        contact_id=contact["contact_id"],
        channel=contact["channel"],
        direction="outbound",
        peer=contact["from_number"],
        from_kind="agent",
        agent_no=session.viewer.agent_no,
        text=text,
        status="pending" if by_sms else "sent",
        at=at_ms,
    )
    if by_sms:
        body = {"to": contact["from_number"], "text": text, "message_id": message_id}
        write_set.insert(
            OutboxRow, id=message_id, kind="sms", contact_id=contact["contact_id"], body=body, next_at=at_ms, at=at_ms
        )
        write_set.rings.append("outbox")
    _ring(write_set, contact, session.viewer.agent_no)
    _journal(write_set, session, contact, "message", {"message_id": message_id}, at_ms, {"text": text})
    return write_set


DIRECT: Mapping[str, Direct] = {
    "verify": verify,
    "help": ask_for_help,
    "chat": say,
    "step": step,
    "estimate": estimate_order,
}


async def _contact_in_hand(
    desk: Desk, viewer: Viewer, fields: Mapping[str, Any], *, on_line: bool = False
) -> Mapping[str, Any]:
    task = await in_hand(desk.db, viewer, fields["contact_id"])
    if on_line and task["state"] == "connecting":
        raise NOT_ON_LINE
    contact = await CONTACT.one(desk.db, contact_id=fields["contact_id"])
    if contact is None:
        raise not_found("contact")
    return contact


def _ring(write_set: WriteSet, contact: Mapping[str, Any], agent_no: str) -> None:
    write_set.rings += [f"contact:{contact['contact_id']}", f"agent:{agent_no}"]


def _journal(
    write_set: WriteSet,
    session: Session,
    contact: Mapping[str, Any],
    kind: str,
    body: Mapping[str, Any],
    at_ms: int,
    private: Mapping[str, Any] | None = None,
) -> None:
    entry = Entry(
        kind,
        "agent",
        session.viewer.agent_no,
        contact_id=contact["contact_id"],
        agent_no=session.viewer.agent_no,
        customer_no=contact["customer_no"],
        body=body,
        private=private or {},
    )
    record(write_set, entry, at_ms)
