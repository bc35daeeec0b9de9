"""A turn's effects as a TwiML document. Pure; compared in tests with the carrier's own classes.

Verbs and attributes: https://www.twilio.com/docs/voice/twiml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.carrier.urls import Urls
from app.carrier.xml import element, text_of
from ivr_flows.effects import Effect, Enqueue, Gather, HangUp, Record, Say
from ivr_flows.hazards import HINTS

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
EMPTY = f"{HEAD}<Response/>"
HANG_UP = f"{HEAD}<Response><Hangup/></Response>"

VOICES = {"zh-CN": ("cmn-CN", "Polly.Zhiyu"), "en": ("en-US", "Polly.Joanna")}
RECOGNISERS = {"zh-CN": "cmn-Hans-CN", "en": "en-US"}
SAY_LIMIT = 450
"""Characters in one Say: a Chinese one counts nine of the 4,500 that are allowed when URL-encoded."""

CONFERENCE_EVENTS = "start end join leave hold mute"
SENTENCE_END = re.compile(r"(?<=[。！？.!?;；])")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document is spoken: the turn that its URLs carry, and whether the call is parked in the queue.

    Parked documents may hold no Record, Enqueue or Dial; a new Enqueue just goes on waiting, and what cannot be said
    while parked is returned as the second document of `render`, for after the Leave.
    """

    urls: Urls
    turn: int
    waiting: bool
    parked: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """`document` is the answer now; `after_leave` the answer once the call has left the queue, if it must."""

    document: str
    after_leave: str | None = None
    parks: bool = False


def render(effects: Sequence[Effect], place: Place, lang: str) -> Rendered:
    """The document for the effects of one turn."""
    if place.parked and any(isinstance(effect, Record) for effect in effects):
        later = Place(place.urls, place.turn, place.waiting, parked=False)
        return Rendered(response("<Leave/>"), after_leave=render(effects, later, lang).document)
    verbs: list[str] = []
    said: list[str] = []
    parks = False
    for effect in effects:
        if isinstance(effect, Say):
            said.append(say(effect.text, effect.lang))
        elif isinstance(effect, Gather):
            verbs += [_gather(effect, said, place, lang), _redirect(place)]
            said = []
        elif isinstance(effect, Record):
            verbs += [*said, _record(effect, place), _redirect(place)]
            said = []
        elif isinstance(effect, Enqueue):
            parks = not place.parked
            verbs += [*said, _enqueue(effect, place) if parks else _redirect(place)]
            said = []
        elif isinstance(effect, HangUp):
            verbs += [*said, "<Hangup/>"]
            said = []
    if said and place.waiting:
        # Words on the way into the line, the first ones of a call too: whoever is told to press 8 is heard at once.
        hears = Gather(1, "", timeout_s=1, interdigit_s=0, speech=True, hints=HINTS[lang], choices=())
        verbs += [_gather(hears, said, place, lang), _redirect(place)]
    elif said:
        verbs += [*said, _redirect(place)]
    return Rendered(response(*(verbs or [_redirect(place)])), parks=parks)


def response(*verbs: str) -> str:
    """A whole document."""
    return f"{HEAD}<Response>{''.join(verbs)}</Response>"


@lru_cache(maxsize=1024)  # most texts are constant
def say(text: str, lang: str) -> str:
    """One or, for a long text, several Say verbs."""
    language, voice = VOICES.get(lang, VOICES["zh-CN"])
    return "".join(
        element("Say", text_of(part), language=language, voice=voice) for part in _breaths(text) if part.strip()
    )


def play_keys(digits: str) -> str:
    """A document that presses keys."""
    return response(element("Play", digits=digits))


def redirect(url: str) -> str:
    """Go on at another document."""
    return element("Redirect", text_of(url), method="POST")


def ask_key(said: str, url: str, timeout_s: int) -> str:
    """Say it and wait for one key, which goes to `url`; without one, go on after this."""
    return element("Gather", said, input="dtmf", action=url, method="POST", timeout=timeout_s, numDigits=1)


def dial_conference(
    name: str, *, label: str, events_url: str, after_url: str, ends: bool = False, record_url: str | None = None
) -> str:
    """Join a conference. Every leg carries the same attributes, since the carrier takes the first leg's.

    A join never starts hold music from the carrier's own servers and makes no beep.
    """
    conference = element(
        "Conference",
        text_of(name),
        participantLabel=label,
        startConferenceOnEnter=True,
        endConferenceOnExit=ends,
        beep=False,
        waitUrl="",
        jitterBufferSize="small",
        statusCallback=events_url,
        statusCallbackEvent=CONFERENCE_EVENTS,
        record="record-from-start" if record_url else None,
        recordingStatusCallback=record_url,
    )
    return element("Dial", conference, action=after_url, method="POST")


def try_again(url: str, lang: str = "zh-CN") -> str:
    """The answer without a commit: a word of patience and the same keyed URL once more."""
    texts = {"zh-CN": "请稍候。", "en": "One moment, please."}
    return response(say(texts.get(lang, texts["zh-CN"]), lang), element("Pause", length=1), redirect(url))


def _gather(gather: Gather, said: Iterable[str], place: Place, lang: str) -> str:
    return element(
        "Gather",
        "".join(said),
        input="dtmf speech" if gather.speech else "dtmf",
        action=place.urls.turn(place.turn, "keys"),
        method="POST",
        timeout=gather.timeout_s,
        numDigits=gather.num_digits,
        finishOnKey=gather.finish_on_key,
        language=RECOGNISERS.get(lang) if gather.speech else None,
        speechTimeout="auto" if gather.speech else None,
        hints=",".join(gather.hints) if gather.speech and gather.hints else None,
    )


def _record(record: Record, place: Place) -> str:
    return element(
        "Record",
        action=place.urls.turn(place.turn, "recorded"),
        method="POST",
        maxLength=record.max_s,
        finishOnKey=record.finish_on_key,
        timeout=5,
        playBeep=True,
        recordingStatusCallback=place.urls.fixed("recording"),
    )


def _enqueue(effect: Enqueue, place: Place) -> str:
    return element(
        "Enqueue",
        text_of(effect.queue),
        waitUrl=place.urls.turn(place.turn, "wait"),
        waitUrlMethod="POST",
        action=place.urls.turn(place.turn, "left"),
        method="POST",
    )


def _redirect(place: Place) -> str:
    return redirect(place.urls.turn(place.turn, "wait" if place.waiting else "silence"))


def _breaths(text: str) -> list[str]:
    if len(text) <= SAY_LIMIT:
        return [text]
    parts: list[str] = [""]
    for sentence in SENTENCE_END.split(text):
        for start in range(0, len(sentence), SAY_LIMIT):
            piece = sentence[start : start + SAY_LIMIT]
            if len(parts[-1]) + len(piece) > SAY_LIMIT:
                parts.append("")
            parts[-1] += piece
    return parts


LAST_RESORT = response(
    say("系统繁忙，请稍后再拨。如遇电线落地或有人触电，请远离现场。", "zh-CN"),
    say("We are very busy. Please call again later. If a wire is down or someone is hurt, keep well away.", "en"),
    "<Hangup/>",
)
"""The static answer that needs nothing: no database, no trees."""
