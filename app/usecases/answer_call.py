"""An incoming call: who may be calling, and the first words of the tree."""

from __future__ import annotations

from collections.abc import Mapping

from app.db.tables import Contact, FlowSession
from app.db.write_set import Reply, WriteSet
from app.domain.customers.dialling import number_of
from app.observe.clock import new_id
from app.usecases.call_state import fresh_contact, stored_reply
from app.usecases.hotline import Hotline
from app.usecases.run_turn import Begin, Conversation, Ran, run_turn
from app.usecases.services.caller_facts import caller_facts
from app.usecases.turn_effects import unfold
from app.usecases.voice_turn import Given, document, journal_turn

MAIN = "main"


async def answer_call(hotline: Hotline, form: Mapping[str, str]) -> Reply:
    """The first document of a call. A repeat of the same CallSid gets the same bytes and makes no second contact."""
    claim = f"voice:{form['CallSid']}"
    known = await stored_reply(hotline.db, claim)
    if known is not None:
        return known

    async def build() -> WriteSet:
        return await _first_turn(hotline, claim, form)

    _, done = await hotline.db.compute(build)
    assert done.reply is not None
    return done.reply


async def _first_turn(hotline: Hotline, claim: str, form: Mapping[str, str]) -> WriteSet:
    at_ms = hotline.clock.now_ms()
    contact_id = new_id(at_ms)
    caller = number_of(form["From"])
    async with hotline.db.session() as session:
        known = await caller_facts(
            session, hotline.tools, contact_id=contact_id, caller=caller, channel="voice", at_ms=at_ms
        )
    facts = known.facts
    release = await hotline.releases.newest()
    came = {"call_sid": form["CallSid"], "from_number": form["From"], "to_number": form["To"]}
    contact = fresh_contact(contact_id, "voice", at_ms, {**came, **known.contact})
    conversation = Conversation(contact_id, "voice", caller, str(facts["lang"]), at_ms, 0, contact)
    ran = await run_turn(release, hotline.services, conversation, Begin(MAIN, facts))
    assert isinstance(ran, Ran)
    unfolded = unfold(ran, conversation)
    rendered = document(hotline, ran.session, unfolded, parked=False)
    write_set = WriteSet(claim=claim, reply=Reply(rendered.document))
    write_set.extend(unfolded.write_set)
    write_set.insert(Contact, **{**contact, **unfolded.contact})
    write_set.insert(
        FlowSession,
        contact_id=contact_id,
        call_sid=form["CallSid"],
        turn=ran.session.turn,
        release=release.hash,
        body=ran.session.encode(),
        parked=rendered.parks,
        at=at_ms,
    )
    given = Given("call", {"call_sid": form["CallSid"], "match": facts.get("match")}, {"from": caller})
    journal_turn(write_set, contact_id, contact, ran, unfolded, given, at_ms)
    write_set.rings.append(f"contact:{contact_id}")
    return write_set
