"""The smaller tables of the operations file, each read into its own value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.customers.kinds import Lang
from routing import reading
from routing.reading import Problems

DAY_S = 86_400
TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class Level(StrEnum):
    """How urgent a warning is."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class WarningKind(StrEnum):
    """What may be warned of."""

    QUEUE_LONG = "queue_long"
    QUEUE_UNMANNED = "queue_unmanned"
    AREA_SURGE = "area_surge"
    REPEAT_CALLER = "repeat_caller"
    LOW_SCORE_RUN = "low_score_run"
    NUMBER_GUESSING = "number_guessing"
    CLOCK_NEAR_DUE = "clock_near_due"
    CLOCK_BREACH = "clock_breach"
    LOW_SCORE = "low_score"
    NOT_SOLVED = "not_solved"
    REOPENED = "reopened"
    URGED = "urged"
    ESTIMATE_NEAR = "estimate_near"
    ITEM_NOT_ACCEPTED = "item_not_accepted"
    EMERGENCY_UNANSWERED = "emergency_unanswered"
    HAZARD = "hazard"
    CHAT_UNANSWERED = "chat_unanswered"
    DANGER_CHAT_UNANSWERED = "danger_chat_unanswered"
    DANGER_NO_CREW = "danger_no_crew"


_COUNTED = ("threshold", "window_s", "level")
WARNING_KEYS: Mapping[str, tuple[str, ...]] = {
    WarningKind.QUEUE_LONG: _COUNTED,
    WarningKind.QUEUE_UNMANNED: _COUNTED,
    WarningKind.AREA_SURGE: _COUNTED,
    WarningKind.REPEAT_CALLER: _COUNTED,
    WarningKind.LOW_SCORE_RUN: _COUNTED,
    WarningKind.NUMBER_GUESSING: _COUNTED,
    WarningKind.CLOCK_NEAR_DUE: ("threshold", "level"),
    WarningKind.CLOCK_BREACH: ("level",),
    WarningKind.LOW_SCORE: ("level",),
    WarningKind.NOT_SOLVED: ("level",),
    WarningKind.REOPENED: ("level",),
    WarningKind.URGED: ("level",),
    WarningKind.ESTIMATE_NEAR: ("level",),
    WarningKind.ITEM_NOT_ACCEPTED: ("level",),
}
MOST: Mapping[str, int] = {WarningKind.CLOCK_NEAR_DUE: 99, WarningKind.REPEAT_CALLER: 20}
"""What may be set of each kind. Danger, answered or not, is red, whatever anybody sets."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Minutes of the local day between which nobody is called without need; equal = no quiet hours."""

    from_minute: int
    to_minute: int

    def holds(self, minute: int) -> bool:
        """Whether this minute of the day (0 to 1439) is quiet."""
        if self.from_minute <= self.to_minute:
            return self.from_minute <= minute < self.to_minute
        return minute >= self.from_minute or minute < self.to_minute


@dataclass(frozen=True, slots=True)
class Survey:
    """Who is asked afterwards, when and how often. `sample` is a share in thousandths."""

    sample_permille: int
    delay_s: int
    attempts: int
    gap_s: int


@dataclass(frozen=True, slots=True)
class Ivr:
    """Menus: silence before a question is repeated, and how often it is."""

    menu_timeout_s: int
    retries: int


@dataclass(frozen=True, slots=True)
class WarningRule:
    """When a warning opens: `threshold` counted over `window_s`, where its kind counts anything."""

    threshold: int
    window_s: int
    level: Level


@dataclass(frozen=True, slots=True)
class Language:
    """A language that callers hear: the skill of agents who are preferred for it."""

    skill: str


def quiet_hours(value: Any, refuse: Problems) -> QuietHours:
    """`[quiet_hours] from, to`."""
    table = reading.known(value, "quiet_hours", ("from", "to"), refuse)
    return QuietHours(*(_minute(table.get(key), f"quiet_hours.{key}", refuse) for key in ("from", "to")))


def _minute(value: Any, place: str, refuse: Problems) -> int:
    match = TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        refuse(place, "must be a time of day, HH:MM")
        return 0
    return int(match[1]) * 60 + int(match[2])


def survey(value: Any, refuse: Problems) -> Survey:
    """`[survey] sample, delay_s, attempts, gap_s`."""
    table = reading.known(value, "survey", ("sample", "delay_s", "attempts", "gap_s"), refuse)
    sample = table.get("sample")
    if isinstance(sample, bool) or not isinstance(sample, int | float | Decimal) or not 0 <= sample <= 1:
        refuse("survey.sample", "must be a share from 0 to 1")
        sample = 0
    return Survey(
        sample_permille=round(sample * 1000),
        delay_s=reading.whole(table.get("delay_s"), "survey.delay_s", refuse),
        attempts=reading.whole(table.get("attempts"), "survey.attempts", refuse, least=1, most=10),
        gap_s=reading.whole(table.get("gap_s"), "survey.gap_s", refuse, least=60),
    )


def ivr(value: Any, refuse: Problems) -> Ivr:
    """`[ivr] menu_timeout_s, retries`."""
    table = reading.known(value, "ivr", ("menu_timeout_s", "retries"), refuse)
    return Ivr(
        menu_timeout_s=reading.whole(table.get("menu_timeout_s"), "ivr.menu_timeout_s", refuse, least=1, most=60),
        retries=reading.whole(table.get("retries"), "ivr.retries", refuse, most=5),
    )


def outage_grace_ms(value: Any, refuse: Problems) -> int:
    """`[outages] grace_minutes`, in milliseconds."""
    table = reading.known(value, "outages", ("grace_minutes",), refuse)
    return reading.whole(table.get("grace_minutes"), "outages.grace_minutes", refuse, most=1440) * 60_000


def warnings(value: Any, refuse: Problems) -> Mapping[str, WarningRule]:
    """`[warnings.KIND]`, each with the keys of `WARNING_KEYS`."""
    found: dict[str, WarningRule] = {}
    for kind, rule in reading.known(value, "warnings", tuple(WARNING_KEYS), refuse).items():
        place = f"warnings.{kind}"
        keys = WARNING_KEYS.get(kind, _COUNTED)
        table = reading.known(rule, place, keys, refuse)
        most = MOST.get(kind, 10_000_000)
        threshold = reading.whole(table.get("threshold", 1), f"{place}.threshold", refuse, least=1, most=most)
        longest = DAY_S if kind == WarningKind.NUMBER_GUESSING else 10_000_000  # look-ups are kept for a day
        window = table.get("window_s") if "window_s" in keys else 0
        found[kind] = WarningRule(
            threshold,
            reading.whole(window, f"{place}.window_s", refuse, most=longest),
            reading.choice(Level, table.get("level"), f"{place}.level", refuse) or Level.BLUE,
        )
    return found


def languages(value: Any, refuse: Problems) -> Mapping[str, Language]:
    """`[languages.CODE] skill`, for the languages in which the trees speak."""
    found: dict[str, Language] = {}
    for code, language in reading.known(value, "languages", tuple(Lang), refuse).items():
        place = f"languages.{code}"
        table = reading.known(language, place, ("skill",), refuse)
        found[code] = Language(reading.text(table.get("skill", code), f"{place}.skill", refuse))
    return found
