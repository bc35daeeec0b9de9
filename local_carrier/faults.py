"""Seeded misfortune: what may go wrong between the carrier and an application, and how often."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class FaultRates:
    """Each rate is the share (0..1) of events it befalls; `_ms` bounds how late or slow.

    Callbacks: doubled, late, reordered (swapped with the next one), lost. REST: reply lost after the effect,
    429 and 500 before it, slow, connection dropped before it. Callers: gone at some point of a webhook
    exchange.
    """

    callback_doubled: float = 0.0
    callback_late: float = 0.0
    callback_late_ms: int = 5_000
    callback_reordered: float = 0.0
    callback_lost: float = 0.0
    rest_reply_lost: float = 0.0
    rest_429: float = 0.0
    rest_500: float = 0.0
    rest_slow: float = 0.0
    rest_slow_ms: int = 3_000
    rest_dropped: float = 0.0
    caller_gone: float = 0.0
    caller_gone_ms: int = 20_000

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> FaultRates:
        """Raises ValueError naming what is unknown or out of range."""
        known = {f.name for f in fields(cls)}
        if unknown := sorted(set(data) - known):
            raise ValueError(f"unknown fault: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        for name, value in data.items():
            top = 600_000 if name.endswith("_ms") else 1
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= top:
                raise ValueError(f"{name} must be a number from 0 to {top}")
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Faults:
    """Draws are a function of seed, kind and subject, so the same events of a run meet the same
    misfortune."""

    def __init__(self, seed: str, rates: FaultRates | None = None) -> None:
        self._seed = seed
        self.rates = rates or FaultRates()
        self._draws: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))

    def share(self, kind: str, subject: str) -> float:
        """A number in [0, 1) for the next event of this kind that befalls this subject."""
        draws = self._draws[subject]
        number = draws[kind] = draws[kind] + 1
        digest = hashlib.blake2b(f"{self._seed}/{kind}/{subject}/{number}".encode(), digest_size=7).digest()
        return int.from_bytes(digest) / 2**56

    def strikes(self, kind: str, subject: str) -> bool:
        rate: float = getattr(self.rates, kind)
        return rate > 0 and self.share(kind, subject) < rate

    def forget(self, subject: str) -> None:
        """Nothing more will befall this one."""
        self._draws.pop(subject, None)

    @property
    def counted(self) -> list[str]:
        """For whom a count is kept."""
        return list(self._draws)
