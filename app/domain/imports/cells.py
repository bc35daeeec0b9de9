"""What a cell may hold. Each reader takes the stripped text and returns its value or raises `CellError`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from app.domain.customers.rules import ACCOUNT_NO, E164
from app.domain.staff import rules as staff_rules

Reader: TypeAlias = Callable[[str], Any]

KEY = re.compile(r"[^\s;,]{1,64}")
AGENT_NO = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,31}")
MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
YES, NO = ("1", "true", "yes"), ("0", "false", "no")
TEXT_LIMIT = 1_000
BODY_LIMIT = 20_000
EARLIEST, LATEST = 1970, 2200


class CellError(ValueError):
    """Why a cell is refused."""


def text(cell: str) -> str:
    """A short text. It goes into spoken and written XML, which has no room for control characters."""
    return _limited(cell, TEXT_LIMIT)


def body(cell: str) -> str:
    """A long text."""
    return _limited(cell, BODY_LIMIT)


def _limited(cell: str, limit: int) -> str:
    if len(cell) > limit:
        raise CellError(f"has {len(cell)} characters, at most {limit} are taken")
    if UNPRINTABLE.search(cell):
        raise CellError("holds a control character")
    return cell


def key(cell: str) -> str:
    """A code or number that names a row."""
    if not KEY.fullmatch(cell) or not cell.isprintable():
        raise CellError(f"{_shown(cell)} is no code (1 to 64 characters without spaces, commas and semicolons)")
    return cell


def agent_no(cell: str) -> str:
    """The number of somebody who works here. It stands in addresses of pages and of the carrier's softphones."""
    if not AGENT_NO.fullmatch(cell):
        raise CellError(
            f"{_shown(cell)} is no agent number (letters, digits, '-', '_' and '.', a letter or digit first)"
        )
    return cell


def account_no(cell: str) -> str:
    """An account number, leading zeros kept."""
    if not ACCOUNT_NO.fullmatch(cell):
        raise CellError(f"{_shown(cell)} is no account number (8 to 16 digits)")
    return cell


def phone(cell: str) -> str:
    """A number in E.164 shape."""
    if not E164.fullmatch(cell):
        raise CellError(f"{_shown(cell)} is no phone number in the form +8610…")
    return cell


def email(cell: str) -> str:
    """An address with something on both sides of its @."""
    name, at, host = cell.partition("@")
    if not (name and at and host) or "@" in host or len(cell.split()) != 1:
        raise CellError(f"{_shown(cell)} is no e-mail address")
    return text(cell)


def hundredths(cell: str) -> int:
    """An amount with at most two decimals, times 100: yuan to fen, kWh to hundredths."""
    if not MONEY.fullmatch(cell):
        raise CellError(f"{_shown(cell)} is no amount (digits and at most two decimals)")
    whole, _, rest = cell.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)


def month(cell: str) -> str:
    """A month, `YYYY-MM`."""
    if not MONTH.fullmatch(cell):
        raise CellError(f"{_shown(cell)} is no month (YYYY-MM)")
    return cell


def day(cell: str) -> str:
    """A date, `YYYY-MM-DD`."""
    try:
        if DATE.fullmatch(cell):
            return date.fromisoformat(cell).isoformat()
    except ValueError:
        pass
    raise CellError(f"{_shown(cell)} is no date (YYYY-MM-DD)")


def instant(zone: ZoneInfo) -> Reader:
    """A reader of ISO 8601 instants; those without an offset are of this time zone."""

    def read(cell: str) -> int:
        try:
            moment = datetime.fromisoformat(cell) if INSTANT.fullmatch(cell) else None
        except ValueError:
            moment = None
        if moment is None or not EARLIEST < moment.year < LATEST:
            raise CellError(f"{_shown(cell)} is no instant (ISO 8601, as 2026-11-22T08:00 or 2026-11-22T08:00+08:00)")
        return round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)

    return read


def flag(cell: str) -> bool:
    """A yes or no."""
    if cell.lower() in YES:
        return True
    if cell.lower() in NO:
        return False
    raise CellError(f"{_shown(cell)} is neither {', '.join(YES)} nor {', '.join(NO)}")


def one_of(kind: type[StrEnum]) -> Reader:
    """A reader of one value of an enumeration."""

    def read(cell: str) -> str:
        try:
            return kind(cell).value
        except ValueError:
            raise CellError(f"{_shown(cell)} is none of {', '.join(kind)}") from None

    return read


def member_of(codes: frozenset[str], what: str) -> Reader:
    """A reader of one of these codes."""

    def read(cell: str) -> str:
        if cell not in codes:
            known = ", ".join(sorted(codes)) or "none"
            raise CellError(f"{_shown(cell)} is no {what} (known: {known})")
        return cell

    return read


def several(reader: Reader) -> Reader:
    """A reader of a list separated by `;`, nothing twice."""

    def read(cell: str) -> list[Any]:
        values = [reader(part.strip()) for part in cell.split(";") if part.strip()]
        for at, value in enumerate(values):
            if value in values[:at]:
                raise CellError(f"{_shown(str(value))} stands twice")
        return values

    return read


def skills(cell: str) -> dict[str, int]:
    """`name:level;name` as a mapping."""
    try:
        return staff_rules.skills([part.strip() for part in cell.split(";") if part.strip()])
    except ValueError as error:
        raise CellError(str(error)) from None


def _shown(cell: str) -> str:
    """The cell on one line, shortened."""
    return repr(cell if len(cell) <= 40 else cell[:39] + "…")
