"""TwiML by the carrier's own library: each verb, attribute and nesting is executed, or refused as documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_carrier.twiml.grammar import ATTRIBUTES, CHILDREN, SPEECH_MARKS, check
from local_carrier.twiml.parse import Element
from tests.local_carrier.oracles.library import grammar
from tests.local_carrier.world import World

LIBRARY = grammar()
DOCUMENTED = Path(__file__).parents[3] / "docs" / "local-carrier.md"
NOT_THERE = {
    "Response": {"Connect", "Echo", "Pay", "Prompt", "Queue", "Refer", "Start", "Stop"},
    "Dial": {"Application", "Sim", "WhatsApp"},
    "Enqueue": {"Task"},
    "Sip": {"Headers", "Uri"},
}
OLDER_THAN_THE_LIBRARY = {("Sip", "codecs"), ("Say", "amazon:effect")}
VALUES = ("true", "false", "1", "x", "/asked")
SORRY = "We are sorry, an application error has occurred. Goodbye."
AFTER = "<Say>after</Say>"
VERBS = {
    "Say": "<Say {}>words</Say>",
    "Play": "<Play {}>/sound.wav</Play>",
    "Pause": "<Pause {}/>",
    "Gather": "<Gather {}><Say>press</Say></Gather>",
    "Redirect": "<Redirect {}>/next</Redirect>",
    "Hangup": "<Hangup {}/>",
    "Reject": "<Reject {}/>",
    "Leave": "<Leave {}/>",
    "Record": "<Record {}/>",
    "Enqueue": "<Enqueue {}>line</Enqueue>",
    "Message": "<Message {}>text</Message>",
    "Sms": "<Sms {}>text</Sms>",
    "Dial": "<Dial {}>+15550100002</Dial>",
    "Number": "<Dial timeout='5'><Number {}>+15550100002</Number></Dial>",
    "Client": "<Dial timeout='5'><Client {}>agent1</Client></Dial>",
    "Sip": "<Dial timeout='5'><Sip {}>sip:a@sip.example</Sip></Dial>",
    "Queue": "<Dial timeout='5'><Queue {}>line</Queue></Dial>",
    "Conference": "<Dial><Conference {}>ROOM</Conference></Dial>",
    "Parameter": "<Dial timeout='5'><Client><Identity>agent1</Identity><Parameter {}/></Client></Dial>",
}


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


async def outcomes(documents: dict[str, str]) -> dict[str, tuple[list[int], list[str], str]]:
    """By name: the codes in the ledger, what was heard, and how the call ended; all calls at once."""
    numbers = {f"+1555{index:07}": name for index, name in enumerate(documents)}
    async with World(calls_per_second=0) as world:

        def answer(form: dict[str, str]) -> str:
            return documents[numbers[form["From"]]].replace("ROOM", form["CallSid"]) + AFTER

        world.app.answers["/twilio/voice"] = answer
        legs = {name: world.dial({"hang_up_after_s": 40}, number) for number, name in numbers.items()}
        await world.wait(700)
        world.carrier.ledger.flush()
        codes: dict[str, list[int]] = {name: [] for name in documents}
        for kind in ("error", "warning"):
            for line in world.carrier.ledger.read(limit=10_000, kind=kind):
                if line["party"] in numbers:
                    codes[numbers[line["party"]]].append(line["code"])
        return {name: (codes[name], world.heard(leg), leg.status) for name, leg in legs.items()}


@pytest.mark.parametrize("tag", sorted(VERBS))
async def test_every_attribute_is_executed_whatever_its_value_and_an_unknown_one_is_warned_of(tag: str) -> None:
    documents = {f"{name}={value}": f'{name}="{value}"' for name in ATTRIBUTES[tag] for value in VALUES}
    documents |= {"unknown": 'zz="1"', "plain": ""}
    found = await outcomes({name: VERBS[tag].format(given) for name, given in documents.items()})
    plain_codes, plain_heard, plain_status = found.pop("plain")
    unknown_codes, unknown_heard, unknown_status = found.pop("unknown")
    warned = 1 if tag == "Leave" else 0  # outside a wait document it has nothing to leave
    assert plain_codes.count(12200) == warned
    assert unknown_codes.count(12200) > warned
    assert set(unknown_codes) == {12200, *plain_codes}
    assert (unknown_heard, unknown_status) == (plain_heard, plain_status)
    for name, (codes, _, status) in found.items():
        assert codes.count(12200) == warned, f"{tag} {name}: {codes}"
        assert status in ("completed", "busy", "no-answer"), f"{tag} {name}: {status}"


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
        assert 12200 in codes, child
        assert SORRY not in heard
        assert status == "completed"
