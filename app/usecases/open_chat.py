"""A customer opens a chat on the web: a contact, and the first words of the same tree that answers calls."""

from __future__ import annotations

from app.observe.clock import new_id
from app.usecases.answer_call import MAIN
from app.usecases.call_state import fresh_contact
from app.usecases.chat_turn import write_first_turn
from app.usecases.hotline import Hotline
from app.usecases.run_turn import Begin, Conversation, Ran, run_turn
from app.usecases.services.caller_facts import caller_facts
from app.usecases.voice_turn import Given

LANGUAGES = ("zh-CN", "en")


async def open_chat(hotline: Hotline, lang: str | None) -> str:
    """The new conversation's contact. Nothing is known of someone who comes by the web."""
    at_ms = hotline.clock.now_ms()
    contact_id = new_id(at_ms)
    async with hotline.db.session() as session:
        known = await caller_facts(
            session, hotline.tools, contact_id=contact_id, caller="", channel="chat", at_ms=at_ms
        )
    spoken = lang if lang in LANGUAGES else str(known.facts["lang"])
    nobody = {"from_number": "", "to_number": ""}
    contact = fresh_contact(contact_id, "chat", at_ms, {**nobody, **known.contact, "lang": spoken})
    conversation = Conversation(contact_id, "chat", "", spoken, at_ms, 0, contact)
    release = await hotline.releases.newest()
    ran = await run_turn(release, hotline.services, conversation, Begin(MAIN, {**known.facts, "lang": spoken}))
    assert isinstance(ran, Ran)
    await hotline.db.commit(write_first_turn(contact, release.hash, ran, conversation, Given("chat")))
    return contact_id
