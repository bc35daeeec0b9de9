"""What a scripted party does: hears something, waits, presses, speaks, hangs up."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from local_carrier.clock import Clock
from local_carrier.parties.handset import Handset, Line

ACTIONS = ("press", "say", "hang_up", "sms", "wait")
CONDITIONS = ("hear", "asked", "status", "after_s")
KEY_GAP_MS = 250


class Hands(Protocol):
    """What a party can do with its phone in one call."""

    def press(self, keys: str) -> None: ...

    def say(self, words: str) -> None: ...

    def hang_up(self) -> None: ...

    def send_sms(self, body: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """Conditions, all of which must hold in turn, and one action.

    `hear` is a regular expression searched in what is heard, `asked` waits until the line listens for
    input (or, to say something, until a person is at the other end), `status` for a call status; then `after_s` passes.
    """

    action: str
    value: str = ""
    hear: str = ""
    asked: bool = False
    status: str = ""
    after_s: float = 0.0

    def met_by(self, line: Line) -> bool:
        if self.hear:
            text = str(line.get("text", "")) if line["kind"] == "heard" else ""
            return bool(re.search(self.hear, text, re.IGNORECASE)) if text else False
        if self.asked:
            return line["kind"] == "listening" or (self.action == "say" and line["kind"] == "connected")
        return bool(line["kind"] == "status" and line["status"] == self.status)

    @property
    def unconditional(self) -> bool:
        return not (self.hear or self.asked or self.status)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Step:
        if unknown := sorted(set(data) - set(ACTIONS) - set(CONDITIONS)):
            raise ValueError(f"unknown in a step: {', '.join(unknown)}")
        actions = [a for a in ACTIONS if a in data]
        if len(actions) != 1:
            raise ValueError(f"a step needs exactly one of {', '.join(ACTIONS)}")
        try:
            re.compile(str(data.get("hear", "")))
        except re.error as problem:
            raise ValueError(f"hear is no regular expression: {problem}") from problem
        after_s = data.get("after_s", 0)
        if isinstance(after_s, bool) or not isinstance(after_s, int | float) or after_s < 0:
            raise ValueError("after_s must be a number of seconds")
        action = actions[0]
        return cls(
            action,
            str(data[action]),
            str(data.get("hear", "")),
            bool(data.get("asked", False)),
            str(data.get("status", "")),
            float(after_s),
        )

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {self.action: True if self.action in ("hang_up", "wait") else self.value}
        conditions = {"hear": self.hear, "asked": self.asked, "status": self.status, "after_s": self.after_s}
        return {**{key: value for key, value in conditions.items() if value}, **said}


@dataclass(frozen=True, slots=True)
class Script:
    """Steps one after another; `hang_up_after_s` counts from the answer and holds whatever the steps do."""

    steps: tuple[Step, ...] = ()
    hang_up_after_s: float | None = None

    @classmethod
    def from_json(cls, data: Any) -> Script:
        """From `{"steps": […], "hang_up_after_s": n}` or just the list of steps; raises ValueError."""
        if data is None:
            return cls()
        if isinstance(data, list):
            data = {"steps": data}
        if not isinstance(data, dict) or set(data) - {"steps", "hang_up_after_s"}:
            raise ValueError("a script is a list of steps or {steps, hang_up_after_s}")
        steps = data.get("steps", [])
        if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
            raise ValueError("steps must be a list of objects")
        limit = data.get("hang_up_after_s")
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float) or limit < 0):
            raise ValueError("hang_up_after_s must be a number of seconds")
        return cls(tuple(Step.from_json(step) for step in steps), limit)

    def to_json(self) -> dict[str, Any]:
        return {"steps": [step.to_json() for step in self.steps], "hang_up_after_s": self.hang_up_after_s}


class Actor:
    """Plays a script on a handset. It needs no task of its own: it acts when something is heard or a
    timer fires."""

    def __init__(self, script: Script, clock: Clock, handset: Handset, hands: Hands) -> None:
        self._script, self._clock, self._handset, self._hands = script, clock, handset, hands
        self._next = 0
        self._armed = False
        self._answered = False
        self._over = False
        if script.steps or script.hang_up_after_s is not None:
            handset.listeners.append(self._notice)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        def act() -> None:
            if not self._over:
                action()

        self._clock.call_at(self._clock.now_ms() + int(seconds * 1000), act)

    def _notice(self, line: Line) -> None:
        if line["kind"] == "status" and line["status"] not in ("queued", "ringing", "in-progress"):
            self._over = True
            return
        if not self._answered and line["kind"] == "status" and line["status"] == "in-progress":
            self._answered = True
            if self._script.hang_up_after_s is not None:
                self._later(self._script.hang_up_after_s, self._hands.hang_up)
            self._arm_if_free()
        if self._armed or self._next >= len(self._script.steps):
            return
        step = self._script.steps[self._next]
        if not step.unconditional and step.met_by(line):
            self._arm(step)

    def _arm_if_free(self) -> None:
        """A step that waits for nothing to be heard starts its time as soon as the call stands."""
        if self._armed or self._over or not self._answered or self._next >= len(self._script.steps):
            return
        step = self._script.steps[self._next]
        if step.unconditional:
            self._arm(step)

    def _arm(self, step: Step) -> None:
        self._armed = True
        self._later(step.after_s, lambda: self._act(step))

    def _act(self, step: Step) -> None:
        self._armed = False
        self._next += 1
        if step.action == "press":
            self._hands.press(step.value)
        elif step.action == "say":
            self._hands.say(step.value)
        elif step.action == "sms":
            self._hands.send_sms(step.value)
        elif step.action == "hang_up":
            self._hands.hang_up()
        if self._over or self._next >= len(self._script.steps):
            return
        if self._script.steps[self._next].asked and self._still_asked():
            self._arm(self._script.steps[self._next])
        else:
            self._arm_if_free()

    def _still_asked(self) -> bool:
        """Whether the line is still listening after a `wait`: its question was the last thing that was
        opened."""
        for line in reversed(self._handset.lines):
            if line["kind"] == "listening":
                return True
            if line["kind"] in ("pressed", "said", "status", "conference", "connected"):
                return False
        return False
