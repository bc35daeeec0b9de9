"""How values are spoken. Each format takes the stored value and a `Voice` and gives text for one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True, slots=True)
class Voice:
    """What speaking depends on: language, now, the utility's offset from UTC, and the words for
    enumerations.
    """

    lang: str
    now_ms: int
    tz_offset_s: int
    terms: Mapping[str, Mapping[str, str]]
    written: bool = False


Format: TypeAlias = Callable[[Any, Voice], str]


def yuan(fen: int, voice: Voice) -> str:
    """`86元5角`, `1分`, `10000元` · `86.50 yuan`."""
    sign, fen = fen < 0, abs(fen)
    whole, rest = divmod(fen, 100)
    if voice.lang == "en":
        return f"{'minus ' if sign else ''}{whole}.{rest:02d} yuan"
    jiao, cents = divmod(rest, 10)
    text = f"{whole}元" if whole or not rest else ""
    text += f"{jiao}角" if jiao else "零" if whole and cents else ""
    return ("负" if sign else "") + text + (f"{cents}分" if cents else "")


def digits(value: str, voice: Voice) -> str:
    """Heard digit by digit, read as one number."""
    return value if voice.written else " ".join(value)


def phone(value: str, voice: Voice) -> str:
    """As `digits`, without the country code of home."""
    return digits(value.removeprefix("+86").removeprefix("+"), voice)


def kwh(hundredths: int, _voice: Voice) -> str:
    """`86.5`; the unit stands in the prompt."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def number(value: int, _voice: Voice) -> str:
    return str(value)


def text(value: str | Mapping[str, str], voice: Voice) -> str:
    """As it is, or in the voice's language where both are given."""
    return value if isinstance(value, str) else value[voice.lang]


def month(value: str, voice: Voice) -> str:
    """`2026年10月` · `October 2026`."""
    year, of_year = value.split("-")
    return f"{MONTHS[int(of_year) - 1]} {year}" if voice.lang == "en" else f"{year}年{int(of_year)}月"


def duration(minutes: int, voice: Voice) -> str:
    """Whole hours from two on, else minutes: `45分钟`, `2小时` · `45 minutes`, `2 hours`."""
    hours, rest = divmod(minutes, 60)
    if hours > 1 and not rest:
        return f"{hours} hours" if voice.lang == "en" else f"{hours}小时"
    return f"{minutes} minute{'' if minutes == 1 else 's'}" if voice.lang == "en" else f"{minutes}分钟"


_PERIODS = ((6, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
_DAYS_ZH = {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
_DAYS_EN = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def instant(at_ms: int, voice: Voice) -> str:
    """`今天下午3点20分` · `today at 3:20 pm`, day and clock of the utility's zone."""
    zone = timezone(timedelta(seconds=voice.tz_offset_s))
    at = datetime.fromtimestamp(at_ms // 1000, zone)
    days = (at.date() - datetime.fromtimestamp(voice.now_ms // 1000, zone).date()).days
    hour = at.hour % 12 or 12
    if voice.lang == "en":
        day = _DAYS_EN.get(days) or f"on {MONTHS[at.month - 1]} {at.day}"
        return f"{day} at {hour}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"
    day = _DAYS_ZH.get(days) or f"{at.month}月{at.day}日"
    period = next(name for until, name in _PERIODS if at.hour < until)
    spoken_hour = 0 if at.hour == 0 else hour
    return f"{day}{period}{spoken_hour}点" + (f"{at.minute}分" if at.minute else "")


def bills(items: list[Mapping[str, Any]], voice: Voice) -> str:
    """Month, energy, amount of each bill."""
    if voice.lang == "en":
        return "; ".join(
            f"{month(b['month'], voice)}, {kwh(b['kwh'], voice)} kWh, {yuan(b['fen'], voice)}" for b in items
        )
    return "；".join(f"{month(b['month'], voice)}{kwh(b['kwh'], voice)}千瓦时，{yuan(b['fen'], voice)}" for b in items)


def term(table: str) -> Format:
    """The word for a value of the enumeration `table`, from the prompt files."""
    return lambda value, voice: voice.terms[table][value]


FORMATS: Mapping[str, tuple[Format, str]] = {
    "yuan": (yuan, "fen"),
    "digits": (digits, "digits"),
    "phone": (phone, "phone"),
    "kwh": (kwh, "kwh"),
    "int": (number, "int"),
    "duration": (duration, "int"),
    "text": (text, "text"),
    "month": (month, "month"),
    "time": (instant, "instant"),
    "bills": (bills, "list"),
}
"""Format name → (function, type of variable it takes). `term` is the format of every `enum`."""
