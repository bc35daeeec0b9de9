"""The smaller tables of the operations file, each read into its own value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from routing import reading
from routing.reading import Problems

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
    CLOCK_NEAR_DUE = "clock_near_due"
    CLOCK_BREACH = "clock_breach"
    LOW_SCORE_RUN = "low_score_run"


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
    """When a warning opens."""

    threshold: int
    window_s: int
    level: Level


@dataclass(frozen=True, slots=True)
class Language:
    """A language that callers may want: the agents' skill, and the prompts that are heard."""

    name: str
    skill: str
    prompts: str


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
    """`[warnings.KIND] threshold, window_s, level`."""
    found: dict[str, WarningRule] = {}
    for kind, rule in reading.known(value, "warnings", tuple(WarningKind), refuse).items():
        place = f"warnings.{kind}"
        table = reading.known(rule, place, ("threshold", "window_s", "level"), refuse)
        found[kind] = WarningRule(
            reading.whole(table.get("threshold"), f"{place}.threshold", refuse, least=1),
            reading.whole(table.get("window_s"), f"{place}.window_s", refuse),
            reading.choice(Level, table.get("level"), f"{place}.level", refuse) or Level.BLUE,
        )
    return found


def languages(value: Any, refuse: Problems) -> Mapping[str, Language]:
    """`[languages.CODE] name, skill, prompts`."""
    found: dict[str, Language] = {}
    for code, language in reading.table(value, "languages", refuse).items():
        place = f"languages.{code}"
        table = reading.known(language, place, ("name", "skill", "prompts"), refuse)
        name, skill = (reading.text(table.get(key, code), f"{place}.{key}", refuse) for key in ("name", "skill"))
        prompts = table.get("prompts", "zh-CN")
        if prompts not in ("zh-CN", "en"):
            refuse(f"{place}.prompts", "must be zh-CN or en")
            prompts = "zh-CN"
        found[code] = Language(name, skill, prompts)
    return found
