"""Which attributes and children each element of the subset has (docs/voice/twiml, docs/messaging/twiml)."""

from __future__ import annotations

from local_carrier.twiml.parse import Element
from local_carrier.twiml.values import refused

_CALLBACK = "statusCallback statusCallbackMethod statusCallbackEvent"
_RECORDING = (
    "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent recordingConfigurationId"
)
_AMD = (
    "machineDetection amdStatusCallback amdStatusCallbackMethod machineDetectionTimeout"
    " machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout"
)
SPEECH_MARKS = (
    "break",
    "emphasis",
    "lang",
    "p",
    "phoneme",
    "prosody",
    "s",
    "say-as",
    "sub",
    "w",
    "amazon:effect",
)

ATTRIBUTES: dict[str, frozenset[str]] = {
    tag: frozenset(names.split())
    for tag, names in {
        "Response": "",
        "Say": "voice language loop",
        "Play": "loop digits",
        "Pause": "length",
        "Gather": "input action method timeout speechTimeout maxSpeechTime profanityFilter finishOnKey"
        " numDigits partialResultCallback partialResultCallbackMethod language hints bargeIn debug"
        " actionOnEmptyResult speechModel enhanced",
        "Redirect": "method",
        "Hangup": "",
        "Reject": "reason",
        "Leave": "",
        "Record": "action method timeout finishOnKey maxLength playBeep trim transcribe transcribeCallback "
        + _RECORDING,
        "Enqueue": "action method maxQueueSize waitUrl waitUrlMethod workflowSid",
        "Dial": "action method timeout hangupOnStar timeLimit callerId record trim answerOnBridge ringTone"
        " recordingTrack sequential referUrl referMethod events passports " + _RECORDING,
        "Number": "sendDigits url method byoc " + _CALLBACK + " " + _AMD,
        "Client": "url method " + _CALLBACK,
        "Sip": "username password url method codecs " + _CALLBACK + " " + _AMD,
        "Queue": "url method reservationSid postWorkActivitySid",
        "Conference": "muted beep startConferenceOnEnter endConferenceOnExit waitUrl waitMethod"
        " maxParticipants record region coach trim eventCallbackUrl jitterBufferSize participantLabel "
        + _CALLBACK
        + " "
        + _RECORDING,
        "Parameter": "name value",
        "Identity": "",
        "Message": "to from action method statusCallback",
        "Sms": "to from action method statusCallback",
        "Body": "",
        "Media": "",
    }.items()
}
CHILDREN: dict[str, frozenset[str]] = {
    "Response": frozenset(
        [
            "Say",
            "Play",
            "Pause",
            "Gather",
            "Redirect",
            "Hangup",
            "Reject",
            "Leave",
            "Record",
            "Enqueue",
            "Dial",
            "Message",
            "Sms",
        ]
    ),
    "Say": frozenset(SPEECH_MARKS),
    "Gather": frozenset({"Say", "Play", "Pause"}),
    "Dial": frozenset({"Number", "Client", "Sip", "Queue", "Conference"}),
    "Client": frozenset({"Identity", "Parameter"}),
    "Message": frozenset({"Body", "Media"}),
    "Hangup": frozenset({"Parameter"}),
    "Reject": frozenset({"Parameter"}),
}


NEST_CODES = {"Gather": 13320, "Dial": 13215}


def check(element: Element, parent: str = "") -> list[tuple[int, str]]:
    """The carrier's number and a word on each thing that it would complain of and go on without.

    What is complained of is taken out of the tree: unknown names, values that an attribute does not take.
    """
    if element.tag in SPEECH_MARKS:
        return []
    found = _attributes(element, parent)
    allowed = CHILDREN.get(element.tag, frozenset())
    for child in list(element.children):
        if child.tag in allowed:
            found += check(child, element.tag)
        else:
            found.append((NEST_CODES.get(element.tag, 12200), f"{child.tag[:40]} is not allowed in {element.tag}"))
            element.children.remove(child)
    return found


def _attributes(element: Element, parent: str) -> list[tuple[int, str]]:
    found = []
    for name, value in list(element.attributes.items()):
        known = name in ATTRIBUTES.get(element.tag, frozenset()) or name.startswith("xml")
        code = refused(parent, element.tag, name, value) if known else 12200
        if code:
            del element.attributes[name]
            what = f"cannot be {value[:40]!r}" if known else "is unknown"
            found.append((code, f"{element.tag}@{name[:40]} {what}"))
    return found
