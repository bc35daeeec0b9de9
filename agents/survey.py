"""Surveys as rules: who is asked, when, and what an answer means. Scores are canonical, 1 to 5 with 5 best."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

LOW = 2
AGGREGATE_FROM = 5
"""With fewer answers, a mean would tell an agent who gave which (rule 28)."""
MATTER_DAYS = 7
DAY_MS = 86_400_000
MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Ended:
    """A contact that has ended, as far as asking about it goes."""

    answered: bool
    emergency: bool = False
    abuse: bool = False
    anonymous: bool = False
    reachable: bool = True
    do_not_call: bool = False


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Minutes of the day between which nobody is asked anything; equal = no quiet hours."""

    from_min: int = 21 * 60
    to_min: int = 8 * 60

    def holds(self, minute: int) -> bool:
        """Whether this minute of the day is quiet."""
        if self.from_min <= self.to_min:
            return self.from_min <= minute < self.to_min
        return minute >= self.from_min or minute < self.to_min


def why_not(ended: Ended, asked_at: Sequence[int], at: int) -> str | None:
    """Why nobody is asked; None = they are. `asked_at` are earlier invitations in the same matter."""
    reasons = (
        (ended.emergency, "emergency"),
        (ended.abuse, "abuse"),
        (ended.anonymous, "anonymous"),
        (ended.do_not_call, "do_not_call"),
        (not ended.answered, "not_answered"),
        (not ended.reachable, "no_number"),
        (any(at - earlier < MATTER_DAYS * DAY_MS for earlier in asked_at), "asked_lately"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def is_sampled(key: str, permille: int) -> bool:
    """Whether this one is among the `permille` in a thousand that are asked; one key always gets one answer."""
    digest = hashlib.blake2s(key.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % 1000 < permille


def after_quiet(at: int, offset_s: int, quiet: QuietHours) -> int:
    """The first instant from `at` on that is not quiet; `offset_s` is the local time's distance from UTC."""
    local = at + offset_s * 1000
    minute = local // 60_000 % MINUTES_A_DAY
    if quiet.from_min == quiet.to_min or not quiet.holds(minute):
        return at
    ahead = (quiet.to_min - minute) % MINUTES_A_DAY
    return local // 60_000 * 60_000 + ahead * 60_000 - offset_s * 1000


def is_low(score: int | None) -> bool:
    """Whether a supervisor hears of it."""
    return score is not None and score <= LOW


def counts_for_agent(score: int | None, solved: bool | None) -> bool:
    """Whether the score enters the agent's own figures: a low one with "solved" is confirmed first."""
    return not (is_low(score) and solved is True)


def mean_hundredths(scores: Sequence[int]) -> int | None:
    """The mean in hundredths, rounded half up; None without scores."""
    return (sum(scores) * 200 + len(scores)) // (2 * len(scores)) if scores else None
