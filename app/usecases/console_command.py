"""What an agent tells the service: checked here, then carried out by the leader, or at once where nothing is routed."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import bindparam, select

from agents.commands import SUPERVISORS, Command, Problem, parse
from app.db.rows import RowQuery
from app.db.tables import InboxRow
from app.db.write_set import Reply, WriteError, WriteSet, table_of
from app.domain.staff.permissions import Verb
from app.observe.clock import new_id
from app.observe.failpoints import failpoint
from app.usecases.call_state import stored_reply
from app.usecases.console_desk import JSON, Desk
from app.usecases.console_ownership import TASK_ORDER, owned
from app.usecases.dial_out import Prepared, give_up_dial, prepare_dial
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.resume_session import Session
from app.usecases.step_order import assign_crew
from app.usecases.typing_notice import agent_types
from app.usecases.wrap_up_order import order_of_wrap_up

PATIENCE_S = 2.0
LOOK_AGAIN_S = 0.25
MARK = "mark"
"""Where a stored answer keeps which command it belongs to."""
Answer: TypeAlias = dict[str, Any]

_inbox = table_of(InboxRow)
RESULT = RowQuery(select(_inbox.c.applied_at, _inbox.c.result).where(_inbox.c.id == bindparam("id")))


Direct: TypeAlias = Callable[[Desk, Session, Command, str], Awaitable[WriteSet]]
"""Builds the unit of a command that needs no leader: claimed, with the result as its reply."""


async def console_command(desk: Desk, direct: Mapping[str, Direct], session: Session, frame: Any) -> Answer:
    """Carry out one frame of a console; the `ack` or `error` to send.

    The same `id` of the same log-in has one effect, and gets the same answer as soon as there is one.
    """
    command = parse(frame)
    if isinstance(command, Problem):
        return _error(command.id, command.code, command.message)
    if command.name == "ping":
        return {"type": "ack", "id": command.id}
    try:
        if command.name == "typing":
            await agent_types(desk.db, session.viewer, command.fields["contact_id"])
            return {"type": "ack", "id": command.id}
        result = await _carry_out(desk, direct, session, command)
    except Refused as refused:
        return _error(command.id, refused.code, refused.detail)
    except WriteError:
        return _error(command.id, "retry_later", "not written; the same id may be sent again")
    if result is None:
        return _error(command.id, "retry_later", "no answer yet; the same id asks again")
    return _answer(command.id, result)


async def _carry_out(
    desk: Desk, direct: Mapping[str, Direct], session: Session, command: Command
) -> Mapping[str, Any] | None:
    claim = f"console:{session.token_hash}:{command.id}"
    _permitted(session, command)
    make = direct.get(command.name)
    if make is None:
        return await _by_the_leader(desk, session, command, claim)
    reply = await stored_reply(desk.db, claim)
    if reply is None:
        _, done = await desk.db.compute(lambda: _marked(make, desk, session, command, claim))
        reply = done.reply
    assert reply is not None
    return _of(command, json.loads(reply.body))


async def _marked(make: Direct, desk: Desk, session: Session, command: Command, claim: str) -> WriteSet:
    write_set = await make(desk, session, command, claim)
    assert write_set.reply is not None
    body = {**json.loads(write_set.reply.body), MARK: _mark(command)}
    write_set.reply = replace(write_set.reply, body=json.dumps(body))
    return write_set


def _mark(command: Command) -> str:
    said = json.dumps([command.name, dict(command.fields)], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _of(command: Command, stored: dict[str, Any]) -> Mapping[str, Any]:
    """What is stored for the command's id; refused when that was another command."""
    if stored.pop(MARK, _mark(command)) != _mark(command):
        raise Refused(RefusedBecause.CONFLICT, "id_reused", "this id belongs to another command; use a new one")
    return stored


def _permitted(session: Session, command: Command) -> None:
    verb = Verb.LEAD_SHIFT if command.name in SUPERVISORS else Verb.CONSOLE
    if command.name in ("step", "estimate"):
        verb = Verb.ORDERS_MOVE
    if not session.viewer.may(verb):
        raise Refused(RefusedBecause.FORBIDDEN, "forbidden", f"your role lacks {verb}")


async def _by_the_leader(desk: Desk, session: Session, command: Command, claim: str) -> Mapping[str, Any] | None:
    known = await stored_reply(desk.db, claim)
    if known is None:
        prepared = Prepared(WriteSet(), await owned(desk.db, session.viewer, command))
        if command.name == "wrap_up" and "order" in command.fields:
            await order_of_wrap_up(desk, session, command, claim)
        if command.name == "dial":
            prepared = await prepare_dial(desk, session.viewer, command.fields)
        known = await _ask(desk, session, command, claim, prepared)
    asked = _of(command, json.loads(known.body))
    result = await _result(desk, asked["inbox"])
    if command.name == "wrap_up" and "order" in command.fields and result is not None and result.get("ok"):
        return {**result, "order_no": await order_of_wrap_up(desk, session, command, claim)}
    if command.name == "accept" and result is not None and result.get("ok"):
        await _accepted(desk, session, asked["task_id"])
    if command.name == "dial" and result is not None and not result.get("ok"):
        await give_up_dial(desk, asked["contact_id"])
    return result


async def _accepted(desk: Desk, session: Session, task_id: str) -> None:
    """A crew that takes a job is the order's crew from now on; `step` sees to it as well, should this be cut short."""
    task = await TASK_ORDER.one(desk.db, task_id=task_id)
    if task is not None and task["mode"] == "field" and task["order_no"]:
        await assign_crew(desk, session.viewer, task["order_no"])


async def _ask(desk: Desk, session: Session, command: Command, claim: str, prepared: Prepared) -> Reply:
    at_ms = desk.clock.now_ms()
    row_id = new_id(at_ms)
    known = prepared.fields
    body = {**command.fields, **known, "agent_no": session.viewer.agent_no, "command": command.name}
    if command.name == "force_state":
        body["target"] = command.fields["agent_no"]
    asked = {"inbox": row_id, "task_id": known.get("task_id", ""), "contact_id": known.get("contact_id", "")}
    asked[MARK] = _mark(command)
    write_set = WriteSet(claim=claim, reply=Reply(json.dumps(asked), media_type=JSON))
    write_set.extend(prepared.write)
    write_set.insert(InboxRow, id=row_id, kind="command", at=at_ms, body=body)
    write_set.rings.append("inbox")
    done = await desk.db.commit(write_set)
    failpoint("console.asked")
    assert done.reply is not None
    return done.reply


async def _result(desk: Desk, row_id: str) -> Mapping[str, Any] | None:
    """The leader's result; None when there is none within two seconds. The ring is a hint: it also looks by itself."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_S
    with desk.bell.waiting(f"inbox:{row_id}") as rung:
        while True:
            rung.clear()
            row = await RESULT.one(desk.db, id=row_id)
            if row is not None and row["result"] is not None:
                found: Mapping[str, Any] = row["result"]
                return found
            left = until - loop.time()
            if left <= 0:
                return None
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, LOOK_AGAIN_S)):
                    await rung.wait()


def _answer(command_id: str, result: Mapping[str, Any]) -> Answer:
    fields = {name: value for name, value in result.items() if name not in ("ok", "type", "id")}
    if result.get("ok"):
        return {"type": "ack", "id": command_id, **fields}
    return _error(command_id, str(fields.get("code", "refused")), str(fields.get("message", "")))


def _error(command_id: str, code: str, message: str) -> Answer:
    return {"type": "error", "id": command_id, "code": code, "message": message}
