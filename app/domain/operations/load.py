"""Reading the operations file over the shipped defaults; whatever is wrong in it is named with its place."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from app.domain.billing.tariffs import Tariff, parse_tariff
from app.domain.customers.rules import E164
from app.domain.operations import sections
from app.domain.operations.sections import Ivr, Language, QuietHours, Survey, WarningRule
from app.domain.orders.promises import BadClocks, Promises, with_changes
from app.journal.entry import canonical
from routing import config as routing
from routing import reading
from routing.config import ConfigError, Problem
from routing.reading import Problems
from routing.types import Rule

DEEPEST, LARGEST = 12, 2**53
TOO_DEEP = "is nested too deeply"
TABLES = (
    "queues duty quiet_hours survey callback ivr outages clocks warnings tariffs languages".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Operations:
    """The effective operations file. `document` is all of it as plain JSON values, `release` the hash of that."""

    routing: routing.Config
    quiet_hours: QuietHours
    survey: Survey
    ivr: Ivr
    outage_grace_ms: int
    promises: Promises
    warnings: Mapping[str, WarningRule]
    tariffs: Mapping[str, Tariff]
    languages: Mapping[str, Language]
    document: Mapping[str, Any]
    release: str


def load(path: str | Path = "") -> Operations:
    """The file at `path` over the defaults; empty = the defaults alone.

    Raises `ConfigError` with every problem, each at its place; one of the file itself has the path as its place.
    """
    own: dict[str, Any] = {}
    if path:
        try:
            own = _parse(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError((Problem(str(path), str(error)),)) from error
        except RecursionError as error:
            raise ConfigError((Problem(str(path), TOO_DEEP),)) from error
        unbounded = tuple(Problem(place or str(path), reason) for place, reason in _unbounded(own))
        if unbounded:
            raise ConfigError(unbounded)
    return of_document(_laid_over(_shipped(), own))


def of_document(document: Mapping[str, Any]) -> Operations:
    """The operations of a whole document, as it is stored with a release."""
    problems: list[Problem] = []

    def refuse(place: str, reason: str) -> None:
        problems.append(Problem(place, reason))

    for key in document:
        if key not in TABLES:
            refuse(key, f"unknown table; known are {', '.join(TABLES)}")
    config = _routing(document, problems)
    for number in config.duty_phones:
        if not E164.fullmatch(number):
            refuse("duty.phones", f"{number!r} is no phone number in the form +8610…")
    promises = _promises(document, refuse)
    plain = json.loads(json.dumps({**document, "clocks": _clocks(promises)}, default=_plain, sort_keys=True))
    found = Operations(
        routing=config,
        quiet_hours=sections.quiet_hours(document.get("quiet_hours"), refuse),
        survey=sections.survey(document.get("survey"), refuse),
        ivr=sections.ivr(document.get("ivr"), refuse),
        outage_grace_ms=sections.outage_grace_ms(document.get("outages"), refuse),
        promises=promises,
        warnings=sections.warnings(document.get("warnings"), refuse),
        tariffs=_tariffs(document.get("tariffs"), refuse),
        languages=sections.languages(document.get("languages"), refuse),
        document=plain,
        release=hashlib.sha256(canonical(plain).encode()).hexdigest(),
    )
    if problems:
        raise ConfigError(tuple(problems))
    return found


def _unbounded(value: Any, place: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Places of what no setting can be and not every reader would survive: nan, huge numbers, endless nesting."""
    if depth > DEEPEST:
        yield place[:80], TOO_DEEP
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _unbounded(each, f"{place}.{key}" if place else key, depth + 1)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _unbounded(each, f"{place}[{number}]", depth + 1)
    elif isinstance(value, int | Decimal) and not (Decimal(value).is_finite() and abs(Decimal(value)) < LARGEST):
        yield place, "is no number that can be used"


def _parse(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


def _shipped() -> dict[str, Any]:
    return _parse(resources.files("app.domain.operations").joinpath("default.toml").read_text(encoding="utf-8"))


def _laid_over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are joined key by key, everything else of `own` replaces."""
    joined = dict(base)
    for key, value in own.items():
        below = joined.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        joined[key] = _laid_over(below, value) if both else value  # type: ignore[arg-type]
    return joined


def _routing(document: Mapping[str, Any], problems: list[Problem]) -> routing.Config:
    try:
        config = routing.parse(document)
    except ConfigError as error:
        problems.extend(error.problems)
        return routing.Config({})
    for queue in config.queues.values():
        for key in ("on_close", "on_nobody", "on_full", "on_max_wait"):
            if getattr(queue, key) is Rule.VOICEMAIL:
                reason = "no messages are recorded in a line; choose callback, message or serve"
                problems.append(Problem(f"queues.{queue.name}.{key}", reason))
    return config


def _promises(document: Mapping[str, Any], refuse: Problems) -> Promises:
    clocks: dict[str, dict[str, Mapping[str, Any]]] = {}
    for order_type, named in reading.table(document.get("clocks"), "clocks", refuse).items():
        place = f"clocks.{order_type}"
        clocks[order_type] = {
            name: clock
            for name, clock in reading.table(named, place, refuse).items()
            if reading.table(clock, f"{place}.{name}", refuse)
        }
    try:
        return with_changes(clocks)
    except BadClocks as error:
        place, _, reason = str(error).partition(": ")
        refuse(place, reason)
        return {}


def _tariffs(value: Any, refuse: Problems) -> dict[str, Tariff]:
    found: dict[str, Tariff] = {}
    for code, table in reading.table(value, "tariffs", refuse).items():
        tariff = parse_tariff(code, table, refuse)
        if tariff is not None:
            found[code] = tariff
    return found


def _clocks(promises: Promises) -> dict[str, dict[str, Any]]:
    """All promises as the tables of the file, those that nobody changed too."""
    return {
        order_type: {
            rule.name: {"workdays": rule.workdays} if rule.minutes is None else {"minutes": rule.minutes}
            for rule in rules
        }
        for order_type, rules in promises.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
