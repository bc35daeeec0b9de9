"""Gather: keys and words of the party (docs/voice/twiml/gather)."""

from __future__ import annotations

from dataclasses import dataclass, field

from local_carrier.interpreter import Run
from local_carrier.leg import Key, Speech, Target
from local_carrier.twiml.parse import Element
from local_carrier.verbs.attributes import flag, method, number
from local_carrier.verbs.speak import loops_of, sounds_of

AUTO_SPEECH_MS = 1_000
CONFIDENCE = "0.9"


@dataclass(slots=True)
class _Wanted:
    keys: bool
    speech: bool
    barge_in: bool
    timeout_ms: int
    speech_ms: int
    finish: str
    digits_max: int
    max_speech_ms: int


@dataclass(slots=True)
class _Heard:
    digits: str = ""
    words: list[str] = field(default_factory=list)
    finished_on: str = ""
    by_speech: bool = False

    @property
    def any(self) -> bool:
        return bool(self.digits or self.words)


def _wanted(element: Element) -> _Wanted:
    inputs = element.attributes.get("input", "dtmf").replace(",", " ").split()
    timeout_ms = number(element, "timeout", 5) * 1000
    speech = element.attributes.get("speechTimeout", "").strip()
    auto = speech == "auto" or element.attributes.get("timeout", "").strip() == "auto"
    return _Wanted(
        keys="dtmf" in inputs or "speech" not in inputs,
        speech="speech" in inputs,
        barge_in=flag(element, "bargeIn", True),
        timeout_ms=timeout_ms,
        speech_ms=AUTO_SPEECH_MS if auto else number(element, "speechTimeout", timeout_ms // 1000) * 1000,
        finish=element.attributes.get("finishOnKey", "#"),
        digits_max=number(element, "numDigits", 0),
        max_speech_ms=number(element, "maxSpeechTime", 60) * 1000,
    )


async def gather(run: Run, element: Element) -> Target | None:
    wanted, heard = _wanted(element), _Heard()
    run.leg.forget_input()
    kinds = [name for name, on in (("dtmf", wanted.keys), ("speech", wanted.speech)) if on]
    run.leg.handset.write("listening", input=" ".join(kinds), digits=wanted.digits_max, finish=wanted.finish)
    first = await _prompts(run, element, wanted)
    await _collect(run, element, wanted, heard, first)
    empty_too = flag(element, "actionOnEmptyResult")
    if not heard.any and not empty_too:
        return None
    params: list[tuple[str, str]] = []
    if heard.by_speech:
        params = [("SpeechResult", " ".join(heard.words)), ("Confidence", CONFIDENCE)]
        params.append(("Language", element.attributes.get("language", "en-US")))
    elif heard.digits or wanted.keys:
        params = [("Digits", heard.digits), ("FinishedOnKey", heard.finished_on)]
    else:
        params = [("SpeechResult", "")]
    action = element.attributes.get("action", "").strip()
    if not action:
        run.report(0, "Gather without action asks for its own document again", "note")
    return run.resolve(action or run.target.url, method(element), tuple(params))


async def _prompts(run: Run, element: Element, wanted: _Wanted) -> Key | Speech | None:
    """Plays what is nested; a key, or a word when barging in is allowed, ends it and is returned."""
    for child in element.children:
        for _ in range(loops_of(child)):
            for sound in sounds_of(run, child):
                item = await run.play(sound, lambda item: _barges(item, wanted))
                if item is not None:
                    return item
    return None


def _barges(item: Key | Speech, wanted: _Wanted) -> bool:
    return wanted.keys if isinstance(item, Key) else wanted.speech and wanted.barge_in


async def _collect(run: Run, element: Element, wanted: _Wanted, heard: _Heard, item: Key | Speech | None) -> None:
    clock = run.leg.clock
    due_ms = clock.now_ms() + wanted.timeout_ms
    latest_ms = clock.now_ms() + wanted.max_speech_ms if wanted.speech and not wanted.keys else 0
    while True:
        if item is None:
            item = await run.leg.wait(due_ms)
            if item is None:
                return
        if isinstance(item, Key):
            if wanted.keys and not heard.by_speech:
                if _take(item.digit, wanted, heard):
                    return
                due_ms = clock.now_ms() + wanted.timeout_ms
        elif wanted.speech and not heard.digits:
            heard.by_speech = True
            heard.words.append(item.words)
            _partial(run, element, heard)
            due_ms = clock.now_ms() + wanted.speech_ms
            if latest_ms:
                due_ms = min(due_ms, latest_ms)
        item = None


def _take(digit: str, wanted: _Wanted, heard: _Heard) -> bool:
    """Adds a key; true when the entry is complete."""
    if wanted.finish and digit in wanted.finish:
        heard.finished_on = digit
        return True
    heard.digits += digit
    return bool(wanted.digits_max) and len(heard.digits) >= wanted.digits_max


def _partial(run: Run, element: Element, heard: _Heard) -> None:
    url = element.attributes.get("partialResultCallback", "").strip()
    if not url:
        return
    params = run.carrier.calls.params(run.leg)
    params += [("UnstableSpeechResult", heard.words[-1]), ("Stability", "0.9")]
    params.append(("SequenceNumber", str(len(heard.words) - 1)))
    run.carrier.callbacks.send(
        run.leg.party,
        run.leg.sid,
        run.resolve(url).url,
        params,
        method=method(element, "partialResultCallbackMethod"),
    )
