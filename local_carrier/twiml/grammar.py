"""Which attributes and children each element of the subset has (docs/voice/twiml, docs/messaging/twiml)."""

from __future__ import annotations

from local_carrier.twiml.parse import Element

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


def check(element: Element) -> list[str]:
    """What the real carrier would warn of (12200) and ignore; the offending parts are taken out of the
    tree."""
    if element.tag in SPEECH_MARKS:
        return []
    warnings = [f"{element.tag}@{name} is unknown" for name in element.attributes if not _known(element, name)]
    for name in list(element.attributes):
        if not _known(element, name):
            del element.attributes[name]
    allowed = CHILDREN.get(element.tag, frozenset())
    for child in list(element.children):
        if child.tag in allowed:
            warnings += check(child)
        else:
            warnings.append(f"{child.tag} is not allowed in {element.tag}")
            element.children.remove(child)
    return warnings


def _known(element: Element, attribute: str) -> bool:
    return attribute in ATTRIBUTES.get(element.tag, frozenset()) or attribute.startswith("xml")
