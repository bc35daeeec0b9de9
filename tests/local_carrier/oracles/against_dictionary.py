"""Run by tools/carrier_spec.py with the carrier's error dictionary: does each number say there what it says here?"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from local_carrier.codes import WARNINGS, level_of
from local_carrier.twiml.values import SCHEMA, VALUES
from tests.local_carrier.oracles.numbers import numbers_used

OTHER_WORDS = {"speechModel": "model", "reason": "cause", "digits": "dtmf", "url": "whisper"}


@pytest.fixture(scope="module")
def dictionary() -> dict[int, dict[str, Any]]:
    listed = json.loads(Path(os.environ["CARRIER_ERRORS"]).read_text(encoding="utf-8"))
    return {int(entry["code"]): entry for entry in listed}


def test_every_number_is_one_of_the_carriers(dictionary: dict[int, dict[str, Any]]) -> None:
    used = numbers_used()
    assert len(used) > 100
    assert used - dictionary.keys() == set()
    assert used >= WARNINGS


def test_what_the_ledger_calls_a_warning_is_one_there(dictionary: dict[int, dict[str, Any]]) -> None:
    for number in sorted(numbers_used()):
        if number < 20_000:
            assert level_of(number) == dictionary[number]["log_level"].lower(), number


def test_the_number_of_a_bad_value_names_the_attribute_there(dictionary: dict[int, dict[str, Any]]) -> None:
    for tag, rules in VALUES.items():
        for name, (number, _) in rules.items():
            if number == SCHEMA:
                continue
            said = dictionary[number]["message"].lower()
            assert OTHER_WORDS.get(name, name).lower() in said, f"{tag}@{name}: {number} {said}"
            verb = {"Sms": "attribute", "Message": "attribute", "Queue": "whisper"}.get(tag, tag)
            assert verb.lower() in said or number in (13216, 13256, 13257, 13621), f"{tag}@{name}: {number} {said}"
