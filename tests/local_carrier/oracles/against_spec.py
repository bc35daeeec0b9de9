"""Run by tools/carrier_spec.py with the carrier's OpenAPI document: is every route in it, and does it judge at all?"""

from __future__ import annotations

import os
import re

import pytest

from local_carrier.carrier import Carrier
from local_carrier.server import application
from local_carrier.settings import DEMO_ACCOUNT_SID, Settings
from tests.local_carrier.oracles.openapi import Exchange, Spec


@pytest.fixture(scope="module")
def spec() -> Spec:
    return Spec.load(os.environ["CARRIER_SPEC"])


def test_every_route_of_the_rest_subset_is_in_the_document(spec: Spec) -> None:
    routes = [
        (route.method, route.resource.canonical)
        for route in application(Carrier(Settings())).router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/2010-04-01")
    ]
    real = {(m, re.sub(r"\{[^}]*\}", "XX0", c)) for m, c in routes if m != "HEAD" and "{extension}" not in c}
    missing = [(m, c) for m, c in sorted(real) if m.lower() not in spec.paths.get(spec.template(c) or "", {})]
    assert len(real) > 25
    assert missing == []


def test_it_judges_what_is_wrong(spec: Spec) -> None:
    path = f"/2010-04-01/Accounts/{DEMO_ACCOUNT_SID}/Queues.json"
    form = (("FriendlyName", "q"), ("MaxSize", "many"), ("Colour", "red"))
    faults = spec.faults(Exchange("POST", path, (), form, 201, {"sid": "nonsense"}))
    told = "\n".join(faults)
    assert "form MaxSize is 'many', not integer" in told
    assert "form has an unknown Colour" in told
    assert "body.sid is 'nonsense'" in told
    assert "body lacks current_size" in told
