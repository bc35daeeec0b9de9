"""One routing transaction in the making: events applied to the core, and all that follows from them as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.carrier.leg_token import leg_params
from app.db.record import record
from app.db.tables import Contact, Message, OutboxRow, WarningRow
from app.db.tables import Leg as LegRow
from app.db.write_set import Fence, WriteSet
from app.dispatch.desk import Desk
from app.dispatch.rows import (
    change_callback,
    change_contact,
    order_of,
    put_agent,
    put_core,
    put_line,
    put_offer,
    put_task,
)
from app.journal.entry import Entry, text_sent
from app.observe.clock import new_id
from routing.commands import Command, IgnoreEvent, MakeOffer
from routing.events import Event
from routing.lines import Line
from routing.types import Agent, DeadlineKind, Kind, Leg, Mode, Offer, OfferState, Task

RELOAD_MS = 5_000
"""So long after a page was loaded anew the end of a leg that is older than the page is the page's doing."""


class Batch:
    """Collects what a run of events changed; `write_set` is complete after `finish`."""

    def __init__(self, desk: Desk, fence: Fence, at_ms: int) -> None:
        self.core = desk.core
        self.urls = desk.urls
        self.number = desk.settings.number
        self.at_ms = at_ms
        self.write_set = WriteSet(fence=fence)
        self.gone = desk.gone
        self.unreached: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self._desk = desk
        self._epoch = fence.epoch
        self._deadlines = desk.deadlines
        self._tasks: dict[str, Task] = {}
        self._offers: dict[str, Offer] = {}
        self._agents: dict[str, Agent] = {}
        self._lines: dict[str, Line] = {}
        self._why: dict[str, Any] = {}
        self._left: set[str] = set()

    def apply(self, event: Event) -> tuple[list[Command], str | None]:
        """Tell the core; its commands, and why it did not take the event if it did not."""
        commands = self.core.apply(event)
        if commands and isinstance(commands[0], IgnoreEvent):
            return [], commands[0].reason
        changed = self.core.changed
        self._tasks.update(changed.tasks)
        self._offers.update(changed.offers)
        self._agents.update(changed.agents)
        self._lines.update(changed.lines)
        self._desk.index(changed.tasks.values())
        for offer in changed.offers.values():
            if offer.state is OfferState.FAILED and offer.reason != "given_up":  # who gives up is journaled as such
                self._tell_failed(offer)
        for command in commands:
            if isinstance(command, MakeOffer):
                self._why[command.offer_id] = command.why
        return commands, None

    def _tell_failed(self, offer: Offer) -> None:
        ids = {"offer_id": offer.offer_id, "task_id": offer.task_id, "agent_no": offer.agent_no}
        body = {"text": f"offer failed: {offer.reason}", **ids, "reason": offer.reason}
        task = self.task(offer.task_id)
        order_no = order_of(task) if task else None
        contact_id = self.contact_of(offer.task_id)
        self.journal(Entry("offer", "system", None, contact_id, order_no, offer.agent_no, body=body))

    def ask(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        contact_id: str | None,
        task_id: str | None = None,
        offer_id: str | None = None,
        row_id: str | None = None,
        wait_ms: int = 0,
    ) -> str:
        """Put a request to the carrier into the outbox; returns its id."""
        row_id = row_id or new_id(self.at_ms)
        self.write_set.insert(
            OutboxRow,
            id=row_id,
            kind=kind,
            contact_id=contact_id,
            task_id=task_id,
            offer_id=offer_id,
            body=dict(body),
            next_at=self.at_ms + wait_ms,
            at=self.at_ms,
        )
        self.ring("outbox")
        return row_id

    def tasks_of(self, contact_id: str) -> list[Task]:
        """The live tasks of a contact."""
        found = (self.core.task(task_id) for task_id in self._desk.contacts.get(contact_id, ()))
        return [task for task in found if task is not None]

    def end_contact(self, contact_id: str) -> None:
        """The caller is gone and nobody works on it any more."""
        self.gone.discard(contact_id)
        self._left.add(contact_id)
        values = {"state": "ended", "ended_at": self.at_ms}
        self.write_set.change(Contact, {"contact_id": contact_id, "state": "self_service"}, None, **values)
        self.ring(f"contact:{contact_id}")

    def connect(self, task: Task, offer_id: str, agent_no: str) -> dict[str, Any] | None:
        """What the agent's page hands to its softphone; None when the service rings a phone or nothing is to be
        heard."""
        if task.mode is not Mode.PHONE or self.leg_of(agent_no) is Leg.PHONE:
            return None
        return {"params": leg_params(self._desk.settings.secret_key, offer_id, agent_no, self.at_ms)}

    def leg_of(self, agent_no: str) -> Leg:
        """Where this agent talks: who accepts at the console sits where they said, whatever an offer suggested."""
        agent = self.core.agent(agent_no)
        return agent.leg if agent is not None else Leg.PHONE

    def is_urgent(self, task: Task) -> bool:
        """Whether the task stands in a line for emergencies."""
        return self.core.state.lines[task.queue].queue.urgent

    def skill_of(self, lang: str) -> str:
        """The skill that a caller's language prefers."""
        return self._desk.skills.get(lang, lang)

    def lang_of(self, agent_no: str) -> str:
        """The language that this agent speaks best, of those in which the service speaks."""
        agent = self.core.agent(agent_no)
        levels = dict(agent.skills) if agent is not None else {}
        return max(self._desk.skills, key=lambda lang: levels.get(self._desk.skills[lang], 0), default="zh-CN")

    def leg_joined(self, offer_id: str, call_sid: str) -> None:
        """The agent's leg of this offer is this one from now on."""
        self._desk.legs[offer_id] = (call_sid, self.at_ms)

    def customer_joined(self, task: Task) -> None:
        """Whom an agent dialled is on the line with them; from now on it counts as a talk."""
        self._desk.joined[task.contact_id] = self.at_ms
        self._tasks[task.task_id] = task

    def is_joined(self, contact_id: str) -> bool:
        """Whether whom an agent dialled ever came on the line with them."""
        return contact_id in self._desk.joined

    def has_leg(self, offer_id: str) -> bool:
        """Whether the agent's leg of this offer is in the conference."""
        return offer_id in self._desk.legs

    def leg_gone(self, offer_id: str, call_sid: str | None) -> bool:
        """This leg has left; False when another one has taken its place before."""
        there = self._desk.legs.get(offer_id)
        return there is None or call_sid is None or there[0] == call_sid

    def mute_leg(self, task: Task, *, muted: bool) -> None:
        """The agent's leg in the conference is heard or not from now on."""
        call_sid, _ = self._desk.legs.get(f"{task.task_id}.{task.attempt}", ("", 0))
        self.write_set.change(LegRow, {"call_sid": call_sid}, None, muted=muted)
        self.ring(f"agent:{task.agent_no}")

    def page_opened(self, agent_no: str) -> None:
        """The agent's console was loaded anew."""
        self._desk.pages[agent_no] = self.at_ms

    def is_reloaded(self, offer_id: str, agent_no: str) -> bool:
        """Whether the page to which the agent's leg belonged was replaced by another one a moment ago."""
        opened_at = self._desk.pages.get(agent_no, -RELOAD_MS)
        _, joined_at = self._desk.legs.get(offer_id, ("", 0))
        return joined_at <= opened_at and self.at_ms - opened_at < RELOAD_MS

    def later(self, wait_ms: int, kind: str, body: Mapping[str, Any]) -> None:
        """Look at something again after a moment; what is lost by a crash the reconciler finds."""
        self._desk.later(self.at_ms + wait_ms, kind, body)

    def warn(self, kind: str, level: str, task: Task) -> None:
        """Open a warning to supervisors about the caller or the order of a task."""
        contact_id, order_no = self.contact_of(task.task_id), order_of(task)
        self.write_set.insert_once(
            WarningRow,
            warning_id=new_id(self.at_ms),
            kind=kind,
            level=level,
            about=f"order:{order_no}" if order_no else f"contact:{contact_id}",
            queue=task.queue,
            order_no=order_no,
            contact_id=contact_id,
            opened_at=self.at_ms,
        )
        self.ring("warning")

    def text(self, to: str, text: str, contact_id: str | None) -> None:
        """Send a text message; it stands in the story of its contact."""
        message_id = new_id(self.at_ms)
        self.write_set.insert(
            Message,
            message_id=message_id,
            contact_id=contact_id or "",
            channel="sms",
            direction="outbound",
            peer=to,
            from_kind="hotline",
            text=text,
            status="pending",
            at=self.at_ms,
        )
        self.ask("sms", {"to": to, "text": text, "message_id": message_id}, contact_id=None, row_id=message_id)
        self.journal(text_sent("duty", message_id, to, text, contact_id=contact_id))

    def journal(self, entry: Entry) -> None:
        """One row for one unit of what happened."""
        record(self.write_set, entry, self.at_ms)

    def ring(self, *names: str) -> None:
        """Name what changed."""
        self.write_set.rings.extend(names)

    def contact_of(self, task_id: str) -> str | None:
        """The contact of a task of this batch or of the core; None for a crew's task."""
        task = self._tasks.get(task_id) or self.core.task(task_id)
        return None if task is None or order_of(task) is not None else task.contact_id

    def task(self, task_id: str) -> Task | None:
        """A task, also one that has just ended."""
        return self._tasks.get(task_id) or self.core.task(task_id)

    def finish(self, config: str) -> WriteSet:
        """Rows for everything that changed, deadlines noted, rings named."""
        for task in self._tasks.values():
            joined_at = self._desk.joined.get(task.contact_id)
            put_task(self.write_set, self.core, task, joined_at, self.notes.get(task.task_id))
            self._deadlines.note(DeadlineKind.TASK, task, task.task_id)
            self._ring_task(task)
        for task in sorted(self._tasks.values(), key=lambda task: (task.hop, task.seq)):
            joined_at = self._desk.joined.get(task.contact_id)
            change_contact(self.write_set, task, self._is_over(task.contact_id), joined_at)
            change_callback(self.write_set, task, self.unreached.get(task.task_id, "failed"), joined_at)
            self._end_if_last(task)
            if task.kind is Kind.OUTBOUND and task.ended_at is not None:
                self._desk.joined.pop(task.contact_id, None)
        for offer in self._offers.values():
            contact_id = self.contact_of(offer.task_id)
            put_offer(self.write_set, offer, contact_id, self._epoch, self._why.get(offer.offer_id))
            self._deadlines.note(DeadlineKind.OFFER, offer, offer.offer_id)
            self.ring(f"agent:{offer.agent_no}")
        for agent in self._agents.values():
            put_agent(self.write_set, agent)
            self._deadlines.note(DeadlineKind.AGENT, agent, agent.agent_no)
            self.ring(f"agent:{agent.agent_no}")
        for line in self._lines.values():
            put_line(self.write_set, line)
            self.ring(f"queue:{line.name}")
        if self._tasks or self._agents or self._lines:
            put_core(self.write_set, self.core, config)
            self.ring("board")
        self.write_set.rings = list(dict.fromkeys(self.write_set.rings))
        return self.write_set

    def _end_if_last(self, task: Task) -> None:
        """Somebody who handed a caller on may be the last one to wrap up, after the caller and the successor."""
        if task.ended_at is not None and task.successor_id and self._is_over(task.contact_id):
            self.end_contact(task.contact_id)

    def _is_over(self, contact_id: str) -> bool:
        """The caller is gone, as this batch or an earlier one was told, and nobody works on it any more."""
        return contact_id in self._left or (contact_id in self.gone and not self.tasks_of(contact_id))

    def _ring_task(self, task: Task) -> None:
        if task.agent_no:
            self.ring(f"agent:{task.agent_no}")
        if task.return_agent:
            self.ring(f"agent:{task.return_agent}")  # who asked sees whether somebody has answered
        order_no = order_of(task)
        self.ring(f"order:{order_no}" if order_no else f"contact:{task.contact_id}")
