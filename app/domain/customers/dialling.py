"""Which numbers are dialled and texted; toll fraud lives on those that are not."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberType

from app.domain.customers.rules import e164

COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN})
SHORTEST = {86: 9}
"""Digits of a subscriber's number without its country; shorter ones are services: police, operators, ourselves."""
INFORMATION_LINES = {86: ("160", "168")}
"""Prefixes of paid information lines, at any length."""
SERVED = frozenset({86})
"""Countries whose subscribers are called, by their code."""
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""What the carrier writes for anonymous, restricted, blocked, unknown and unavailable numbers."""


def number_of(raw: str) -> str:
    """A caller id as E.164; empty when it is withheld, of a carrier's stand-in for that, or no number."""
    return "" if raw in WITHHELD else e164(raw) or ""


def is_callable(number: str, caller: str, dialled: str | None, countries: frozenset[int] = SERVED) -> bool:
    """Whether `caller`, who dialled `dialled`, may have `number` called; all in E.164 form. A caller id can be made up,
    so one's own is no exception: it may be of the country whose number was dialled too, but never at a special price,
    and never our own."""
    if not number or number == dialled:
        return False
    if number == caller and dialled:
        countries |= {phonenumbers.parse(dialled, None).country_code or 0}
    return is_allowed(number, countries)


def is_allowed(number: str, countries: frozenset[int]) -> bool:
    """Whether we call this number, in E.164 form: a subscriber's of a country that we serve, at no special price."""
    parsed = phonenumbers.parse(number, None)
    if parsed.country_code not in countries or not phonenumbers.is_possible_number(parsed):
        return False
    return not _is_service(parsed) and phonenumbers.number_type(parsed) not in COSTLY


def is_dear(number: str) -> bool:
    """Whether even a text to this number, in E.164 form, may cost what others earn by it, or reaches no subscriber."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return False
    return _is_service(parsed) or phonenumbers.number_type(parsed) in COSTLY


def _is_service(parsed: phonenumbers.PhoneNumber) -> bool:
    country, national = parsed.country_code or 0, phonenumbers.national_significant_number(parsed)
    return len(national) < SHORTEST.get(country, 0) or national.startswith(INFORMATION_LINES.get(country, ()))
