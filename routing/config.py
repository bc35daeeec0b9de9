"""The routing part of the operations file, read and refused in one place.

`parse(document)` takes the whole parsed file; it reads `[queues.NAME]`, `[duty]` and `[callback]` and leaves
the other tables to others. Every problem is reported with its place, all at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from routing import reading
from routing.reading import Problems
from routing.types import URGENT_BOOST_S, Mode, Rule, Skills, Strategy


class Problem(NamedTuple):
    place: str
    reason: str


class ConfigError(ValueError):
    """Refused; `problems` names every place and reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{p.place}: {p.reason}" for p in problems))


@dataclass(frozen=True, slots=True)
class Widening:
    """After `after_s` in the queue: every level needed drops by `levels`, or anyone of the mode may take it
    (danger that was written: anyone of the phone too),
    or the on-call phones ring together, or the alarm goes out."""

    after_s: int
    levels: int = 0
    any_agent: bool = False
    any_area: bool = False
    duty: bool = False
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Open from minute `start` to `end` of the local day; `end` beyond 1440 reaches into the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Spans for Monday to Sunday, and dates (`2026-10-01`) with spans of their own."""

    week: tuple[tuple[Span, ...], ...]
    dates: tuple[tuple[str, tuple[Span, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    percent: int = 80
    within_s: int = 20


@dataclass(frozen=True, slots=True)
class Queue:
    name: str
    mode: Mode
    skills: Skills = ()
    strategy: Strategy = Strategy.LONGEST_IDLE
    boost_s: int = 0
    hours: Hours | None = None
    """None is round the clock."""
    on_close: Rule = Rule.SERVE
    on_nobody: Rule = Rule.SERVE
    on_full: Rule = Rule.CALLBACK
    on_max_wait: Rule = Rule.CALLBACK
    overflow_to: str = ""
    overflow_after_s: int = 0
    widen: tuple[Widening, ...] = ()
    max_size: int = 0
    """0 is no limit, as with `max_wait_s`, `overflow_after_s`, `callback_after_s` and `last_agent_s`."""
    max_wait_s: int = 0
    offer_timeout_s: int = 20
    cooldown_s: int = 30
    misses_until_break: int = 1
    last_agent_s: int = 0
    capacity: int = 1
    wrap_up_s: int = 60
    callback_after_s: int = 0
    ring_at_once: int = 5
    target: Target = Target()

    @property
    def urgent(self) -> bool:
        return self.boost_s >= URGENT_BOOST_S


@dataclass(frozen=True, slots=True)
class Config:
    queues: dict[str, Queue]
    duty_phones: tuple[str, ...] = ()
    callback_attempts: int = 3
    callback_gap_s: int = 300


URGENT_WIDENING = (
    Widening(10, any_agent=True),
    Widening(30, duty=True),
    Widening(60, alarm=True),
)
"""What an urgent queue does when it names no steps of its own; each adds to those before."""

_DIVERSIONS: dict[Mode, tuple[Rule, ...]] = {
    Mode.PHONE: tuple(Rule),
    Mode.WEB: (Rule.SERVE, Rule.MESSAGE),
    Mode.FIELD: (Rule.SERVE,),
}
"""Only a caller can be called back or leave a voice message; work on site is never dropped."""

_DEFAULTS: dict[Mode, dict[str, Any]] = {
    Mode.PHONE: {},
    Mode.WEB: {"capacity": 3, "wrap_up_s": 0, "on_full": Rule.MESSAGE, "on_max_wait": Rule.MESSAGE},
    Mode.FIELD: {
        "wrap_up_s": 0,
        "offer_timeout_s": 180,
        "strategy": Strategy.NEAREST,
        "on_full": Rule.SERVE,
        "on_max_wait": Rule.SERVE,
    },
}


def parse(document: Mapping[str, Any]) -> Config:
    """The configuration, or `ConfigError` with every problem."""
    problems: list[Problem] = []

    def refuse(place: str, reason: str) -> None:
        problems.append(Problem(place, reason))

    queues: dict[str, Queue] = {}
    for name, table in sorted(reading.table(document.get("queues"), "queues", refuse).items()):
        queue = _queue(name, reading.table(table, f"queues.{name}", refuse), refuse)
        if queue is not None:
            queues[name] = queue
    _check_overflow(queues, refuse)
    duty = reading.known(document.get("duty"), "duty", ("phones",), refuse)
    callback = reading.known(document.get("callback"), "callback", ("attempts", "gap_s"), refuse)
    config = Config(
        queues,
        reading.texts(duty.get("phones", []), "duty.phones", refuse),
        reading.whole(callback.get("attempts", 3), "callback.attempts", refuse, least=1),
        reading.whole(callback.get("gap_s", 300), "callback.gap_s", refuse),
    )
    if problems:
        raise ConfigError(tuple(problems))
    return config


_WHOLE = {
    "boost_s": 0,
    "overflow_after_s": 0,
    "max_size": 0,
    "max_wait_s": 0,
    "offer_timeout_s": 1,
    "cooldown_s": 0,
    "misses_until_break": 1,
    "last_agent_s": 0,
    "capacity": 1,
    "wrap_up_s": 0,
    "callback_after_s": 0,
    "ring_at_once": 1,
}
_RULES = ("on_close", "on_nobody", "on_full", "on_max_wait")
_KEYS = (*_WHOLE, *_RULES, "mode", "skills", "strategy", "hours", "overflow_to", "widen", "target")


def _queue(name: str, table: Mapping[str, Any], refuse: Problems) -> Queue | None:
    place = f"queues.{name}"
    reading.known(table, place, _KEYS, refuse)
    mode = reading.choice(Mode, table.get("mode", "phone"), f"{place}.mode", refuse)
    if mode is None:
        return None
    values: dict[str, Any] = dict(_DEFAULTS[mode])
    for key, least in _WHOLE.items():
        if key in table:
            values[key] = reading.whole(table[key], f"{place}.{key}", refuse, least=least)
    for key in _RULES:
        if key in table:
            values[key] = reading.choice(Rule, table[key], f"{place}.{key}", refuse) or Rule.SERVE
    values |= _tables(table, place, refuse)
    queue = Queue(name=name, mode=mode, **values)
    if queue.urgent and not queue.widen and mode is not Mode.FIELD:
        queue = replace(queue, widen=URGENT_WIDENING)
    _check_queue(queue, table, place, refuse)
    return queue


def _tables(table: Mapping[str, Any], place: str, refuse: Problems) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "strategy" in table:
        values["strategy"] = reading.choice(Strategy, table["strategy"], f"{place}.strategy", refuse)
    if "hours" in table:
        values["hours"] = _hours(table["hours"], f"{place}.hours", refuse)
    if "target" in table:
        values["target"] = _target(table["target"], f"{place}.target", refuse)
    if "overflow_to" in table:
        values["overflow_to"] = reading.text(table["overflow_to"], f"{place}.overflow_to", refuse)
    values["skills"] = reading.skills(table.get("skills", []), f"{place}.skills", refuse)
    values["widen"] = _widen(table.get("widen", []), f"{place}.widen", refuse)
    return values


def _check_urgent(queue: Queue, table: Mapping[str, Any], place: str, refuse: Problems) -> None:
    for key in ("on_close", "on_nobody"):
        if getattr(queue, key) is not Rule.SERVE:
            refuse(f"{place}.{key}", "an emergency queue always serves")
    for key in ("max_size", "max_wait_s", "callback_after_s"):
        if key in table:
            refuse(f"{place}.{key}", "an emergency is never turned away")
    if queue.hours is not None:
        refuse(f"{place}.hours", "an emergency queue is open round the clock")


def _check_queue(queue: Queue, table: Mapping[str, Any], place: str, refuse: Problems) -> None:
    if queue.urgent:
        _check_urgent(queue, table, place, refuse)
    for key in _RULES:
        if getattr(queue, key) not in _DIVERSIONS[queue.mode]:
            allowed = ", ".join(rule.value for rule in _DIVERSIONS[queue.mode])
            refuse(f"{place}.{key}", f"a queue of mode {queue.mode.value} may {allowed}")
    if queue.overflow_after_s and not queue.overflow_to:
        refuse(f"{place}.overflow_after_s", "needs overflow_to")
    if queue.mode is Mode.PHONE and queue.capacity != 1:
        refuse(f"{place}.capacity", "an agent has one call at a time")
    if queue.strategy is Strategy.NEAREST and queue.mode is not Mode.FIELD:
        refuse(f"{place}.strategy", "nearest is for crews")


def _check_overflow(queues: Mapping[str, Queue], refuse: Problems) -> None:
    for name, queue in queues.items():
        if not queue.overflow_to:
            continue
        place = f"queues.{name}.overflow_to"
        target = queues.get(queue.overflow_to)
        if target is None:
            refuse(place, f"no queue {queue.overflow_to!r}")
            continue
        if target.mode is not queue.mode:
            refuse(place, f"{target.name} is of mode {target.mode.value}, not {queue.mode.value}")
        seen = [name]
        while target is not None and target.name not in seen:
            seen.append(target.name)
            target = queues.get(target.overflow_to)
        if target is not None and target.name == name:
            refuse(place, f"loop {' -> '.join([*seen, name])}")


def _target(value: Any, place: str, refuse: Problems) -> Target:
    table = reading.known(value, place, ("percent", "within_s"), refuse)
    percent = reading.whole(table.get("percent", 80), f"{place}.percent", refuse, least=1, most=100)
    return Target(percent, reading.whole(table.get("within_s", 20), f"{place}.within_s", refuse, least=1))


def _widen(value: Any, place: str, refuse: Problems) -> tuple[Widening, ...]:
    if not isinstance(value, list):
        refuse(place, "must be a list of tables")
        value = []
    steps: list[Widening] = []
    for number, entry in enumerate(value, 1):
        at = f"{place}[{number}]"
        flags = ("any_agent", "any_area", "duty", "alarm")
        table = reading.known(entry, at, ("after_s", "levels", *flags), refuse)
        step = Widening(
            reading.whole(table.get("after_s"), f"{at}.after_s", refuse),
            reading.whole(table.get("levels", 0), f"{at}.levels", refuse),
            *(reading.flag(table.get(name, False), f"{at}.{name}", refuse) for name in flags),
        )
        if steps and step.after_s <= steps[-1].after_s:
            refuse(f"{at}.after_s", "must be later than the step before")
        steps.append(step)
    return tuple(steps)


def _hours(value: Any, place: str, refuse: Problems) -> Hours | None:
    if value == "24x7":
        return None
    table = reading.table(value, place, refuse)
    week: list[tuple[Span, ...]] = [()] * 7
    dates: list[tuple[str, tuple[Span, ...]]] = []
    for days, spans in table.items():
        at = f"{place}.{days}"
        if days == "except":
            dates = _exceptions(spans, at, refuse)
            continue
        for day in reading.weekdays(days, at, refuse):
            week[day] = _spans(spans, at, refuse)
    return Hours(tuple(week), tuple(dates))


def _exceptions(value: Any, place: str, refuse: Problems) -> list[tuple[str, tuple[Span, ...]]]:
    """`["2026-10-01", "2026-10-02 09:00-12:00 14:00-16:00"]`: a date alone is closed all day."""
    found: list[tuple[str, tuple[Span, ...]]] = []
    for entry in reading.texts(value, place, refuse):
        date, *spans = entry.split()
        if not reading.is_date(date):
            refuse(place, f"{date!r} is no date (YYYY-MM-DD)")
            continue
        if any(date == named for named, _ in found):
            refuse(place, f"{date} is named twice")
        found.append((date, _spans(list(spans), place, refuse)))
    return sorted(found)


def _spans(value: Any, place: str, refuse: Problems) -> tuple[Span, ...]:
    spans: list[Span] = []
    for entry in reading.texts(value, place, refuse):
        minutes = reading.span(entry)
        if minutes is None:
            refuse(place, f"{entry!r} is no span (HH:MM-HH:MM)")
            continue
        spans.append(Span(*minutes))
    spans.sort(key=lambda s: s.start)
    for before, after in pairwise(spans):
        if after.start < before.end:
            refuse(place, "spans overlap")
    return tuple(spans)
