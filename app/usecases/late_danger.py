"""Danger told in the last moment: the end of the call was heard before the key. The order is made all the same."""

from __future__ import annotations

from dataclasses import dataclass

from app.carrier.twiml import HANG_UP
from app.db.tables import Contact, FlowSession
from app.db.write_set import Reply, WriteSet
from app.usecases.call_state import CallState
from app.usecases.hotline import Hotline
from app.usecases.run_turn import Danger, Ran, run_turn
from app.usecases.turn_effects import unfold
from app.usecases.voice_turn import Given, conversation_of, journal_turn
from ivr_flows import hazards
from ivr_flows.inputs import Digits, Input, Recording, Speech
from ivr_flows.recognise import UNIVERSAL

EMERGENCY_KEY = UNIVERSAL["emergency"]
UNSETTLED = (None, "self_service")


@dataclass(frozen=True, slots=True)
class Late:
    """What told of the danger: `text` where it was words."""

    given: Given
    text: str = ""

    @classmethod
    def told(cls, state: CallState, given: Input, shown: Given) -> Late | None:
        """The danger in an input that came after the end of its call; None where there is none, or it is known."""
        if state.contact["hung_up_at"] is None or state.session.alarm:
            return None
        if isinstance(given, Speech):
            return cls(shown, given.text) if hazards.find(given.text) else None
        key = given.keys if isinstance(given, Digits) else given.key if isinstance(given, Recording) else ""
        return cls(shown) if key == EMERGENCY_KEY else None


async def late_danger(hotline: Hotline, claim: str, state: CallState, late: Late, at_ms: int) -> WriteSet:
    """The urgent order, its text, and the call-back at the head of `emergency`, as if the caller had gone after it."""
    release = await hotline.releases.get(state.release)
    conversation = conversation_of(state, at_ms)
    write_set = WriteSet(claim=claim, reply=Reply(HANG_UP))
    ran = await run_turn(release, hotline.services, conversation, Danger(state.session, late.text))
    if not isinstance(ran, Ran):
        return write_set
    unfolded = unfold(ran, conversation)
    unfolded.rest.clear()  # nobody heard it
    write_set.extend(unfolded.write_set)
    key = {"contact_id": state.contact_id}
    write_set.change(
        FlowSession, key, state.version, turn=ran.session.turn, body=ran.session.ending().encode(), at=at_ms
    )
    changed = dict(unfolded.contact)
    if state.contact["outcome"] not in UNSETTLED:
        changed.pop("outcome", None)
    if changed:
        write_set.change(Contact, key, None, **changed)
    journal_turn(write_set, state.contact_id, state.contact, ran, unfolded, late.given, at_ms)
    write_set.rings.append(f"contact:{state.contact_id}")
    return write_set
