"""Say, Play, Pause: the party hears something (docs/voice/twiml/say, /play, /pause)."""

from __future__ import annotations

from urllib.parse import quote

from local_carrier.addresses import join
from local_carrier.interpreter import Run
from local_carrier.leg import Target
from local_carrier.media import Sound
from local_carrier.twiml.parse import Element
from local_carrier.verbs.attributes import number

MAX_LOOPS = 1_000
MAX_SAY_ENCODED = 4_500


def sounds_of(run: Run, element: Element) -> list[Sound]:
    """What a Say, Play or Pause lets the party hear, once; empty when there is nothing to be heard."""
    if element.tag == "Pause":
        return [Sound("silence", length_ms=number(element, "length", 1) * 1000)]
    if element.tag == "Play":
        return _played(run, element)
    text = element.all_text()
    if not text:
        run.report(13520, "Say without a text")
        return []
    if len(quote(text)) > MAX_SAY_ENCODED:
        run.report(13521, "the text of Say is too long")
        return []
    return [Sound("say", text, element.attributes.get("language", "en-US"), element.attributes.get("voice", ""))]


def _played(run: Run, element: Element) -> list[Sound]:
    digits = element.attributes.get("digits", "")
    if digits:
        return [Sound("tones", "".join(c for c in digits if c in "0123456789*#wW"))]
    url = element.text
    if not url:
        run.report(11100, "Play without an address")
        return []
    return [Sound("play", join(run.target.url, url))]


def loops_of(element: Element) -> int:
    """How often to repeat: 0 stands for as long as the carrier allows."""
    loops = number(element, "loop", 1, high=MAX_LOOPS)
    return loops or MAX_LOOPS


async def say(run: Run, element: Element) -> Target | None:
    for _ in range(loops_of(element)):
        for sound in sounds_of(run, element):
            await run.play(sound)
    return None


play = say


async def pause(run: Run, element: Element) -> Target | None:
    for sound in sounds_of(run, element):
        await run.play(sound)
    return None
