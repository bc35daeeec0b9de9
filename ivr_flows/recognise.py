"""From what was said, typed or pressed to a key, digits, or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from ivr_flows.graph import Keyword, Word
from ivr_flows.texts import Label

SURE = 0.4
"""Recognition below this confidence is taken as not understood."""

WHOLE_WORD = 3
"""Latin words up to this length must stand alone."""

_PUNCTUATION = re.compile(r"[^\w']+")
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

    A bare key wins; else the longest recognised word, among equals the wish for a person.
    """
    said = plain(text).casefold().rstrip("。.!?")
    if said in ("*", "#") or (said.isdecimal() and said.isascii()):
        return said
    if said in _WORDS or (len(said) == 1 and said in _SPOKEN):
        return _WORDS.get(said) or _SPOKEN[said]
    spaced = f" {_PUNCTUATION.sub(' ', said)} "
    found: list[tuple[int, str]] = []
    for choice, label in (*options, *((k, name) for name, k in UNIVERSAL.items())):
        words = labels[label].words if label in labels else ()
        found += [(len(word), choice) for word in words if _heard(word, said, spaced)]
    if not found:
        return None
    longest = max(length for length, _ in found)
    best = {choice for length, choice in found if length == longest}
    if UNIVERSAL["human"] in best:
        return UNIVERSAL["human"]
    return best.pop() if len(best) == 1 else None


def _heard(word: str, said: str, spaced: str) -> bool:
    """Latin words begin where a word begins, and short ones end where it ends: `no` is not in `now`."""
    if not word.isascii():
        return word in said
    return (f" {word} " if len(word) <= WHOLE_WORD else f" {word}") in spaced


def digits(text: str) -> str:
    """All digits in `text`, spoken or written, in order."""
    tokens = plain(text).casefold().split()
    return "".join(_WORDS.get(token) or "".join(_SPOKEN.get(c, "") for c in token) for token in tokens)


def sort_message(node: Keyword, text: str) -> tuple[Word | None, dict[str, str]]:
    """The keyword that `text` begins with, and what follows it: number, last four, the rest.

    A keyword ends at a space, punctuation or a digit (`DF3301000001`).
    """
    said = plain(text)
    folded = said.casefold()
    known = [(spelling, word) for word in node.words for spelling in word.words if folded.startswith(spelling)]
    known = [(s, word) for s, word in known if len(s) == len(folded) or not folded[len(s)].isalpha()]
    spelling, found = max(known, key=lambda pair: len(pair[0]), default=("", None))
    parts = said[len(spelling) :].lstrip(" :,，.、-").split() if found else []
    number = parts.pop(0) if parts and parts[0].isdecimal() and len(parts[0]) >= 5 else ""
    last4 = parts.pop(0) if number and parts and parts[0].isdecimal() and len(parts[0]) == 4 else ""
    rest = {"number": number, "last4": last4, "text": " ".join(parts)}
    return found, {f"{node.store}_{name}": value for name, value in rest.items()}


def plain(text: str) -> str:
    """Full-width letters and digits as usual ones, outer space gone."""
    return unicodedata.normalize("NFKC", text).strip()
