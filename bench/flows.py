"""Microseconds of the interpreter, without I/O: `python -m bench.flows`."""

from __future__ import annotations

import timeit
from collections.abc import Callable

from ivr_flows import machine, shipped
from ivr_flows.effects import Value
from ivr_flows.inputs import Digits
from ivr_flows.session import Session, Turn

FACTS: dict[str, Value] = {
    "caller": "+8613800000001",
    "caller_known": True,
    "channel": "voice",
    "lang": "zh-CN",
    "tz_offset_s": 28800,
    "said_text": "",
    "manner": "normal",
    "match": "one",
    "account_no": "3301000001",
    "account_tail4": "0001",
    "matter": "none",
    "open_question": "none",
}
AT_MS = 1_790_000_000_000


def microseconds(work: Callable[[], object], number: int = 5000) -> float:
    return min(timeit.repeat(work, number=number, repeat=7)) / number * 1e6


def main() -> None:
    release = shipped.release()
    session = machine.start(release, "main", FACTS, AT_MS).session
    text = session.encode()

    def press() -> Turn:
        turn = machine.resume(release, Session.decode(text), Digits("1"), AT_MS)
        if not isinstance(turn, Turn):
            raise TypeError(turn)
        turn.session.encode()
        return turn

    rows = {
        "start of main": lambda: machine.start(release, "main", FACTS, AT_MS),
        "key in the main menu": lambda: machine.resume(release, session, Digits("1"), AT_MS),
        "key that repeats the menu": lambda: machine.resume(release, session, Digits("*"), AT_MS),
        "session encode": session.encode,
        "session decode": lambda: Session.decode(text),
        "decode + key + encode": press,
    }
    for name, work in rows.items():
        print(f"{name:28} {microseconds(work):6.1f} µs")
    print(f"{'session':28} {len(text.encode()):6d} bytes")


if __name__ == "__main__":
    main()
