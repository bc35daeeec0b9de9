"""Dial Number, Client, Sip: rings other phones, at once or one after another; the first to answer is
connected."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from local_carrier.interpreter import NoDocument, Run, run_beside
from local_carrier.leg import Ended, Interrupt, Key, Leg
from local_carrier.media import Sound
from local_carrier.recordings import Recording
from local_carrier.rooms import Bridge, PeerLeft
from local_carrier.twiml.parse import Element
from local_carrier.verbs.attributes import callback, flag, method, number
from local_carrier.verbs.dial_result import Outcome

NUMBER = re.compile(r"\+[1-9]\d{6,14}")
SIP_URI = re.compile(r"sips?:[^\s@<>]+@[^\s@<>]+")
WHISPER_VERBS = frozenset({"Play", "Say", "Pause", "Gather", "Redirect", "Hangup"})


@dataclass(eq=False)
class _Attempt:
    """One Dial: the legs it rings, the one that answered, the bridge."""

    run: Run
    element: Element
    legs: list[Leg] = field(default_factory=list)
    winner: Leg | None = None
    bridge: Bridge | None = None
    bridged_at: int = 0
    recording: Recording | None = None

    @property
    def over(self) -> bool:
        if self.winner is not None:
            return self.winner.over or (self.bridge is not None and not self.bridge.open)
        return all(leg.over for leg in self.legs)

    def end_all(self, except_for: Leg | None = None) -> None:
        for leg in self.legs:
            if leg is not except_for:
                self.run.carrier.calls.end(leg)

    def outcome(self) -> Outcome:
        last = self.winner or (self.legs[-1] if self.legs else None)
        status = "completed" if self.winner is not None else (last.status if last else "failed")
        end = self.winner.ended_at if self.winner is not None else 0
        seconds: int | None = 0
        if self.bridged_at:
            moved_on = self.winner is not None and not self.winner.over
            seconds = None if moved_on else (end - self.bridged_at) // 1000
        url = self.run.carrier.recordings.url(self.recording) if self.recording else ""
        return Outcome(status, last, seconds, bridged=self.bridged_at > 0, recording_url=url)


def _address(noun: Element) -> str:
    if noun.tag != "Client":
        return noun.text
    identity = next((c.text for c in noun.children if c.tag == "Identity"), noun.text)
    return identity if identity.startswith("client:") else f"client:{identity}"


async def dial_phones(run: Run, element: Element, nouns: list[Element]) -> Outcome:
    leg = run.leg
    caller_id = element.attributes.get("callerId", "").strip() or leg.from_
    nouns = [noun for noun in nouns if _can_be_dialled(run, noun)]
    if not nouns or not _may_call_as(run, caller_id, nouns):
        return Outcome("failed")
    attempt = _Attempt(run, element)
    groups = [[noun] for noun in nouns] if flag(element, "sequential") else [nouns]
    leg.handset.write("heard", sound="tone", text="ringing")
    try:
        for group in groups:
            attempt.legs = [_ring(attempt, noun, caller_id) for noun in group]
            await _until_over(attempt)
            if attempt.winner is not None:
                break
    except Interrupt as interrupt:
        attempt.end_all()
        if isinstance(interrupt, Ended):
            _tell(run, element, attempt)
        raise
    finally:
        if attempt.bridge is not None:
            attempt.bridge.close(leg)
        leg.withdraw(PeerLeft)
    # A winner that is still there was given other instructions and goes its own way.
    attempt.end_all(except_for=attempt.winner)
    return attempt.outcome()


def _can_be_dialled(run: Run, noun: Element) -> bool:
    if noun.tag == "Number" and not NUMBER.fullmatch(noun.text):
        run.report(13223, f"{noun.text[:40]!r} is no number in E.164 format")
        return False
    if noun.tag == "Sip" and not SIP_URI.fullmatch(noun.text):
        run.report(13243, f"{noun.text[:40]!r} is no SIP address")
        return False
    return True


def _may_call_as(run: Run, caller_id: str, nouns: list[Element]) -> bool:
    """Numbers are called as the caller, as the number that was called, or as one of the account's."""
    if not any(noun.tag == "Number" for noun in nouns):
        return True
    leg = run.leg
    if caller_id in run.carrier.numbers or (caller_id in (leg.from_, leg.to) and not caller_id.startswith("client:")):
        return True
    run.report(13214, f"{caller_id[:40]} cannot be the callerId of a call to a number")
    return False


