"""Voice webhooks: each parses nothing but the form and calls one use case."""

from __future__ import annotations

import re

from app.carrier import twiml
from app.carrier.urls import keys_of_url
from app.db.write_set import Reply
from app.edge.webhook import VOICE, Arrived, Form, patience, webhook
from app.usecases.advance_call import advance_call
from app.usecases.agent_leg import agent_leg
from app.usecases.answer_call import answer_call
from app.usecases.conference_event import conference_event
from app.usecases.hear_hold import hear_hold
from app.usecases.join_talk import join_talk
from app.usecases.leg_status import leg_status
from app.usecases.move_call import after_talk, move_call
from app.usecases.note_status import call_status
from app.usecases.offer_by_phone import offer_by_phone
from app.usecases.reach_customer import answered
from app.usecases.take_recording import recording_ready

KEYS = re.compile(r"[0-9*#]{1,32}")


UNTOLD = "?"
"""No phone has this key, so that every question is asked again."""


async def _voice(came: Arrived) -> Reply | None:
    return await answer_call(came.hotline, came.form)


async def _turn(came: Arrived) -> Reply | None:
    key = came.key
    purpose = key.partition(".")[2]
    if key.startswith("0."):
        return await move_call(came.hotline, came.key, came.form)
    if purpose == "join":
        return await join_talk(came.hotline, came.key, came.form)
    if purpose == "after":
        return await after_talk(came.hotline, came.key, came.form)
    return await advance_call(came.hotline, came.key, _asked_again(came) if purpose == "keys" else came.form)


def _asked_again(came: Arrived) -> Form:
    """Something was pressed or said, and the carrier's fallback did not tell what: it was not understood."""
    lost = "again" in came.query and not came.form.get("Digits") and not came.form.get("SpeechResult")
    return {**came.form, "Digits": UNTOLD} if lost else came.form


async def _status(came: Arrived) -> Reply | None:
    asked = came.query
    await call_status(came.hotline, came.form, asked.get("attempt"), asked.get("task"))
    return None


async def _client(came: Arrived) -> Reply | None:
    return await agent_leg(came.hotline, came.form)


async def _hang_up(_: Arrived) -> Reply | None:
    return Reply(twiml.HANG_UP)


async def _conference(came: Arrived) -> Reply | None:
    await conference_event(came.hotline, came.form)
    return None


async def _leg_status(came: Arrived) -> Reply | None:
    await leg_status(came.hotline, came.form, came.query.get("offer", ""))
    return None


async def _offer(came: Arrived) -> Reply | None:
    asked = came.query
    return await offer_by_phone(came.hotline, asked.get("offer", ""), asked.get("lang", ""), came.form.get("Digits"))


async def _recording(came: Arrived) -> Reply | None:
    await recording_ready(came.hotline, came.form)
    return None


async def _hold(came: Arrived) -> Reply | None:
    return await hear_hold(came.hotline, came.form["CallSid"])


async def _keys(came: Arrived) -> Reply | None:
    """What is played to one party when the agent presses keys for them."""
    digits = keys_of_url(came.query.get("digits", ""))
    return Reply(twiml.play_keys(digits) if KEYS.fullmatch(digits) else twiml.EMPTY)


async def _outgoing(came: Arrived) -> Reply | None:
    return await answered(came.hotline, came.form, came.query.get("contact", ""), came.query.get("task", ""))


async def _fallback(came: Arrived) -> Reply | None:
    """The document at ErrorUrl could not be had: ask there again, as nothing is doubled by it, and in the end give up.

    Reads nothing but the form (https://www.twilio.com/docs/voice/twiml: fallback requests carry ErrorUrl).
    """
    base, failed = came.hotline.settings.base_url, came.form.get("ErrorUrl", "")
    if not failed.startswith(f"{base}/twilio/") or "/voice/fallback" in failed:
        return Reply(twiml.LAST_RESORT)
    return patience(base, failed.removeprefix(base).partition("#")[0], came.form)


ROUTES = [
    webhook("/twilio/voice", _voice, needs=VOICE, sid="CallSid", again=True),
    webhook("/twilio/turn/{key}", _turn, needs=VOICE, sid="CallSid", again=True),
    webhook("/twilio/voice/status", _status, needs=VOICE, sid="CallSid", again=False),
    webhook("/twilio/client", _client, needs=VOICE, sid="CallSid", again=True),
    webhook("/twilio/client/after", _hang_up, needs=VOICE, sid="CallSid", again=True),
    webhook("/twilio/conference", _conference, needs=("AccountSid",), sid="ConferenceSid", again=False),
    webhook("/twilio/leg/status", _leg_status, needs=("AccountSid", "CallStatus"), sid="CallSid", again=False),
    webhook("/twilio/offer", _offer, needs=VOICE, sid="CallSid", again=True),
    webhook("/twilio/recording", _recording, needs=("AccountSid", "RecordingStatus"), sid="RecordingSid", again=False),
    webhook("/twilio/hold", _hold, needs=("AccountSid",), sid="CallSid", again=True),
    webhook("/twilio/keys", _keys, needs=("AccountSid",), sid="CallSid", again=True),
    webhook("/twilio/outgoing", _outgoing, needs=VOICE, sid="CallSid", again=True),
    webhook("/twilio/voice/fallback", _fallback, needs=("AccountSid",), sid="CallSid", again=True),
]
