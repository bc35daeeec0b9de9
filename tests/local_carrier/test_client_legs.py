"""A client leg takes what the Voice SDK's types give it: the samples stand before the compiler in web/ as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.local_carrier.world import World

SAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "client_legs.json").read_text(encoding="utf-8"))
CONTRACT = Path(__file__).parents[2] / "web" / "src" / "console" / "leg.contract.test.ts"


@pytest.mark.parametrize("name", SAMPLES["accepted"])
async def test_what_the_sdk_can_send_is_brought_to_the_application(world: World, name: str) -> None:
    sample = SAMPLES["accepted"][name]
    assert (await world.control("POST", "/client-legs", sample)).status == 201
    await world.wait(1)
    asked = world.app.at("/twilio/client")[0]
    assert asked["From"] == f"client:{sample['identity']}"
    assert {key: asked[key] for key in sample.get("params", {})} == sample.get("params", {})


@pytest.mark.parametrize("name", SAMPLES["refused"])
async def test_what_the_sdk_cannot_send_is_refused(world: World, name: str) -> None:
    refused = await world.control("POST", "/client-legs", SAMPLES["refused"][name])
    assert refused.status == 400
    assert "object of strings" in refused["error"]
    assert not world.carrier.legs


async def test_a_leg_presses_the_keys_that_the_sdk_sends(world: World) -> None:
    world.app.answers["/twilio/client"] = '<Pause length="60"/>'
    leg = world.carrier.dialling.connect_client("agent_7", {})
    await world.wait(1)
    world.press(leg, SAMPLES["keys"]["refused"])
    await world.wait(5)
    assert not [line for line in leg.handset.lines if line["kind"] == "pressed"]
    world.press(leg, SAMPLES["keys"]["accepted"])
    await world.wait(10)
    pressed = [str(line["key"]) for line in leg.handset.lines if line["kind"] == "pressed"]
    assert "".join(pressed) == SAMPLES["keys"]["accepted"].replace("w", "")


def test_the_samples_stand_before_the_compiler() -> None:
    assert "tests/local_carrier/client_legs.json" in CONTRACT.read_text(encoding="utf-8")
