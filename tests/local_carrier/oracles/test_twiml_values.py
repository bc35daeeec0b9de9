"""Every attribute of every verb with a value that it takes and one that it does not."""

from __future__ import annotations

import pytest

from local_carrier.codes import level_of
from local_carrier.twiml.grammar import ATTRIBUTES
from local_carrier.twiml.values import VALUES
from tests.local_carrier.oracles.executed import VERBS, outcomes
from tests.local_carrier.world import World

FLAG, METHOD, NUMBER, ADDRESS = ("true", "maybe"), ("get", "PUT"), ("7", "many"), ("/asked", "ftp://a b")
RECORDED = ("completed absent", "completed late")
SAMPLES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("bargeIn", "profanityFilter", "actionOnEmptyResult", "enhanced", "debug"), FLAG),
    **dict.fromkeys(("transcribe", "playBeep", "hangupOnStar", "sequential", "answerOnBridge"), FLAG),
    **dict.fromkeys(("muted", "startConferenceOnEnter", "endConferenceOnExit"), FLAG),
    **dict.fromkeys(("method", "waitMethod", "waitUrlMethod", "referMethod", "statusCallbackMethod"), METHOD),
    **dict.fromkeys(
        ("recordingStatusCallbackMethod", "partialResultCallbackMethod", "amdStatusCallbackMethod"), METHOD
    ),
    **dict.fromkeys(("timeout", "timeLimit", "numDigits", "maxLength", "maxSpeechTime", "length", "loop"), NUMBER),
    **dict.fromkeys(("maxQueueSize", "maxParticipants", "machineDetectionTimeout"), NUMBER),
    **dict.fromkeys(("machineDetectionSpeechThreshold", "machineDetectionSpeechEndThreshold"), NUMBER),
    "machineDetectionSilenceTimeout": NUMBER,
    **dict.fromkeys(("waitUrl", "recordingStatusCallback", "transcribeCallback"), ADDRESS),
    "input": ("dtmf speech", "dtmf smell"),
    "speechTimeout": ("auto", "soon"),
    "hints": ("fault, bill", "x" * 101),
    "language": ("cmn-CN", "en"),
    "voice": ("Polly.Zhiyu-Neural", "bass"),
    "speechModel": ("phone_call", "no such model"),
    "digits": ("1w2#", "1-2"),
    "sendDigits": ("1w2#", "1-2"),
    "reason": ("busy", "tired"),
    "trim": ("do-not-trim", "trim"),
    "ringTone": ("cn", "loud"),
    "recordingTrack": ("both", "none"),
    "events": ("call-progress-event", "all"),
    "machineDetection": ("Enable", "Sometimes"),
    "statusCallbackEvent": ("completed", "late"),
    "recordingStatusCallbackEvent": RECORDED,
    "beep": ("onEnter", "twice"),
    "jitterBufferSize": ("small", "tiny"),
    "region": ("us1", "mars1"),
    "finishOnKey": ("*", "x"),
}
OF_ONE_TAG = {
    ("Dial", "record"): ("record-from-answer", "yes"),
    ("Conference", "record"): ("record-from-start", "yes"),
    ("Conference", "statusCallbackEvent"): ("start end join", "start late"),
    ("Enqueue", "action"): ADDRESS,
    ("Queue", "url"): ADDRESS,
    ("Message", "statusCallback"): ADDRESS,
    ("Sms", "statusCallback"): ADDRESS,
}
ANY_TEXT = {
    *("action", "url", "statusCallback", "partialResultCallback", "amdStatusCallback", "eventCallbackUrl", "referUrl"),
    *("callerId", "to", "from", "name", "value", "coach", "participantLabel", "username", "password", "codecs", "byoc"),
    *("passports", "recordingConfigurationId", "workflowSid", "reservationSid", "postWorkActivitySid"),
}


def samples(tag: str, name: str) -> tuple[str, str] | None:
    """A value that is taken and one that is not; None where any text is taken."""
    if (tag, name) in OF_ONE_TAG:
        return OF_ONE_TAG[tag, name]
    return None if name in ANY_TEXT else SAMPLES[name]


def number(tag: str, name: str) -> int:
    return 13310 if (tag, name) == ("Gather", "finishOnKey") else VALUES[tag][name][0]


@pytest.mark.parametrize("tag", sorted(VERBS))
async def test_every_attribute_takes_its_values_and_any_other_is_reported_and_ignored(tag: str) -> None:
    given = {name: samples(tag, name) for name in sorted(ATTRIBUTES[tag])}
    documents = {"plain": "", "unknown": 'zz="1"'}
    for name, pair in given.items():
        good, bad = pair or ("x", "/asked")
        documents |= {f"{name} good": f'{name}="{good}"', f"{name} bad": f'{name}="{bad}"'}
    found = await outcomes({name: VERBS[tag].format(attribute) for name, attribute in documents.items()})
    plain = found["plain"]
    assert found["unknown"] == (sorted([*plain[0], 12200]), *plain[1:])
    for name, pair in given.items():
        codes, _, status = found[f"{name} good"]
        assert status in ("completed", "busy", "no-answer"), f"{tag} {name}: {status}"
        if pair is None:
            assert codes.count(12200) == plain[0].count(12200), f"{tag} {name}"
            continue
        assert not set(codes) - {*plain[0], 11200, 12300}, f"{tag} {name}: {codes}"
        assert found[f"{name} bad"] == (sorted([*plain[0], number(tag, name)]), *plain[1:]), f"{tag} {name}"


def test_each_attribute_is_either_checked_or_takes_any_text() -> None:
    for tag, names in ATTRIBUTES.items():
        checked = set(VALUES.get(tag, {})) | ({"finishOnKey"} if tag == "Gather" else set())
        assert checked == {name for name in names if samples(tag, name)}, tag


@pytest.mark.parametrize(("value", "code"), [("##", 13311), ("x", 13310), ("", 0), ("*", 0)])
async def test_gather_has_one_finishing_key_or_none(world: World, value: str, code: int) -> None:
    world.app.answers["/twilio/voice"] = f'<Gather finishOnKey="{value}"/>'
    world.dial()
    await world.wait(8)
    assert world.errors() == ([code] if code else [])


async def test_say_in_a_gather_has_numbers_of_its_own_and_each_is_as_serious_as_in_the_dictionary(world: World) -> None:
    world.app.answers["/twilio/voice"] = (
        '<Gather actionOnEmptyResult="maybe"><Say voice="bass" loop="x">a</Say><Play loop="x">/b</Play></Gather>'
    )
    leg = world.dial()
    await world.wait(20)
    kinds = {line["code"]: line["kind"] for line in world.carrier.ledger.read() if "code" in line}
    assert kinds == {13338: "error", 13321: "warning", 13322: "warning", 13410: "warning"}
    assert kinds == {code: level_of(code) for code in kinds}
    assert world.heard(leg) == ["a", world.app.url("/b")]
