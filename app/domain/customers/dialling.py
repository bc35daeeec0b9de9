"""Which numbers are dialled and texted; toll fraud lives on those that are not."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberType

COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN})
SHORTEST = {86: 9}
"""Digits of a subscriber's number without its country; shorter ones are services: police, operators, ourselves."""
INFORMATION_LINES = {86: ("160", "168")}
"""Prefixes of paid information lines, at any length."""


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