async def _until_over(attempt: _Attempt) -> None:
    leg = attempt.run.leg
    star = flag(attempt.element, "hangupOnStar")
    while not attempt.over:
        try:
            item = await leg.until(lambda: attempt.over)
        except PeerLeft:
            continue
        if star and isinstance(item, Key) and item.digit == "*" and attempt.winner is not None:
            attempt.end_all()


def _tell(run: Run, element: Element, attempt: _Attempt) -> None:
    """The caller hung up: the action is still told how the dialling ended."""
    url = element.attributes.get("action", "").strip()
    if url:
        run.carrier.dialling.tell(run.leg, run.resolve(url, method(element), attempt.outcome().params()))


def _ring(attempt: _Attempt, noun: Element, caller_id: str) -> Leg:
    run, carrier = attempt.run, attempt.run.carrier
    child = carrier.calls.create(
        "outbound-dial", caller_id, _address(noun), parent=run.leg, callback=callback(noun, run.resolve)
    )
    child.extra = tuple(
        (c.attributes.get("name", ""), c.attributes.get("value", "")) for c in noun.children if c.tag == "Parameter"
    )
    child.on_end.append(lambda _leg: run.leg.nudge())

    async def programme(leg: Leg) -> None:
        await _answered(attempt, noun, leg)

    carrier.dialling.call_out(
        child,
        programme,
        timeout_s=number(attempt.element, "timeout", 30, 5, 600),
        machine_detection=bool(noun.attributes.get("machineDetection")),
    )
    return child


async def _answered(attempt: _Attempt, noun: Element, child: Leg) -> None:
    """The called party has picked up: whisper first, then the first one to be through is connected."""
    run, carrier = attempt.run, attempt.run.carrier
    if digits := noun.attributes.get("sendDigits", "").strip():
        await Run(carrier, child, run.target).play(Sound("tones", digits))
    url = noun.attributes.get("url", "").strip()
    if url:
        inner = Run(carrier, child, run.target)
        try:
            await run_beside(inner, run.resolve(url, method(noun)), WHISPER_VERBS, forever=False)
        except NoDocument:
            return
    if attempt.winner is not None or run.leg.over:
        return
    attempt.winner = child
    attempt.end_all(except_for=child)
    if not run.leg.answered_at:
        carrier.calls.set_status(run.leg, "in-progress")
    bridge = attempt.bridge = Bridge(run.leg, child)
    attempt.bridged_at = child.clock.now_ms()
    _record(attempt)
    limit = number(attempt.element, "timeLimit", 14_400, 1, 86_400)
    timer = carrier.clock.call_at(attempt.bridged_at + limit * 1000, lambda: carrier.calls.end(child))
    try:
        while True:
            await child.wait()
    except PeerLeft:
        pass
    finally:
        timer.cancel()
        bridge.close(child)
        if attempt.recording is not None:
            carrier.recordings.stop(attempt.recording.sid)


def _record(attempt: _Attempt) -> None:
    from local_carrier.verbs.dial import recording_callback

    wanted = attempt.element.attributes.get("record", "do-not-record")
    if wanted in ("do-not-record", "false", ""):
        return
    attempt.recording = attempt.run.carrier.recordings.begin(
        attempt.run.leg,
        "DialVerb",
        recording_callback(attempt.run, attempt.element),
        channels=2 if wanted.endswith("-dual") else 1,
    )
