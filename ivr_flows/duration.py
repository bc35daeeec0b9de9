"""How long texts take to hear, by rule of thumb: enough to keep prompts short and budgets honest."""

from __future__ import annotations

import re

from ivr_flows.texts import Template

CHARACTERS_PER_S = 4.5
WORDS_PER_S = 2.6
_HOLES_S = {
    "digits": 3.0,
    "phone": 4.0,
    "time": 2.0,
    "yuan": 1.5,
    "bills": 10.0,
    "text": 2.0,
    "month": 1.0,
}
_WORD = re.compile(r"[A-Za-z0-9'-]+")
_CHARACTER = re.compile(r"[\u3400-\u9fff]")


def seconds(text: Template) -> float:
    """Estimated time of speaking one prompt, holes included."""
    constant = "".join(part for part in text.parts if isinstance(part, str))
    spoken = len(_CHARACTER.findall(constant)) / CHARACTERS_PER_S + len(_WORD.findall(constant)) / WORDS_PER_S
    return spoken + sum(_HOLES_S.get(name, 0.5) for _, name in text.holes)
