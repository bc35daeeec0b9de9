"""Tariffs of the operations file: tiers by month or year, by season. Rates in ten-thousandths of a yuan for a kWh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from routing import reading
from routing.reading import Problems

MONTHS = range(1, 13)
TIMES_OF_USE = ("flat", "tip", "peak", "valley")
PER_YUAN = 10_000


class Period(StrEnum):
    """What the tiers count over."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to so many hundredths of a kWh in the period, None = without end; rates by time of use."""

    up_to_hundredths: int | None
    rates: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff with the tiers of each month, 1 to 12."""

    code: str
    name_zh: str
    name_en: str
    period: Period
    tiers: Mapping[int, tuple[Tier, ...]]


@dataclass(frozen=True, slots=True)
class Standing:
    """The tier, from 1, and how much is left in it; None = it is the last."""

    tier: int
    left_hundredths: int | None


def standing(tariff: Tariff, month: int, used_hundredths: int) -> Standing:
    """Which tier a customer is in who has used so much in the period."""
    for number, tier in enumerate(tariff.tiers[month], 1):
        if tier.up_to_hundredths is None:
            return Standing(number, None)
        if used_hundredths < tier.up_to_hundredths:
            return Standing(number, tier.up_to_hundredths - used_hundredths)
    raise AssertionError("the last tier has no end")


def energy_cost_fen(
    tariff: Tariff, month: int, kwh_hundredths: int, used_hundredths: int = 0, time_of_use: str = "flat"
) -> int:
    """What so much energy costs after `used_hundredths` in the same period, rounded half up to the fen."""
    cost, at, left = 0, used_hundredths, kwh_hundredths
    for tier in tariff.tiers[month]:
        room = left if tier.up_to_hundredths is None else max(min(left, tier.up_to_hundredths - at), 0)
        cost += room * tier.rates[time_of_use]
        at, left = at + room, left - room
    return (cost * 2 + PER_YUAN) // (2 * PER_YUAN)


def parse_tariff(code: str, value: Any, refuse: Problems) -> Tariff | None:
    """`[tariffs.CODE]`; None after a problem was reported."""
    place = f"tariffs.{code}"
    table = reading.known(value, place, ("name_zh", "name_en", "period", "seasons"), refuse)
    period = reading.choice(Period, table.get("period"), f"{place}.period", refuse)
    names = [reading.text(table.get(key, code), f"{place}.{key}", refuse) for key in ("name_zh", "name_en")]
    seasons = table.get("seasons")
    tiers: dict[int, tuple[Tier, ...]] = {}
    for number, season in enumerate(seasons if isinstance(seasons, list) else [], 1):
        _season(season, f"{place}.seasons[{number}]", tiers, refuse)
    if set(tiers) != set(MONTHS):
        refuse(f"{place}.seasons", "must give tiers for each month from 1 to 12, once")
        return None
    return Tariff(code, names[0], names[1], period, tiers) if period is not None else None


def _season(value: Any, place: str, tiers: dict[int, tuple[Tier, ...]], refuse: Problems) -> None:
    table = reading.known(value, place, ("months", "tiers"), refuse)
    months, steps = table.get("months"), table.get("tiers")
    if not isinstance(months, list) or not all(month in MONTHS and month not in tiers for month in months):
        refuse(f"{place}.months", "must be a list of months from 1 to 12 that no other season has")
        return
    if not isinstance(steps, list) or not steps:
        refuse(f"{place}.tiers", "must be a list of tiers")
        return
    found = tuple(_tier(step, f"{place}.tiers[{number}]", refuse) for number, step in enumerate(steps, 1))
    ends = [tier.up_to_hundredths for tier in found]
    if ends[-1] is not None or None in ends[:-1] or ends[:-1] != sorted(set(ends[:-1]), key=lambda end: end or 0):
        refuse(f"{place}.tiers", "must rise in up_to_kwh, the last tier without one")
    if len({tuple(sorted(tier.rates)) for tier in found}) > 1:
        refuse(f"{place}.tiers", "must all have rates for the same times of use")
    tiers.update(dict.fromkeys(months, found))


def _tier(value: Any, place: str, refuse: Problems) -> Tier:
    table = reading.known(value, place, ("up_to_kwh", *TIMES_OF_USE), refuse)
    rates = {name: _rate(table[name], f"{place}.{name}", refuse) for name in TIMES_OF_USE if name in table}
    if not rates:
        refuse(place, f"needs a rate: {', '.join(TIMES_OF_USE)}")
    up_to = table.get("up_to_kwh")
    return Tier(None if up_to is None else reading.whole(up_to, f"{place}.up_to_kwh", refuse, least=1) * 100, rates)


def _rate(value: Any, place: str, refuse: Problems) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 <= value < 100:
        refuse(place, "must be an amount of yuan, as 0.538")
        return 0
    return round(Decimal(str(value)) * PER_YUAN)
