"""Time and ids from outside the cores, as things that can be passed in."""

from __future__ import annotations

import os
import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Where instants come from."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        ...


class SystemClock:
    """The machine's wall clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000


_lock = threading.Lock()
_last = [0]


def new_id(at_ms: int | None = None) -> str:
    """A UUIDv7 in its usual text form; later ids of one process sort after earlier ones."""
    now = at_ms if at_ms is not None else time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(9), "big")
    with _lock:
        stamp = max((now << 12) | (random_bits >> 60 & 0xFFF), _last[0] + 1)
        _last[0] = stamp
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | random_bits & ((1 << 62) - 1)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
