"""Run by tools/carrier_spec.py with the types of the carrier's TypeScript library: is every value they have taken?"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from local_carrier.twiml.grammar import ATTRIBUTES
from local_carrier.twiml.values import refused

BOOLEAN, NUMBER = ({"true", "false"}, {"maybe", "1"}), ({"7", "3600"}, {"many", "-1", "1.5"})


def typed() -> dict[tuple[str, str], tuple[set[str], set[str]]]:
    """By element and attribute: values that must be taken and values that must not. Plain text is left out."""
    text = re.sub(r"/\*.*?\*/", "", Path(os.environ["CARRIER_TYPES"]).read_text(encoding="utf-8"), flags=re.DOTALL)
    named = {name: set(re.findall(r'"([^"]+)"', body)) for name, body in re.findall(r"type (\w+) = ([^;]+);", text)}
    found = {}
    for tag, body in re.findall(r"interface (\w+)Attributes \{(.*?)\n    \}", text, flags=re.DOTALL):
        for name, kind in re.findall(r"^\s+(\w+)\?: ([\w\[\]]+);", body, flags=re.MULTILINE):
            values = {"boolean": BOOLEAN, "number": NUMBER}.get(kind)
            if words := named.get(kind.removesuffix("[]")):
                values = (words, {"none of these", "x"})
            if values and name in ATTRIBUTES.get(tag, ()):
                found[tag, name] = values
    return found


@pytest.fixture(scope="module")
def types() -> dict[tuple[str, str], tuple[set[str], set[str]]]:
    return typed()


def test_every_value_of_the_types_is_taken_and_others_are_not(
    types: dict[tuple[str, str], tuple[set[str], set[str]]],
) -> None:
    assert len(types) > 45
    assert sum(len(good) for good, _ in types.values()) > 1_000
    for (tag, name), (good, bad) in types.items():
        assert {value for value in good if refused("Response", tag, name, value)} == set(), f"{tag}@{name}"
        assert {value for value in bad if not refused("Response", tag, name, value)} == set(), f"{tag}@{name}"
