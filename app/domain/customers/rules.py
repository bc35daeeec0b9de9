"""Who a caller is, as far as numbers tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

import phonenumbers

E164 = re.compile(r"\+[1-9][0-9]{7,14}")
CHINA = 86
CHINESE = re.compile(r"1[3-9][0-9]{9}|10[0-9]{8}|[2-9][0-9]{9,10}")
"""A mobile, or a landline with its area code, without the leading 0."""
ACCOUNT_NO = re.compile(r"[0-9]{8,16}")


class Check(StrEnum):
    """What comes of comparing four digits with the phones of an account."""

    VERIFIED = "verified"
    WRONG = "wrong"
    NO_PHONE = "no_phone"


def e164(raw: str, region: str = "CN") -> str | None:
    """The number in E.164 form; None = withheld, a SIP name, or what cannot be called back: too short, no area code.

    Only the shape is asked: numbers that nobody has been given are numbers too.
    """
    if E164.fullmatch(raw):
        return raw
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if number.country_code == CHINA and not CHINESE.fullmatch(str(number.national_number)):
        return None
    formatted = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return formatted if E164.fullmatch(formatted) else None


def check_last_four(phones: Sequence[str], digits: str) -> Check:
    """Compare with any phone of the account. An account without a phone can only be helped by a human."""
    if not phones:
        return Check.NO_PHONE
    matched = re.fullmatch(r"[0-9]{4}", digits) and any(phone.endswith(digits) for phone in phones)
    return Check.VERIFIED if matched else Check.WRONG


def masked_phone(phone: str) -> str:
    """All but the country's first and the last digits: `+86138****0001`, `+1555****0100`."""
    return phone[: max(len(phone) - 8, 0)] + "****" + phone[-4:]


def address_number(address: str) -> str:
    """The last number of an address, with the sign after it: `1203室`, `12`; without one the last two characters."""
    numbers = re.findall(r"[0-9]+[^\W\d_]?", address)
    return numbers[-1] if numbers else address[-2:]


def amount_ending(fen: int) -> str:
    """The last digit of the yuan with jiao and fen: `¥123.45` ends in `3.45`."""
    return f"{fen // 100 % 10}.{fen % 100:02d}"
