"""TwiML by the carrier's own library: each verb, attribute and nesting is executed, or refused as documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_carrier.twiml.grammar import ATTRIBUTES, CHILDREN, SPEECH_MARKS, check
from local_carrier.twiml.parse import Element
from tests.local_carrier.oracles.executed import VERBS, outcomes
from tests.local_carrier.oracles.library import grammar

LIBRARY = grammar()
DOCUMENTED = Path(__file__).parents[3] / "docs" / "local-carrier.md"
NOT_THERE = {
    "Response": {"Connect", "Echo", "Pay", "Prompt", "Queue", "Refer", "Start", "Stop"},
    "Dial": {"Application", "Sim", "WhatsApp"},
    "Enqueue": {"Task"},
    "Sip": {"Headers", "Uri"},
}
OLDER_THAN_THE_LIBRARY = {("Sip", "codecs"), ("Say", "amazon:effect")}
SORRY = "We are sorry, an application error has occurred. Goodbye."


@pytest.mark.parametrize("tag", sorted(ATTRIBUTES))
def test_an_element_has_the_attributes_that_the_library_gives_it(tag: str) -> None:
    own = {name for element, name in OLDER_THAN_THE_LIBRARY if element == tag}
    assert ATTRIBUTES[tag] - own == LIBRARY.attributes[tag]


@pytest.mark.parametrize("tag", sorted({*ATTRIBUTES, *SPEECH_MARKS} - {"amazon:effect"}))
def test_every_nesting_is_accepted_or_refused_and_documented(tag: str) -> None:
    text = DOCUMENTED.read_text(encoding="utf-8").partition("## Known differences")[2]
    for child in sorted(LIBRARY.attributes):
        parent = Element(tag, children=[Element(child)])
        accepted = not check(parent)
        if tag in SPEECH_MARKS:
            assert accepted, "what is inside speech marks is text to be said"
            continue
        expected = child in LIBRARY.children[tag] - NOT_THERE.get(tag, set())
        assert accepted == expected, f"{child} in {tag}"
        assert bool(parent.children) == expected
    for child in NOT_THERE.get(tag, set()):
        assert child in LIBRARY.children[tag]
        assert f"`{child}`" in text, f"{child} in {tag} is refused and not documented"


def test_everything_that_can_be_executed_is_tried_below() -> None:
    spoken = {"Response", "Identity", "Body", "Media"}
    assert VERBS.keys() == ATTRIBUTES.keys() - spoken
    assert CHILDREN["Response"] <= VERBS.keys()


@pytest.mark.parametrize("tag", sorted(NOT_THERE))
async def test_what_is_not_there_is_warned_of_and_the_call_goes_on(tag: str) -> None:
    within = {
        "Response": "{}",
        "Dial": "<Dial>{}</Dial>",
        "Enqueue": "<Enqueue>{}</Enqueue>",
        "Sip": "<Dial timeout='5'><Sip>sip:a@sip.example{}</Sip></Dial>",
    }
    found = await outcomes({child: within[tag].format(f"<{child}/>") for child in NOT_THERE[tag]})
    for child, (codes, heard, status) in found.items():
        assert {12200, 13215} & set(codes), child
        assert SORRY not in heard
        assert status == "completed"
