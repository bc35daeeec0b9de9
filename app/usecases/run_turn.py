"""One turn of a conversation, whatever its channel: the tree, the questions it asks of the service, what remains.

Voice and chat share it. Nothing is written here: what services want written comes back in `Ran.write_set`, and the
shell adds the session, the contact, the claim and the reply, and commits the whole at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

import structlog

from app.db.write_set import WriteSet
from ivr_flows import machine
from ivr_flows.effects import Act, Effect, HangUp, Lookup, Value
from ivr_flows.graph import Release
from ivr_flows.inputs import ActResult, HungUp, Input, LookupResult
from ivr_flows.session import Rejected, Session, Turn

BUDGET_S = 8.0
"""All questions of one turn together: the carrier waits 15 s, and the caller should not wait half of it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a service may know of the conversation in which it is asked.

    `contact` holds the columns of the contact's row as read, with what earlier answers of this turn changed in it.
    `turn` numbers the session's turn, so that (contact_id, turn) names this question for ever.
    """

    contact_id: str
    channel: str
    caller: str
    lang: str
    at_ms: int
    turn: int
    contact: Mapping[str, Any]
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered and wants written.

    `contact` are columns of the contact to change, in the one change that the shell writes of it. `entry` are ids,
    states and figures for the journal; `private` the personal values.
    """

    outcome: str
    values: Mapping[str, Value] = field(default_factory=dict)
    write_set: WriteSet = field(default_factory=WriteSet)
    contact: Mapping[str, Any] = field(default_factory=dict)
    entry: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)


class Services(Protocol):
    """Answers what trees ask, as `ivr_flows.services.SERVICES` promises."""

    async def ask(self, service: str, args: Mapping[str, Value], conversation: Conversation) -> Answer:
        """The answer. Reads as it needs; writes nothing by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Begin:
    """Start `flow` with `facts`: those of `ivr_flows.variables.FACTS` with what they imply, and `lang`."""

    flow: str
    facts: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with `given` where `session` waits."""

    session: Session
    given: Input


@dataclass(frozen=True, slots=True)
class Danger:
    """Take the emergency branch of a `session` whose caller is gone, and end it again; `text` is what told of the
    danger, if words did.
    """

    session: Session
    text: str = ""


Step: TypeAlias = Begin | Resume | Danger


@dataclass(frozen=True, slots=True)
class Ran:
    """The conversation at its next wait for the outside.

    `effects` are in order and hold neither `Lookup` nor `Act`: those are done. `parts` are the journal's account of
    them (`{kind: "lookup" | "effect", service, outcome, ms, …}`), `private` their personal values. `contact` are
    columns of the contact to be changed in the same commit as `write_set`.
    """

    session: Session
    effects: tuple[Effect, ...]
    path: tuple[str, ...]
    write_set: WriteSet
    contact: Mapping[str, Any]
    parts: tuple[Mapping[str, Any], ...]
    private: Mapping[str, Any]


async def run_turn(
    release: Release, services: Services, conversation: Conversation, step: Step, *, budget_s: float = BUDGET_S
) -> Ran | Rejected:
    """Run the tree until it waits for the caller, the line or nothing any more.

    Questions are answered on the way, each within its own limit and all within `budget_s`; a service that fails or is
    late is an outcome (`error`, `timeout`) of which nothing is written, never an exception. `Rejected` when the wait
    does not take the input: nothing has happened.
    """
    running = _Running(services, conversation, time.monotonic() + budget_s)
    at_ms = conversation.at_ms
    if isinstance(step, Begin):
        turn: Turn | Rejected = machine.start(release, step.flow, step.facts, at_ms)
    elif isinstance(step, Danger):
        turn = machine.danger(release, step.session, at_ms, step.text)
    else:
        turn = machine.resume(release, step.session, step.given, at_ms)
    if isinstance(turn, Rejected):
        return turn
    while True:
        asked = await running.take(turn)
        given: Input | None = asked
        if given is None and isinstance(step, Danger) and not turn.session.ended:
            given = HungUp()
        if given is None:
            return running.ran(turn.session)
        following = machine.resume(release, turn.session, given, at_ms)
        assert isinstance(following, Turn), following
        turn = following


class _Running:
    """What has gathered so far in one turn."""

    def __init__(self, services: Services, conversation: Conversation, until: float) -> None:
        self._services = services
        self._conversation = conversation
        self._until = until
        self._write_set = WriteSet()
        self._contact: dict[str, Any] = {}
        self._effects: list[Effect] = []
        self._path: list[str] = []
        self._parts: list[Mapping[str, Any]] = []
        self._private: dict[str, Any] = {}

    async def take(self, turn: Turn) -> LookupResult | ActResult | None:
        """Keep what the turn did; the answer to what it asks, None when it asks nothing."""
        self._path += turn.path
        answer: LookupResult | ActResult | None = None
        for effect in turn.effects:
            if not isinstance(effect, Lookup | Act):
                self._effects.append(effect)
                continue
            got = await self._ask(effect, turn.session)
            if isinstance(effect, Lookup):
                answer = LookupResult(got.outcome, got.values)
            elif effect.resume:
                answer = ActResult(got.outcome, got.values)
        return answer

    def ran(self, session: Session) -> Ran:
        return Ran(
            session,
            tuple(self._effects),
            tuple(self._path),
            self._write_set,
            self._contact,
            tuple(self._parts),
            self._private,
        )

    async def _ask(self, asked: Lookup | Act, session: Session) -> Answer:
        conversation = replace(
            self._conversation,
            lang=session.lang,
            turn=session.turn,
            contact={**self._conversation.contact, **self._contact},
            line=session.line.queue if session.line else None,
        )
        began = time.monotonic()
        limit_s = min(asked.timeout_s, self._until - began)
        answer = await answer_of(self._services, asked.service, asked.args, conversation, limit_s)
        self._write_set.extend(answer.write_set)
        self._contact.update(answer.contact)
        self._note(asked, answer, round((time.monotonic() - began) * 1000))
        return answer

    def _note(self, asked: Lookup | Act, answer: Answer, ms: int) -> None:
        kind = "lookup" if isinstance(asked, Lookup) else "effect"
        part = {"kind": kind, "text": f"{asked.service}: {answer.outcome}", "service": asked.service}
        self._parts.append({**part, "outcome": answer.outcome, "ms": ms, **answer.entry})
        if answer.private:
            self._private[f"{len(self._parts)}.{asked.service}"] = dict(answer.private)


async def answer_of(
    services: Services, service: str, args: Mapping[str, Value], conversation: Conversation, limit_s: float = BUDGET_S
) -> Answer:
    """The answer of one service; one that fails or is late is an outcome of which nothing is written."""
    if limit_s <= 0:
        return Answer("timeout")
    try:
        async with asyncio.timeout(limit_s):
            return await services.ask(service, args, conversation)
    except TimeoutError:
        return Answer("timeout")
    except Exception:  # a caller must not lose the call to a look-up
        log.exception("service_failed", service=service, contact_id=conversation.contact_id)
        return Answer("error")


def hung_up(ran: Ran) -> bool:
    """Whether the tree ended the conversation by itself."""
    return any(isinstance(effect, HangUp) for effect in ran.effects)
