"""What a simulated day is made of, drawn from a seed: queues, staff, hourly load, storms, changes at noon.

Everything is decided here or in `world` from `random.Random(seed)`; the same seed gives the same day.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

SKILLS = (
    "fault",
    "bill",
    "meter",
    "tariff",
    "complaint",
    "outage",
    "en",
    "yue",
    "minor",
    "solar",
    "lift",
    "vip",
)
AREAS = ("north", "south", "east", "west")
_SHAPE = (2, 1, 1, 1, 1, 2, 4, 7, 10, 11, 10, 9, 8, 9, 10, 10, 9, 8, 8, 9, 8, 6, 4, 3)
"""Relative arrivals of each hour of the day."""


@dataclass(frozen=True)
class Stream:
    """Contacts that arrive in one queue."""

    queue: str
    per_hour: tuple[float, ...]
    patience_s: float
    talk_s: float
    skills: tuple[tuple[tuple[str, int], ...], ...] = ((),)
    boosts: tuple[int | None, ...] = (None,)
    field_work: bool = False


@dataclass(frozen=True)
class Person:
    agent_no: str
    modes: tuple[str, ...]
    skills: tuple[tuple[str, int], ...]
    areas: tuple[str, ...]
    has_phone: bool
    shift: tuple[int, int]


@dataclass(frozen=True)
class Plan:
    """One day; `changes` are later configurations as (at, document)."""

    seed: int
    document: dict[str, Any]
    streams: tuple[Stream, ...]
    people: tuple[Person, ...]
    changes: tuple[tuple[int, dict[str, Any]], ...] = ()
    closings: tuple[tuple[int, str, bool], ...] = ()
    storms: tuple[tuple[int, int, float], ...] = ()
    ends_at: int = DAY
    noise: float = 0.02
    restarts: int = 3
    habits: "Habits" = field(default_factory=lambda: Habits())


@dataclass(frozen=True)
class Habits:
    """Probabilities of what people do with what they are given."""

    accept: float = 0.86
    decline: float = 0.04
    refuse: float = 0.3
    """A colleague asked by name, or a giver asked back, has no time."""
    fail: float = 0.02
    late: float = 0.03
    meddle: float = 0.01
    """Someone else answers the offer."""
    media_up: float = 0.95
    media_fails: float = 0.03
    customer_answers: float = 0.8
    transfer: float = 0.1
    hold: float = 0.06
    lose_leg: float = 0.02
    take_over: float = 0.01
    callback: float = 0.3
    redial: float = 0.15
    wrap_by_hand: float = 0.5
    wrap_ahead: float = 0.03
    call_again: float = 0.1
    """A caller who was served calls again within minutes."""
    cut_off: float = 0.02
    """The carrier tells of a caller gone, not of a talk ended."""
    reload_per_hour: float = 0.4
    die_per_hour: float = 0.05
    break_per_hour: float = 0.5
    dial_per_hour: float = 0.1


def draw(seed: int, size: str = "mixed") -> Plan:
    """The day of a seed; `size` is small, large or mixed (mostly small, so that rare mixes come often)."""
    random = Random(seed)
    big = size == "large" or (size == "mixed" and random.random() < 0.2)
    staff = random.randrange(40, 120) if big else random.randrange(3, 25)
    document = _document(random, big)
    people = tuple(_person(random, n) for n in range(staff))
    share = staff * 3600 / 300 / len(document["queues"])
    streams = tuple(_stream(random, name, table, share) for name, table in document["queues"].items())
    noon = random.randrange(6 * HOUR, 20 * HOUR)
    return Plan(
        seed,
        document,
        streams,
        people,
        ((noon, _changed(random, document)), (noon + 2 * HOUR, document)),
        _closings(random, document),
        tuple(_storm(random) for _ in range(random.randrange(3))),
    )


def _document(random: Random, big: bool) -> dict[str, Any]:
    queues: dict[str, Any] = {
        "emergency": {"mode": "phone", "boost_s": 86_400, "offer_timeout_s": 10, "wrap_up_s": 5},
        "phone": _phone(random),
        "web": {"mode": "web", "capacity": random.randrange(1, 5), "wrap_up_s": random.choice((0, 20))},
        "field": {"mode": "field", "capacity": random.randrange(1, 3), "cooldown_s": random.choice((0, 60))},
    }
    names = ("fault", "bill", "complaint", "english", "vip", "chat") if big else ("fault", "bill", "chat")
    for name in names:
        if random.random() < 0.7:
            queues[name] = _phone(random) if name != "chat" else {"mode": "web", "capacity": 3}
    for name, skill in (("fault", "fault"), ("bill", "bill"), ("english", "en"), ("complaint", "complaint")):
        if name in queues and random.random() < 0.7:
            queues[name]["skills"] = [f"{skill}:{random.randrange(1, 4)}"]
            queues[name]["widen"] = [
                {"after_s": 20, "levels": 1},
                {"after_s": 60, "levels": 2},
                {"after_s": 150, "any_agent": True},
            ][: random.randrange(4)]
    if "fault" in queues and random.random() < 0.7:
        queues["fault"] |= {"overflow_to": "phone", "overflow_after_s": random.choice((30, 90, 300))}
    if "english" in queues and random.random() < 0.5:
        queues["english"] |= {"overflow_to": "phone", "overflow_after_s": 120}
    return {
        "queues": queues,
        "duty": {"phones": ["+8613800000001", "+8613800000002"][: random.randrange(3)]},
        "callback": {"attempts": random.randrange(1, 4), "gap_s": random.choice((30, 300))},
    }


def _phone(random: Random) -> dict[str, Any]:
    return {
        "mode": "phone",
        "strategy": random.choice(
            ("longest_idle", "longest_idle", "fewest_contacts", "round_robin", "most_skilled", "ring_all")
        ),
        "boost_s": random.choice((0, 0, 60, 600)),
        "on_close": random.choice(("serve", "callback", "voicemail", "message")),
        "on_nobody": random.choice(("serve", "serve", "callback", "voicemail")),
        "on_full": random.choice(("callback", "message")),
        "max_size": random.choice((0, 0, 15)),
        "max_wait_s": random.choice((0, 0, 900)),
        "offer_timeout_s": random.choice((8, 20)),
        "cooldown_s": random.choice((0, 10, 30)),
        "misses_until_break": random.choice((1, 1, 2, 3)),
        "last_agent_s": random.choice((0, 0, 30)),
        "wrap_up_s": random.choice((0, 10, 60)),
        "callback_after_s": random.choice((0, 60, 120)),
        "ring_at_once": random.randrange(1, 6),
    }


def _person(random: Random, number: int) -> Person:
    kind = random.random()
    if kind < 0.12:
        modes: tuple[str, ...] = ("field",)
    elif kind < 0.25:
        modes = ("web",)
    elif kind < 0.45:
        modes = ("phone", "web")
    else:
        modes = ("phone",)
    skills = tuple(sorted((s, random.randrange(1, 4)) for s in random.sample(SKILLS, random.randrange(1, 5))))
    areas = tuple(sorted(random.sample(AREAS, random.randrange(3)))) if modes == ("field",) else ()
    starts = random.choice((0, 0, 4, 6, 8, 8, 9, 12, 14, 16)) * HOUR + random.randrange(HOUR // 4)
    shift = (starts, min(starts + random.choice((8, 12, 24)) * HOUR, DAY))
    return Person(f"a{number:03}", modes, skills, areas, random.random() < 0.5, shift)


def _stream(random: Random, name: str, table: dict[str, Any], share: float) -> Stream:
    load = share * random.uniform(0.1, 0.8) * (0.1 if name == "emergency" else 1.0)
    per_hour = tuple(load * weight / 8 for weight in _SHAPE)
    if table["mode"] == "field":
        slow = tuple(h * 0.05 for h in per_hour)
        return Stream(name, slow, random.uniform(3600, 20_000), random.uniform(900, 3600), field_work=True)
    skills: tuple[tuple[tuple[str, int], ...], ...] = ((),)
    if random.random() < 0.5:
        skills += tuple((((s, random.randrange(1, 3))),) for s in random.sample(SKILLS, 2))
    boosts: tuple[int | None, ...] = (None, None, None, 300) if random.random() < 0.3 else (None,)
    return Stream(name, per_hour, random.uniform(60, 900), random.uniform(60, 400), skills, boosts)


def _changed(random: Random, document: dict[str, Any]) -> dict[str, Any]:
    """Another strategy, size, deadline; one queue may vanish with callers in it."""
    queues = {name: dict(table) for name, table in document["queues"].items()}
    for name, table in queues.items():
        if table["mode"] == "phone" and name != "emergency":
            table |= {k: v for k, v in _phone(random).items() if random.random() < 0.4}
    if "bill" in queues and random.random() < 0.5:
        del queues["bill"]
    return {**document, "queues": queues}


def _closings(random: Random, document: dict[str, Any]) -> tuple[tuple[int, str, bool], ...]:
    found: list[tuple[int, str, bool]] = []
    for name in document["queues"]:
        if name != "emergency" and random.random() < 0.3:
            shut = random.randrange(6 * HOUR, 22 * HOUR)
            found += [(shut, name, False), (shut + random.randrange(HOUR // 2, 3 * HOUR), name, True)]
    for _ in range(random.randrange(6)):
        shut = random.randrange(6 * HOUR, 22 * HOUR)
        found += [(shut, "phone", False), (shut + random.randrange(10 * SECOND, 5 * MINUTE), "phone", True)]
    return tuple(found)


def _storm(random: Random) -> tuple[int, int, float]:
    start = random.randrange(20 * HOUR)
    return (start, start + random.randrange(HOUR // 4, 2 * HOUR), random.uniform(2, 8))
