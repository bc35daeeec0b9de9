"""From what was said, typed or pressed to a key, digits, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ivr_flows.graph import Keyword, Word
from ivr_flows.texts import Label

SURE = 0.4
"""Recognition below this confidence is taken as not understood."""

_SPOKEN = {
    **{digit: digit for digit in "0123456789"},
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    "〇": "0",
    "幺": "1",
    "两": "2",
}
_WORDS = dict(
    zip(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        "0123456789",
        strict=True,
    ),
    oh="0",
)
UNIVERSAL = {"human": "0", "repeat": "*", "emergency": "8"}


def key(text: str, options: Iterable[tuple[str, str]], labels: Mapping[str, Label]) -> str | None:
    """The key that `text` means among (key, label) `options` and the universal ones; None if none or several.

    A bare key wins; else the longest recognised word.
    """
    said = text.strip().casefold().rstrip("。.!！?？")
    if said in ("*", "#") or (said.isdecimal() and said.isascii()):
        return said
    if said in _WORDS or (len(said) == 1 and said in _SPOKEN):
        return _WORDS.get(said) or _SPOKEN[said]
    found: list[tuple[int, str]] = []
    for choice, label in (*options, *((k, name) for name, k in UNIVERSAL.items())):
        words = labels[label].words if label in labels else ()
        found += [(len(word), choice) for word in words if word in said]
    if not found:
        return None
    longest = max(length for length, _ in found)
    best = {choice for length, choice in found if length == longest}
    return best.pop() if len(best) == 1 else None


def digits(text: str) -> str:
    """All digits in `text`, spoken or written, in order."""
    tokens = text.casefold().split()
    return "".join(_WORDS.get(token) or "".join(_SPOKEN.get(c, "") for c in token) for token in tokens)


def sort_message(node: Keyword, text: str) -> tuple[Word | None, dict[str, str]]:
    """The keyword that `text` begins with, and what follows it: number, last four, the rest."""
    first, _, rest = text.strip().partition(" ")
    word = next((w for w in node.words if first.casefold() in w.words), None)
    parts = rest.split()
    number = parts.pop(0) if parts and parts[0].isdecimal() and len(parts[0]) >= 5 else ""
    last4 = parts.pop(0) if number and parts and parts[0].isdecimal() and len(parts[0]) == 4 else ""
    found = {"number": number, "last4": last4, "text": " ".join(parts)}
    return word, {f"{node.store}_{name}": value for name, value in found.items()}
