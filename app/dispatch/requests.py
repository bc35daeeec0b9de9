"""From a row of the outbox to what the carrier is asked: numbers, call sids and addresses are looked up when it is
sent, not when it was decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from app.carrier.port import CALL_GONE, NOT_FOUND, Refused
from app.carrier.urls import Urls, keys_in_url
from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables import Callback, Claim, Contact, FlowSession, Leg, OutboxRow, Staff
from app.db.write_set import table_of

Arguments = Mapping[str, Any]

_contacts, _flows, _legs = table_of(Contact), table_of(FlowSession), table_of(Leg)
_outbox = table_of(OutboxRow)
_staff, _claims, _callbacks = table_of(Staff), table_of(Claim), table_of(Callback)
CALLER = HotQuery(
    select(_flows.c.call_sid, _contacts.c.from_number, _contacts.c.hung_up_at)
    .select_from(_contacts.outerjoin(_flows, _flows.c.contact_id == _contacts.c.contact_id))
    .where(_contacts.c.contact_id == bindparam("contact_id"))
)
CALLED = HotQuery(
    select(_callbacks.c.phone)
    .where(_callbacks.c.contact_id == bindparam("contact_id"), _callbacks.c.ended_at.is_(None))
    .order_by(_callbacks.c.at.desc())
    .limit(1)
)
PHONE = HotQuery(select(_staff.c.phone).where(_staff.c.agent_no == bindparam("agent_no")))
LEGS_OF_OFFER = HotQuery(
    select(_legs.c.call_sid).where(_legs.c.offer_id == bindparam("offer_id"), _legs.c.state != "left")
)
LEGS_OF_AGENT = HotQuery(
    select(_legs.c.call_sid).where(
        _legs.c.task_id == bindparam("task_id"), _legs.c.agent_no == bindparam("agent_no"), _legs.c.state != "left"
    )
)
RUNG = HotQuery(
    select(_outbox.c.sid)
    .where(
        _outbox.c.contact_id == bindparam("contact_id"),
        _outbox.c.task_id == bindparam("task_id"),
        _outbox.c.kind == "customer.ring",
        _outbox.c.sid.is_not(None),
    )
    .order_by(_outbox.c.id.desc())
    .limit(1)
)
RUNG_FOR_OFFER = HotQuery(
    select(_outbox.c.sid).where(
        _outbox.c.contact_id == bindparam("contact_id"),
        _outbox.c.offer_id == bindparam("offer_id"),
        _outbox.c.kind == "offer.ring",
        _outbox.c.sid.is_not(None),
    )
)
CLAIMED = HotQuery(select(_claims.c.key).where(_claims.c.key == bindparam("key")))


@dataclass(frozen=True, slots=True)
class Request:
    """One order to the carrier, for each of several legs where there are several."""

    order: str
    each: Sequence[Arguments]


class Requests:
    """Knows each kind of outbox row."""

    def __init__(self, db: Database, urls: Urls, number: str) -> None:
        self._db = db
        self._urls = urls
        self._number = number
        self._kinds: dict[str, Callable[[str, str | None, Arguments], Awaitable[Request | None]]] = {
            "sms": self._message,
            "sms.ensure": self._message,
            "call.move": self._move,
            "participant.hold": self._hold,
            "participant.keys": self._keys,
            "participant.ring": self._as_it_is("participant.ring"),
            "conference.end": self._as_it_is("conference.end"),
            "call.end": self._as_it_is("call.end"),
            "agent.ring": self._ring_agent,
            "agent.mute": self._mute,
            "offer.ring": self._ring_for_offer,
            "offer.stop": self._stop_ringing_for_offer,
            "leg.end": self._end_legs,
            "customer.ring": self._ring_customer,
            "customer.cancel": self._stop_ringing,
        }

    async def resolve(self, kind: str, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        """The request; None when there is nothing left to ask for."""
        return await self._kinds[kind](row_id, contact_id, body)

    async def was_fetched(self, kind: str, row_id: str, request: Request) -> bool:
        """A move had its effect if the document that it names has been fetched."""
        if kind != "call.move":
            return False
        arguments = request.each[0]
        key = f"call:{arguments['call_sid']}:0.{arguments['purpose']}.{row_id}"
        return bool(await self._db.fetch(CLAIMED, key=key))

    async def call_sid(self, contact_id: str | None) -> str | None:
        """The caller's leg of a contact."""
        return (await self._caller(contact_id))[0]

    def consequence(
        self, kind: str, body: Arguments, contact_id: str | None, offer_id: str | None, error: Refused
    ) -> tuple[str | None, dict[str, Any]]:
        """What the leader must be told when the carrier refuses; nothing where a gone call is just what was wanted."""
        if kind == "call.move" and error.code in (CALL_GONE, NOT_FOUND):
            return "call_ended", {"contact_id": contact_id}
        if kind in ("agent.ring", "participant.ring", "customer.ring"):
            return "leg_failed", {"offer_id": offer_id, "reason": f"carrier_{error.code}"}
        return None, {}

    def _as_it_is(self, order: str) -> Callable[[str, str | None, Arguments], Awaitable[Request | None]]:
        async def request(_row: str, _contact: str | None, body: Arguments) -> Request | None:
            return Request(order, [body])

        return request

    async def _message(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        return Request(
            "message.send",
            [
                {
                    "to": body["to"],
                    "from": self._number,
                    "body": body["text"],
                    "message_id": body["message_id"],
                    "status_url": self._urls.fixed("sms/status", attempt=row_id),
                }
            ],
        )

    async def _move(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        call_sid, _, hung_up_at = await self._caller(contact_id)
        if call_sid is None or hung_up_at is not None:
            return None
        return Request("call.move", [{**body, "call_sid": call_sid}])

    async def _hold(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        call_sid, _, hung_up_at = await self._caller(contact_id)
        if call_sid is None or hung_up_at is not None:
            return None
        return Request("participant.hold", [{**body, "call_sid": call_sid}])

    async def _keys(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        call_sid, _, hung_up_at = await self._caller(contact_id)
        if call_sid is None or hung_up_at is not None:
            return None
        url = self._urls.fixed("keys", digits=keys_in_url(body["digits"]))
        return Request("participant.keys", [{"conference": body["conference"], "call_sid": call_sid, "url": url}])

    async def _ring_agent(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        rows = await self._db.fetch(PHONE, agent_no=body["agent_no"])
        number = rows[0][0] if rows else None
        if not number:
            raise Refused(400, 21201, f"agent {body['agent_no']} has no phone")
        return Request("participant.ring", [self._participant(body["conference"], number, body["offer_id"])])

    async def _ring_for_offer(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        """An agent's phone, rung beside the screen; None when it was taken away meanwhile."""
        rows = await self._db.fetch(PHONE, agent_no=body["agent_no"])
        if not rows or not rows[0][0]:
            return None
        arguments = {
            "to": rows[0][0],
            "from": self._number,
            "url": self._urls.fixed("offer", offer=body["offer_id"], lang=body["lang"]),
            "status_url": self._urls.fixed("leg/status"),
        }
        return Request("call.create", [arguments])

    async def _stop_ringing_for_offer(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        """The ring stands before this in the same lane. A leg that came in by the accept itself is another one."""
        rows = await self._db.fetch(RUNG_FOR_OFFER, contact_id=contact_id, offer_id=body["offer_id"])
        return Request("call.end", [{"call_sid": rows[0][0]}]) if rows else None

    async def _mute(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        legs = await self._db.fetch(LEGS_OF_AGENT, task_id=body["task_id"], agent_no=body["agent_no"])
        each = [{"call_sid": leg[0], "muted": body["muted"], "conference": f"int-{contact_id}"} for leg in legs]
        return Request("participant.mute", each) if each else None

    async def _end_legs(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        if "offer_id" in body:
            legs = await self._db.fetch(LEGS_OF_OFFER, offer_id=body["offer_id"])
        else:
            legs = await self._db.fetch(LEGS_OF_AGENT, task_id=body["task_id"], agent_no=body["agent_no"])
        return Request("call.end", [{"call_sid": leg[0]} for leg in legs]) if legs else None

    async def _ring_customer(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        rows = await self._db.fetch(CALLED, contact_id=contact_id)
        number = rows[0][0] if rows else (await self._caller(contact_id))[1]
        if not number:
            return None
        arguments = {
            "to": number,
            "from": self._number,
            "url": self._urls.fixed("outgoing", contact=str(contact_id), task=str(body["task_id"])),
            "status_url": self._urls.fixed("voice/status", attempt=row_id, task=str(body["task_id"])),
        }
        return Request("call.create", [arguments])

    async def _stop_ringing(self, row_id: str, contact_id: str | None, body: Arguments) -> Request | None:
        """The ring stands before this in the same lane, so it has its sid or will never have one."""
        rows = await self._db.fetch(RUNG, contact_id=contact_id, task_id=body["task_id"])
        return Request("call.end", [{"call_sid": rows[0][0]}]) if rows else None

    def _participant(self, conference: str, number: str, offer_id: str) -> Arguments:
        return {
            "conference": conference,
            "to": number,
            "from": self._number,
            "label": f"agent-{offer_id}",
            "status_url": self._urls.fixed("leg/status", offer=offer_id),
            "events_url": self._urls.fixed("conference"),
        }

    async def _caller(self, contact_id: str | None) -> tuple[str | None, str | None, int | None]:
        rows = await self._db.fetch(CALLER, contact_id=contact_id)
        return rows[0] if rows else (None, None, None)
