"""Who said nothing and pressed nothing the last time is with a person at once."""

from __future__ import annotations

from tests.app.live.conftest import Node
from tests.app.live.webhooks import posted

BEFORE, NOW = "CA" + "a" * 32, "CA" + "b" * 32
LINE = ".wait"


async def gets(node: Node, call: str, *keys: str) -> str:
    """What the caller hears in the end; `~` is silence."""
    heard = await posted(node, "/twilio/voice", CallSid=call)
    for turn, key in enumerate(keys, 1):
        purpose, pressed = ("silence", {}) if key == "~" else ("keys", {"Digits": key})
        heard = await posted(node, f"/twilio/turn/{turn}.{purpose}", CallSid=call, **pressed)
    return heard


async def test_20_a_caller_who_was_silent_before_hears_no_menu(whole: Node) -> None:
    assert LINE in await gets(whole, BEFORE, "~", "~")
    assert LINE in await gets(whole, NOW)


async def test_20_who_found_the_way_and_fell_silent_later_still_hears_the_menu(whole: Node) -> None:
    assert LINE in await gets(whole, BEFORE, "2", "~", "~")
    assert LINE not in await gets(whole, NOW)
