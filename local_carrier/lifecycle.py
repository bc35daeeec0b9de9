"""The life of a call: born, ringing, answered, over; its parameters, status callbacks and ledger lines."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from local_carrier.leg import FINAL, Leg, StatusCallback
from local_carrier.parties.handset import Handset
from local_carrier.retention import forget_oldest
from local_carrier.webhooks.callbacks import rfc2822

if TYPE_CHECKING:
    from local_carrier.carrier import Carrier

Pairs = list[tuple[str, str]]
EVENT_OF = {"ringing": "ringing", "in-progress": "answered"}


def country_of(address: str) -> str:
    """Best effort, as the carrier's own: a country code for an E.164 number, else nothing."""
    return next((c for p, c in (("+86", "CN"), ("+1", "US")) if address.startswith(p)), "")


class Lifecycle:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def create(
        self,
        direction: str,
        from_: str,
        to: str,
        *,
        parent: Leg | None = None,
        callback: StatusCallback | None = None,
        extra: tuple[tuple[str, str], ...] = (),
    ) -> Leg:
        carrier = self._carrier
        owner = from_ if direction == "inbound" else to
        now = carrier.clock.now_ms()
        leg = Leg(
            sid=carrier.sids.next("CA", owner),
            clock=carrier.clock,
            direction=direction,
            from_=from_,
            to=to,
            handset=Handset(carrier.clock, owner),
            created_at=now,
            updated_at=now,
            parent_sid=parent.sid if parent else "",
            callback=callback,
            extra=extra,
        )
        carrier.legs[leg.sid] = leg
        self._forget_the_oldest()
        carrier.ledger.record(leg.party, "call_created", call_sid=leg.sid, direction=direction, to=to, from_=from_)
        return leg

    def _forget_the_oldest(self) -> None:
        """Ended calls are kept to be read, but not without bound."""
        carrier = self._carrier
        for sid, _ in forget_oldest(carrier.legs, carrier.settings.kept, lambda leg: leg.over):
            carrier.dialling.phones.pop(sid, None)
            carrier.forget(sid)

    def set_status(self, leg: Leg, status: str) -> None:
        """Moves a call on; a final status stays. Sends the callback that belongs to it."""
        if leg.over or leg.status == status:
            return
        carrier, now = self._carrier, self._carrier.clock.now_ms()
        leg.status, leg.updated_at = status, now
        if status == "in-progress":
            leg.answered_at = leg.started_at = now
        if status in FINAL:
            leg.ended_at = now
        carrier.ledger.record(leg.party, "call_status", call_sid=leg.sid, status=status)
        leg.handset.write("status", status=status)
        event = "completed" if status in FINAL else EVENT_OF.get(status, "")
        if event:
            self.call_back(leg, event)
        if status == "in-progress":
            for hook in list(leg.on_answer):
                hook(leg)
            self.limit(leg, leg.time_limit_s)
        if status in FINAL:
            self._bury(leg)

    def limit(self, leg: Leg, seconds: int) -> None:
        """The longest that a call may stand, counted from its answer; a later limit replaces an earlier one."""
        leg.time_limit_s = seconds
        if leg.limit is not None:
            leg.limit.cancel()
        if leg.answered_at:
            leg.limit = self._carrier.clock.call_at(leg.answered_at + seconds * 1000, lambda: self.end(leg))

    def _bury(self, leg: Leg) -> None:
        if leg.limit is not None:
            leg.limit.cancel()
        hooks, leg.on_end = leg.on_end, []
        for hook in hooks:
            hook(leg)
        leg.nudge()

    def end(self, leg: Leg, status: str = "completed") -> None:
        """Ends a call whoever wants it: an answered one completes, an unanswered one gets `status`."""
        if leg.over:
            return
        if status == "completed" and not leg.answered_at:
            status = "no-answer" if leg.direction == "inbound" else "canceled"
        self.set_status(leg, status)

    def call_back(self, leg: Leg, event: str) -> None:
        """The status callback for an event: initiated, ringing, answered or completed; counted even if
        not wanted."""
        sequence = leg.sequence
        leg.sequence += 1
        callback = leg.callback
        if callback is None or not callback.url or event not in callback.events:
            return
        params = self.params(leg)
        params += [
            ("Timestamp", rfc2822(self._carrier.clock.now_ms())),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(sequence)),
        ]
        if leg.over:
            params += [
                ("CallDuration", str(leg.duration_s)),
                ("Duration", str(-(-leg.duration_s // 60))),
                ("SipResponseCode", SIP_CODE.get(leg.status, "200")),
            ]
            params += self._carrier.recordings.of_call(leg)
        token = self._carrier.sids.next("", f"{leg.sid}/{event}")
        self._carrier.callbacks.send(leg.party, leg.sid, callback.url, params, method=callback.method, token=token)

    def params(self, leg: Leg) -> Pairs:
        """The parameters that stand in every request about a call (docs/voice/twiml#request-parameters)."""
        status = "initiated" if leg.status == "queued" and leg.direction != "inbound" else leg.status
        pairs: Pairs = [
            ("CallSid", leg.sid),
            ("AccountSid", self._carrier.settings.account_sid),
            ("From", leg.from_),
            ("To", leg.to),
            ("Caller", leg.from_),
            ("Called", leg.to),
            ("CallStatus", status),
            ("ApiVersion", "2010-04-01"),
            ("Direction", leg.direction),
        ]
        if leg.parent_sid:
            pairs.append(("ParentCallSid", leg.parent_sid))
        if leg.answered_by:
            pairs.append(("AnsweredBy", leg.answered_by))
        if leg.direction == "inbound":
            pairs.append(("CallToken", base64.urlsafe_b64encode(leg.sid.encode()).decode()))
        for role, address in (("From", leg.from_), ("To", leg.to), ("Caller", leg.from_), ("Called", leg.to)):
            if address.startswith("+"):
                pairs += [(f"{role}{part}", "") for part in ("City", "State", "Zip")]
                pairs.append((f"{role}Country", country_of(address)))
        return pairs + list(leg.extra)


SIP_CODE = {"completed": "200", "busy": "486", "no-answer": "487", "failed": "404", "canceled": "487"}
