"""Reading one value of a configuration: the value, or a default after the problem was reported."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from routing.types import Skills

Problems = Callable[[str, str], None]
E = TypeVar("E", bound=Enum)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


def table(value: Any, place: str, refuse: Problems) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        refuse(place, "must be a table")
        return {}
    return value


def known(value: Any, place: str, keys: Iterable[str], refuse: Problems) -> Mapping[str, Any]:
    found = table(value, place, refuse)
    allowed = tuple(keys)
    for key in found:
        if key not in allowed:
            refuse(f"{place}.{key}", f"unknown key; known are {', '.join(sorted(allowed))}")
    return found


def whole(value: Any, place: str, refuse: Problems, *, least: int = 0, most: int = 10_000_000) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        refuse(place, "must be a whole number")
        return least
    if not least <= value <= most:
        refuse(place, f"must be from {least} to {most}")
        return least
    return value


def flag(value: Any, place: str, refuse: Problems) -> bool:
    if not isinstance(value, bool):
        refuse(place, "must be true or false")
    return value is True


def text(value: Any, place: str, refuse: Problems) -> str:
    if not isinstance(value, str):
        refuse(place, "must be a text")
        return ""
    return value


def texts(value: Any, place: str, refuse: Problems) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        refuse(place, "must be a list of texts")
        return ()
    return tuple(value)


def choice(kind: type[E], value: Any, place: str, refuse: Problems) -> E | None:
    try:
        return kind(value)
    except ValueError:
        refuse(place, f"must be one of {', '.join(str(m.value) for m in kind)}")
        return None


def skills(value: Any, place: str, refuse: Problems) -> Skills:
    """`["fault:2", "en"]` as sorted pairs; without a level it is 1."""
    found: dict[str, int] = {}
    for entry in texts(value, place, refuse):
        name, _, level = entry.partition(":")
        if not name or (level and not level.isdecimal()) or level == "0":
            refuse(place, f"{entry!r} is no skill (NAME or NAME:LEVEL, level from 1)")
            continue
        found[name] = int(level or 1)
    return tuple(sorted(found.items()))


def weekdays(value: str, place: str, refuse: Problems) -> Sequence[int]:
    """`mon` or `mon-fri` as days counted from Monday = 0."""
    first, _, last = value.partition("-")
    try:
        start, end = _DAYS.index(first), _DAYS.index(last or first)
    except ValueError:
        refuse(place, f"days are {', '.join(_DAYS)}, a range like mon-fri, or except")
        return ()
    if end < start:
        refuse(place, "the range must run forward in the week")
        return ()
    return range(start, end + 1)


def is_date(value: str) -> bool:
    """A day of the calendar as `YYYY-MM-DD`."""
    if _DATE.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def span(value: str) -> tuple[int, int] | None:
    """`HH:MM-HH:MM` in minutes of the day; an end not after the start lies on the next day."""
    match = _SPAN.fullmatch(value)
    if match is None:
        return None
    start = int(match[1]) * 60 + int(match[2])
    end = int(match[3]) * 60 + int(match[4])
    if start >= 1440 or end > 1440:
        return None
    return (start, end) if end > start else (start, end + 1440)
