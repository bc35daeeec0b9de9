"""The line between the interpreter and whatever carries sound. Today text; a driver with real audio fits
the same."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from local_carrier.leg import Leg


@dataclass(frozen=True, slots=True)
class Sound:
    """Something to be heard: `kind` say, play, tones, music, silence, beep. `what` is the text, address
    or digits."""

    kind: str
    what: str = ""
    language: str = ""
    voice: str = ""
    length_ms: int = 0


class Playback(Protocol):
    def stop(self) -> None:
        """Ends it early; `done` is not called any more."""


class Media(Protocol):
    def start(self, leg: Leg, sound: Sound, done: Callable[[], None]) -> Playback:
        """Lets the party of `leg` hear `sound` and calls `done` when it has ended by itself."""

    def carry(self, speaker: Leg, listeners: Iterable[Leg], words: str) -> None:
        """Lets others hear what the party of one call says."""

    def recording(self, duration_ms: int) -> bytes:
        """The audio of a recording of that length, as a WAV file."""


def speaking_ms(text: str) -> int:
    """How long a text takes to say: 240 ms for an ideograph, 65 ms for any other character, at least 400
    ms."""
    return max(400, sum(240 if "\u3400" <= c <= "\u9fff" else 65 for c in text))


class TextMedia:
    """Prompts become lines in the transcript and take the time that saying them would take."""

    def start(self, leg: Leg, sound: Sound, done: Callable[[], None]) -> Playback:
        length_ms = self.length_ms(sound)
        data: dict[str, object] = {"sound": sound.kind, "text": sound.what, "duration_ms": length_ms}
        if sound.language:
            data["language"] = sound.language
        if sound.voice:
            data["voice"] = sound.voice
        line = leg.handset.write("heard", **data) if sound.kind != "silence" else None
        timer = leg.clock.call_at(leg.clock.now_ms() + length_ms, done)
        return _TextPlayback(leg, line, timer.cancel)

    @staticmethod
    def length_ms(sound: Sound) -> int:
        if sound.length_ms:
            return sound.length_ms
        if sound.kind == "say":
            return speaking_ms(sound.what)
        if sound.kind == "tones":
            return sum(500 if c in "wW" else 200 for c in sound.what)
        return {"play": 3_000, "music": 30_000, "beep": 300}.get(sound.kind, 0)

    def carry(self, speaker: Leg, listeners: Iterable[Leg], words: str) -> None:
        for listener in listeners:
            listener.handset.write("heard", sound="voice", text=words, who=speaker.party)

    def recording(self, duration_ms: int) -> bytes:
        """Silence: this driver has no sound. One second stands for every length, the real length is
        metadata."""
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(b"\0\0" * (8 * min(duration_ms, 1000)))
        return buffer.getvalue()


class _TextPlayback:
    __slots__ = ("_cancel", "_leg", "_line")

    def __init__(self, leg: Leg, line: dict[str, object] | None, cancel: Callable[[], None]) -> None:
        self._leg, self._line, self._cancel = leg, line, cancel

    def stop(self) -> None:
        self._cancel()
        if self._line is not None:
            self._line["cut_at"] = self._leg.clock.now_ms()
