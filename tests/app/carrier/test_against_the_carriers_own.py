"""Our signatures and documents beside those of the carrier's own package."""

from __future__ import annotations

import hashlib
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from twilio.twiml import TwiML
from twilio.twiml.voice_response import Dial, VoiceResponse

from app.carrier import twiml
from app.carrier.signature import is_signed, is_signed_body, sign
from app.carrier.urls import Urls
from ivr_flows.effects import Gather, HangUp, Record, Say

TOKEN = "a-token-of-the-tests"
BASE = "https://hotline.example.org"
URLS = (
    f"{BASE}/twilio/voice",
    f"{BASE}/twilio/turn/4.menu?again=1",
    "https://hotline.example.org:443/twilio/voice",
    "https://hotline.example.org:8443/twilio/voice",
    "http://127.0.0.1:8000/twilio/turn/9.wait.17",
    "http://[::1]:8000/twilio/sms",
)
fields = st.dictionaries(st.text(min_size=1, max_size=12), st.text(max_size=40), max_size=8)
PLACE = twiml.Place(Urls(BASE), 3, waiting=False, parked=False)


@pytest.mark.parametrize("url", URLS)
@given(form=fields)
def test_what_the_carriers_package_signs_is_taken_and_what_we_sign_it_takes(url: str, form: dict[str, str]) -> None:
    theirs = RequestValidator(TOKEN)
    pairs = list(form.items())
    assert is_signed([TOKEN], url, pairs, theirs.compute_signature(url, form))
    assert is_signed(["another", TOKEN], url, pairs, theirs.compute_signature(url, form))
    assert theirs.validate(url, form, sign(TOKEN, url, pairs))


@given(form=fields, name=st.text(min_size=1, max_size=5), value=st.text(max_size=5))
def test_another_form_address_or_token_is_not_taken(form: dict[str, str], name: str, value: str) -> None:
    url = URLS[0]
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    changed = {**form, name: value + "x"}
    if RequestValidator(TOKEN).compute_signature(url, changed) != signature:
        assert not is_signed([TOKEN], url, list(changed.items()), signature)
    assert not is_signed([TOKEN], URLS[1], list(form.items()), signature)
    assert not is_signed(["another"], url, list(form.items()), signature)


@given(given_signature=st.text(max_size=60), settings=st.text(max_size=30))
def test_rubbish_is_refused_and_raises_nothing(given_signature: str, settings: str) -> None:
    assert not is_signed([TOKEN], URLS[0], [("From", "+15550100001")], given_signature, settings)


@given(body=st.binary(max_size=200))
def test_a_body_that_is_no_form_is_covered_by_its_hash(body: bytes) -> None:
    url = f"{BASE}/twilio/events?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = RequestValidator(TOKEN).compute_signature(url, {})
    assert is_signed_body([TOKEN], url, body, signature)
    assert not is_signed_body([TOKEN], url, body + b"x", signature)


def same(ours: str, theirs: TwiML) -> bool:
    """Whether two documents say the same, whatever the order of their attributes."""
    return ElementTree.canonicalize(ours) == ElementTree.canonicalize(str(theirs))


def spoken(into: TwiML, text: str) -> None:
    language, voice = twiml.VOICES["zh-CN"]
    into.say(text, language=language, voice=voice)


@pytest.mark.parametrize("text", ["您好", "a < b & c > d", '"quoted"', "电费 86元5角"])
def test_a_question_is_the_document_that_the_carriers_classes_make(text: str) -> None:
    asked = Gather(1, "#", timeout_s=6, interdigit_s=3, speech=True, hints=("停电", "电费"), choices=())
    ours = twiml.render([Say(text, "zh-CN", "menu.main"), asked], PLACE, "zh-CN").document
    theirs = VoiceResponse()
    gather = theirs.gather(
        input="dtmf speech", action=PLACE.urls.turn(3, "keys"), method="POST", timeout=6, num_digits=1,
        finish_on_key="#", language=twiml.RECOGNISERS["zh-CN"], speech_timeout="auto", hints="停电,电费",
    )  # fmt: skip
    spoken(gather, text)
    theirs.redirect(PLACE.urls.turn(3, "silence"), method="POST")
    assert same(ours, theirs)


def test_recording_and_hanging_up_too() -> None:
    ours = twiml.render([Record(purpose="complaint", max_s=120, finish_on_key="#")], PLACE, "zh-CN").document
    theirs = VoiceResponse()
    theirs.record(
        action=PLACE.urls.turn(3, "recorded"), method="POST", max_length=120, finish_on_key="#", timeout=5,
        play_beep=True, recording_status_callback=PLACE.urls.fixed("recording"),
    )  # fmt: skip
    theirs.redirect(PLACE.urls.turn(3, "silence"), method="POST")
    assert same(ours, theirs)

    theirs = VoiceResponse()
    spoken(theirs, "再见")
    theirs.hangup()
    assert same(twiml.render([Say("再见", "zh-CN", "bye"), HangUp()], PLACE, "zh-CN").document, theirs)


def test_a_conference_too() -> None:
    inside = twiml.dial_conference("int-1", label="caller-1", events_url=f"{BASE}/e", after_url=f"{BASE}/a")
    theirs = VoiceResponse()
    dial = Dial(action=f"{BASE}/a", method="POST")
    dial.conference(
        "int-1", participant_label="caller-1", start_conference_on_enter=True, end_conference_on_exit=False, beep=False,
        wait_url="", jitter_buffer_size="small", status_callback=f"{BASE}/e",
        status_callback_event=twiml.CONFERENCE_EVENTS,
    )  # fmt: skip
    theirs.append(dial)
    assert same(twiml.response(inside), theirs)


@given(text=st.text(max_size=300))
def test_whatever_is_said_the_document_is_well_formed(text: str) -> None:
    document = twiml.response(twiml.say(text, "zh-CN"), twiml.redirect(f"{BASE}/x?{text}"))
    root = ElementTree.fromstring(document)
    assert root.tag == "Response"
    assert {child.tag for child in root} <= {"Say", "Redirect"}
