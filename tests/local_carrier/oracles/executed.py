"""Executes documents, one call for each, and tells what came of them."""

from __future__ import annotations

from tests.local_carrier.world import World

Outcome = tuple[list[int], list[str], str]
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


async def outcomes(documents: dict[str, str]) -> dict[str, Outcome]:
    """By name: the codes in the ledger, what was heard, and how the call ended; all calls at once."""
    numbers = {f"+1555{index:07}": name for index, name in enumerate(documents)}
    once = dict(documents)
    async with World(calls_per_second=0) as world:

        def answer(form: dict[str, str]) -> str:
            # Once each: what leads back to its own document would be complained of again and again.
            return once.pop(numbers[form["From"]], "").replace("ROOM", form["CallSid"]) + AFTER

        world.app.answers["/twilio/voice"] = answer
        legs = {name: world.dial({"hang_up_after_s": 40}, number) for number, name in numbers.items()}
        await world.wait(700)
        world.carrier.ledger.flush()
        codes: dict[str, list[int]] = {name: [] for name in documents}
        for kind in ("error", "warning"):
            for line in world.carrier.ledger.read(limit=10_000, kind=kind):
                if line["party"] in numbers:
                    codes[numbers[line["party"]]].append(line["code"])
        return {name: (sorted(codes[name]), world.heard(leg), leg.status) for name, leg in legs.items()}
