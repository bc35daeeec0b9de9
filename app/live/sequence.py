"""Numbers of frames."""

from __future__ import annotations

from app.observe.clock import Clock


class Sequence:
    """Strictly increasing, and in step with the clock, so that a client that changes nodes sees higher ones only.

    Microseconds since 1970: below 2^53 until the year 2255.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.last = clock.now_ms() * 1000

    def next(self) -> int:
        """The next number."""
        self.last = max(self.last + 1, self._clock.now_ms() * 1000)
        return self.last
