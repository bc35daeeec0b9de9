"""On hold a caller hears their own language only."""

from __future__ import annotations

from tests.app.live.conftest import Node
from tests.app.live.webhooks import posted

CALL = "CA" + "f" * 32


async def test_the_announcement_is_in_the_callers_language(whole: Node) -> None:
    await posted(whole, "/twilio/voice", CallSid=CALL)
    held = await posted(whole, "/twilio/hold", CallSid=CALL)
    assert ("保持" in held, "hold the line" in held) == (True, False)
    assert held.index("<Pause") < held.index("<Redirect"), "it is said again after a while"
    await posted(whole, "/twilio/turn/1.keys", CallSid=CALL, Digits="9")
    held = await posted(whole, "/twilio/hold", CallSid=CALL)
    assert ("保持" in held, "hold the line" in held) == (False, True)


async def test_a_move_that_nobody_asked_for_leaves_the_caller_where_they_are(whole: Node) -> None:
    await posted(whole, "/twilio/voice", CallSid=CALL)
    for key in ("0.x", "0.x.y", "0.join", "0."):
        assert "/twilio/turn/1.silence" in await posted(whole, f"/twilio/turn/{key}", CallSid=CALL)


async def test_keys_for_the_other_side_are_a_document_of_tones_and_nothing_else(whole: Node) -> None:
    assert '<Play digits="12*3#"/>' in await posted(whole, "/twilio/keys?digits=12s3h", CallSid=CALL)
    assert "<Play" not in await posted(whole, "/twilio/keys?digits=xyz", CallSid=CALL)
