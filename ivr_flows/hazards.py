"""Words of danger. A false alarm costs one call; a miss costs more, so substrings count."""

from __future__ import annotations

import unicodedata

_ZH = [
    "断线",
    "线垂",
    "线搭",
    "火星",
    "受伤",
    "伤人",
    "线断",
    "电线断",
    "掉线",
    "线掉",
    "电线落地",
    "线落",
    "落地",
    "触电",
    "电击",
    "电到",
    "电着",
    "电伤",
    "电死",
    "漏电",
    "冒火",
    "火花",
    "打火",
    "冒烟",
    "着火",
    "起火",
    "火灾",
    "失火",
    "烧着",
    "烧起来",
    "燃烧",
    "倒杆",
    "杆倒",
    "电杆倒",
    "杆子倒",
    "杆断",
    "断杆",
    "爆炸",
    "炸了",
    "烧焦",
    "焦味",
]
_EN = [
    "wire down",
    "injur",
    "hurt",
    "wires down",
    "line down",
    "lines down",
    "wire is down",
    "line is down",
    "wires are down",
    "lines are down",
    "downed",
    "fallen wire",
    "fallen line",
    "fallen power",
    "fell down",
    "live wire",
    "broken wire",
    "wire broke",
    "shock",
    "electrocut",
    "spark",
    "smoke",
    "smoking",
    "fire",
    "flame",
    "burning",
    "explo",
    "arcing",
    "pole down",
    "pole fell",
    "pole is down",
    "fallen pole",
    "leaking current",
]


HINTS = {"zh-CN": tuple(_ZH), "en": tuple(_EN)}
"""What a recogniser should expect where nothing is asked, by the caller's language."""


def find(text: str) -> str | None:
    """The first hazard word in `text` (either language), or None."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    dense = plain.replace(" ", "")
    for word in _ZH:
        if word in dense:
            return word
    return next((word for word in _EN if word in plain), None)


def language(text: str) -> str:
    """The language in which to warn who wrote `text`: any Chinese character makes it zh-CN, else en."""
    return "zh-CN" if any("\u3400" <= each <= "\u9fff" for each in text) else "en"
