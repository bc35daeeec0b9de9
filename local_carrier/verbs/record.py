"""Record: the party speaks after the tone (docs/voice/twiml/record)."""

from __future__ import annotations

from local_carrier.interpreter import Run
from local_carrier.leg import Ended, Interrupt, Key, Target
from local_carrier.media import Sound
from local_carrier.recordings import Recording
from local_carrier.twiml.parse import Element
from local_carrier.verbs.attributes import flag, method, number
from local_carrier.verbs.dial import recording_callback

ANY_KEY = "1234567890*#"


async def record(run: Run, element: Element) -> Target | None:
    """Asks its action whatever was said, if anything: verbs after it are never reached."""
    carrier, leg = run.carrier, run.leg
    if flag(element, "playBeep", True):
        await run.play(Sound("beep", "beep"))
    leg.forget_input()
    recording = carrier.recordings.begin(leg, "RecordVerb", recording_callback(run, element))
    leg.handset.write("listening", input="record", digits=0, finish=element.attributes.get("finishOnKey", ANY_KEY))
    try:
        ended_by = await _listen(run, element)
    except Ended:
        carrier.recordings.stop(recording.sid)
        carrier.dialling.tell(leg, _action(run, element, recording, "hangup"))
        raise
    except Interrupt:
        carrier.recordings.stop(recording.sid)
        raise
    carrier.recordings.stop(recording.sid)
    return _action(run, element, recording, ended_by)


async def _listen(run: Run, element: Element) -> str:
    """The key that ended it, or nothing. Silence ends it unless `timeout` is 0."""
    leg, clock = run.leg, run.leg.clock
    finish = element.attributes.get("finishOnKey", ANY_KEY)
    silence_ms = number(element, "timeout", 5) * 1000 or 86_400_000
    latest_ms = clock.now_ms() + number(element, "maxLength", 3_600, 1, 14_400) * 1000
    due_ms = clock.now_ms() + silence_ms
    while True:
        item = await leg.wait(min(due_ms, latest_ms))
        if item is None:
            return ""
        if isinstance(item, Key):
            if finish and item.digit in finish:
                return item.digit
            continue
        due_ms = clock.now_ms() + silence_ms


def _action(run: Run, element: Element, recording: Recording, ended_by: str) -> Target:
    url = element.attributes.get("action", "").strip() or run.target.url
    params = [
        ("RecordingUrl", run.carrier.recordings.url(recording)),
        ("RecordingSid", recording.sid),
        ("RecordingDuration", str(max(0, recording.duration_s))),
    ]
    if ended_by:
        params.append(("Digits", ended_by))
    return run.resolve(url, method(element), tuple(params))
