"""Which values the attributes of TwiML take, and the carrier's number for any other (docs/api/errors).

An attribute that is not here takes any text. 12200, the schema warning, stands where the carrier has no number of its
own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

Accepts = Callable[[str], bool]
SCHEMA = 12200


def _like(pattern: str) -> Accepts:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value.strip()) is not None


def _one_of(words: str) -> Accepts:
    allowed = frozenset(words.split())
    return lambda value: value.strip() in allowed


def _some_of(words: str) -> Accepts:
    allowed = frozenset(words.split())
    return lambda value: bool(given := value.replace(",", " ").split()) and allowed.issuperset(given)


def _flag(value: str) -> bool:
    return value.strip().lower() in ("true", "false")


def _method(value: str) -> bool:
    return value.strip().upper() in ("GET", "POST")


def _address(value: str) -> bool:
    """Relative, or absolute with http or https; empty where that has a meaning."""
    text = value.strip()
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and parts.port != 0 if parts.scheme or parts.netloc else True
    except ValueError:
        return False
    return whole and parts.scheme in ("", "http", "https") and not re.search(r"[\s\x00-\x1f]", text)


def _hints(value: str) -> bool:
    phrases = value.split(",")
    return len(phrases) <= 500 and all(len(phrase) <= 100 for phrase in phrases)


_POSITIVE, _WHOLE = _like(r"0*[1-9]\d{0,8}"), _like(r"\d{1,9}")
_LANGUAGE = _like(r"[a-z]{2,3}(-[A-Za-z]{4})?(-[A-Z]{2}|-\d{3})(-[A-Z]{3})?|zh|arb")
_VOICE = _like(r"man|woman|alice|(Polly|Google|Amazon|ElevenLabs)\.[\w.-]+")
_KEYS, _TRIM = _like(r"[0-9*#]*"), _one_of("trim-silence do-not-trim")
_CALL_EVENTS = _some_of("initiated ringing answered completed")
_RECORDED = _some_of("in-progress completed absent")
_AMD: dict[str, tuple[int, Accepts]] = {
    "machineDetection": (SCHEMA, _one_of("Enable DetectMessageEnd")),
    "amdStatusCallbackMethod": (SCHEMA, _method),
    "machineDetectionTimeout": (SCHEMA, _POSITIVE),
    "machineDetectionSpeechThreshold": (SCHEMA, _POSITIVE),
    "machineDetectionSpeechEndThreshold": (SCHEMA, _POSITIVE),
    "machineDetectionSilenceTimeout": (SCHEMA, _POSITIVE),
}
_RECORDING: dict[str, tuple[int, Accepts]] = {
    "recordingStatusCallback": (13256, _address),
    "recordingStatusCallbackMethod": (SCHEMA, _method),
    "recordingStatusCallbackEvent": (SCHEMA, _RECORDED),
}
_PHONE: dict[str, tuple[int, Accepts]] = {
    "statusCallbackMethod": (SCHEMA, _method),
    "statusCallbackEvent": (SCHEMA, _CALL_EVENTS),
}
_TEXT: dict[str, tuple[int, Accepts]] = {
    "method": (14104, _method),
    "statusCallback": (14105, _address),
}

VALUES: dict[str, dict[str, tuple[int, Accepts]]] = {
    "Say": {"loop": (13510, _WHOLE), "voice": (13511, _VOICE), "language": (SCHEMA, _LANGUAGE)},
    "Play": {"loop": (13410, _WHOLE), "digits": (13430, _like(r"[0-9A-DwW*#]+"))},
    "Pause": {"length": (SCHEMA, _POSITIVE)},
    "Gather": {
        "input": (13326, _some_of("dtmf speech")),
        "method": (13312, _method),
        "timeout": (13313, _like(r"0*[1-9]\d{0,8}|auto")),
        "numDigits": (13314, _POSITIVE),
        "speechTimeout": (13327, _like(r"0*[1-9]\d{0,8}|auto")),
        "maxSpeechTime": (13328, _POSITIVE),
        "partialResultCallbackMethod": (13329, _method),
        "hints": (13330, _hints),
        "language": (13331, _LANGUAGE),
        "bargeIn": (13332, _flag),
        "profanityFilter": (13333, _flag),
        "speechModel": (13334, _like(r"[A-Za-z0-9_.-]+")),
        "actionOnEmptyResult": (13338, _flag),
        "enhanced": (SCHEMA, _flag),
        "debug": (SCHEMA, _flag),
    },
    "Redirect": {"method": (13710, _method)},
    "Reject": {"reason": (13810, _one_of("rejected busy"))},
    "Record": {
        "method": (13610, _method),
        "timeout": (13611, _WHOLE),
        "maxLength": (13612, _POSITIVE),
        "finishOnKey": (13613, _KEYS),
        "transcribe": (13614, _flag),
        "playBeep": (13616, _flag),
        "trim": (13699, _TRIM),
        "transcribeCallback": (13257, _address),
        **_RECORDING,
        "recordingStatusCallbackEvent": (13621, _RECORDED),
    },
    "Enqueue": {
        "method": (14201, _method),
        "waitUrl": (14202, _address),
        "action": (14203, _address),
        "waitUrlMethod": (14206, _method),
        "maxQueueSize": (SCHEMA, _POSITIVE),
    },
    "Dial": {
        "method": (13210, _method),
        "timeout": (13212, _POSITIVE),
        "hangupOnStar": (13213, _flag),
        "timeLimit": (13216, _POSITIVE),
        "record": (
            13217,
            _one_of(
                "true false do-not-record record-from-answer record-from-ringing record-from-answer-dual"
                " record-from-ringing-dual"
            ),
        ),
        "sequential": (13218, _flag),
        "answerOnBridge": (13219, _flag),
        "ringTone": (13220, _like(r"[a-z]{2}(-old)?")),
        "trim": (SCHEMA, _TRIM),
        "recordingTrack": (SCHEMA, _one_of("both inbound outbound")),
        "events": (SCHEMA, _one_of("call-progress-event")),
        "referMethod": (SCHEMA, _method),
        **_RECORDING,
    },
    "Number": {"method": (13221, _method), "sendDigits": (13222, _like(r"[0-9*#wW]+")), **_PHONE, **_AMD},
    "Client": {"method": (SCHEMA, _method), **_PHONE},
    "Sip": {"method": (13241, _method), **_PHONE, **_AMD},
    "Queue": {"method": (14210, _method), "url": (14211, _address)},
    "Conference": {
        "muted": (13230, _flag),
        "endConferenceOnExit": (13231, _flag),
        "startConferenceOnEnter": (13232, _flag),
        "waitUrl": (13233, _address),
        "waitMethod": (13234, _method),
        "beep": (13235, _one_of("true false onEnter onExit")),
        "trim": (13239, _TRIM),
        "record": (SCHEMA, _one_of("do-not-record record-from-start")),
        "maxParticipants": (SCHEMA, _POSITIVE),
        "jitterBufferSize": (SCHEMA, _one_of("large medium small off")),
        "region": (SCHEMA, _one_of("us1 us2 ie1 sg1 br1 au1 jp1 de1")),
        "statusCallbackMethod": (SCHEMA, _method),
        "statusCallbackEvent": (SCHEMA, _some_of("start end join leave mute hold modify speaker announcement")),
        **_RECORDING,
    },
    "Message": _TEXT,
    "Sms": _TEXT,
}
_IN_GATHER = {"voice": 13321, "loop": 13322}


def refused(parent: str, tag: str, attribute: str, value: str) -> int:
    """The carrier's number for a value that this attribute does not take, 0 for one that it does."""
    if (tag, attribute) == ("Gather", "finishOnKey"):
        return 13310 if not _KEYS(value) else 13311 if len(value.strip()) > 1 else 0
    rule = VALUES.get(tag, {}).get(attribute)
    if rule is None or rule[1](value):
        return 0
    return _IN_GATHER.get(attribute, rule[0]) if parent == "Gather" and tag == "Say" else rule[0]
