"""The services answer exactly what the trees' catalogue promises."""

from __future__ import annotations

from typing import Any

from app.usecases.run_turn import Answer
from app.usecases.services.registry import REGISTRY
from ivr_flows.services import SERVICES
from tests.app.world import CALLER, STRANGER, World


def test_every_service_of_the_catalogue_is_answered_and_no_other() -> None:
    assert set(REGISTRY) == set(SERVICES)


def holds(service: str, answer: Answer) -> Answer:
    """The answer is one that the catalogue knows, with its values."""
    outcomes = SERVICES[service].outcomes
    assert answer.outcome in outcomes, (service, answer)
    missing = set(outcomes[answer.outcome]) - set(answer.values)
    assert not missing, (service, answer.outcome, missing)
    return answer


IDENTIFIED = {"identity": "verified", "account_no": "1000000001", "customer_no": "K1000000001"}

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("account.by_number", {"number": "1000000001", "phone": CALLER}, "own"),
    ("account.by_number", {"number": "1000000001", "phone": STRANGER}, "found"),
    ("account.by_number", {"number": "1000000002", "phone": CALLER}, "no_phone"),
    ("account.by_number", {"number": "99999999"}, "unknown"),
    ("account.confirm", {"account_no": "1000000001"}, "confirmed"),
    ("account.verify", {"account_no": "1000000001", "last4": "0001"}, "verified"),
    ("account.verify", {"account_no": "1000000001", "last4": "1234"}, "wrong"),
    ("bill.latest", {"account_no": "1000000001"}, "found"),
    ("bill.history", {"account_no": "1000000001"}, "found"),
    ("bill.arrears", {"account_no": "1000000001"}, "owing"),
    ("outage.for_account", {"account_no": "1000000001"}, "none"),
    ("fault.diagnose", {"account_no": "1000000001", "scope": "single"}, "clear"),
    ("orders.status", {"order_no": "1000000000"}, "unknown"),
    ("orders.latest", {"phone": CALLER}, "none"),
    ("knowledge.article", {"code": "tariff"}, "none"),
    ("callback.check", {"number": "13800000002"}, "allowed"),
    ("callback.check", {"number": "+15550100002"}, "refused"),
    ("order.open_fault", {"account_no": "1000000001", "scope": "single"}, "opened"),
    ("outage.attach", {"outage_no": "900001"}, "ended"),
    ("order.open_emergency", {}, "opened"),
    ("order.reconnect", {"account_no": "1000000001"}, "not_cut"),
    ("order.open_complaint", {"subtype": "service", "text": "态度不好"}, "opened"),
    ("order.open_tipoff", {"subtype": "theft", "text": "隔壁私接电线"}, "opened"),
    ("order.open_suggestion", {"text": "多设营业点"}, "opened"),
    ("order.open_opinion", {"text": "排队太久"}, "opened"),
    ("order.open_praise", {"text": "师傅很好"}, "opened"),
    ("order.urge", {"order_no": "1000000000"}, "unknown"),
    ("callback.book", {"phone": CALLER, "queue": "phone", "reason": "asked"}, "booked"),
    ("callback.book", {"phone": "+15550100002", "queue": "phone", "reason": "asked"}, "refused"),
    ("callback.reclaim", {"phone": CALLER}, "none"),
    ("survey.record", {"score": 4}, "recorded"),
    ("sms.send_bill", {"account_no": "1000000001", "phone": CALLER}, "sent"),
    ("sms.subscribe", {"phone": CALLER, "on": False}, "done"),
]


async def test_answers_carry_what_their_outcome_promises(world: World) -> None:
    await world.bill("1000000001", 8_650)
    for service, args, outcome in CASES:
        answer = holds(service, await world.call(**IDENTIFIED).ask(service, **args))
        assert answer.outcome == outcome, (service, args)
