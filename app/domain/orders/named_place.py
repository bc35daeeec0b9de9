"""Whether words name a place that a crew can be sent to. A wrong yes costs one ring, a wrong no a question."""

from __future__ import annotations

import re

_NUMBER = r"[0-9０-９一二三四五六七八九十百]+"
_CHINESE = re.compile(
    rf"{_NUMBER}\s*(?:号|弄|栋|幢|单元|室|楼|座|米|组|队)"
    r"|[\u4e00-\u9fff]{2,}(?:街|巷|胡同|大道|小区|花园|新村|村|镇|乡|广场|学校|小学|中学|幼儿园|医院|超市|市场|车站|工业园)"
    r"|[\u4e00-\u9fff]{2}(?<![在马公的条大线电短断回通])路"
)
_COMMON = r"(?:the|a|an|this|that|my|our|your|their|main|whole)"
_KIND = r"(?:street|st|road|rd|avenue|ave|lane|drive|square|village|school|hospital|station|market|park)"
_ENGLISH = re.compile(
    rf"\b\d+\w?\s+(?:\w+\s+){{0,3}}{_KIND}\b|\b(?!{_COMMON}\b)\w+\s+{_KIND}\b|\b(?:building|block|flat|pole|unit)\s+\w?\d",
    re.IGNORECASE,
)

PLACE_CHARS = 200
"""Of longer words the beginning stands as the place; all of them are kept besides."""


def names_place(words: str) -> bool:
    """A road, an estate, a village, a public building, a house or a pole with its number."""
    return bool(_CHINESE.search(words) or _ENGLISH.search(words))


def with_place(address: str | None, told: str, *, hinted: bool) -> str:
    """The address with what was told of it; that goes before an address that is only supposed."""
    if not address:
        return told
    return f"{told} ({address})" if hinted else f"{address} {told}"
