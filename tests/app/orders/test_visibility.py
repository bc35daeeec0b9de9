"""Who may see which order: as a predicate and as a query, which must agree."""

from __future__ import annotations

from itertools import product

from sqlmodel import select

from app.db.tables import WorkOrder
from app.db.write_set import WriteSet
from app.domain.orders.visibility import Viewer, masked_address, may_own, may_see, visible
from tests.app.world import NOW, World

PLACES = [
    ("agent", "north"),
    ("agent", None),
    ("field", "south"),
    ("supervisor", "north"),
    ("supervisor", "south"),
    ("supervisor", None),
    ("manager", None),
    ("auditor", None),
    ("admin", None),
]
VIEWERS = [
    Viewer(agent, role, unit, frozenset({unit} if unit else ()), tipoffs)
    for agent, (role, unit), tipoffs in product(("A1", "A2"), PLACES, (False, True))
]


def orders() -> list[WorkOrder]:
    made = []
    choices = product(
        ("fault", "complaint", "tipoff"), (None, "A1"), (None, "A1"), (None, "north"), (None, "south", "south/x")
    )
    for n, (kind, owner, about, about_unit, unit) in enumerate(choices):
        made.append(
            WorkOrder(
                order_no=f"{n:010d}", type=kind, state="accepted", created_at=NOW, changed_at=NOW, owner=owner,
                about_agent_no=about, about_unit=about_unit, unit=unit, confidential=kind == "tipoff",
                released_at=NOW if n % 5 == 0 else None, crew_no="A2" if n % 3 == 0 else None,
                opened_by="A2" if n % 7 == 0 else None,
            )
        )  # fmt: skip
    return made


async def test_the_query_and_the_predicate_agree_for_every_viewer_and_order(world: World) -> None:
    made, write = orders(), WriteSet()
    for order in made:
        write.insert(WorkOrder, **order.model_dump())
    await world.database.commit(write)
    seen = 0
    async with world.database.session() as session:
        for viewer in VIEWERS:
            found = set((await session.exec(select(WorkOrder.order_no).where(visible(viewer)))).all())
            assert found == {order.order_no for order in made if may_see(order, viewer)}, viewer
            seen += len(found)
    assert seen > 200


def order(**values: object) -> WorkOrder:
    base = {"order_no": "1000000013", "type": "complaint", "state": "accepted", "created_at": NOW, "changed_at": NOW}
    return WorkOrder(**{**base, **values})


def test_scenario_7_and_26_a_tip_off_is_invisible_without_its_permission() -> None:
    tipoff = order(type="tipoff", confidential=True, about_unit="north", owner="A1")
    assert not may_see(tipoff, Viewer("A1", "agent", "north"))
    assert not may_see(tipoff, Viewer("M1", "manager"))
    assert may_see(tipoff, Viewer("M1", "manager", tipoffs=True))


def test_27_a_complaint_is_hidden_from_whom_it_names_and_not_given_to_them() -> None:
    about_person = order(about_agent_no="A1", about_unit="north", unit="north", owner="A1", opened_by="A1")
    leader = Viewer("S1", "supervisor", "north", frozenset({"north"}))
    other_leader = Viewer("S2", "supervisor", "south", frozenset({"south", "north"}))
    assert not may_see(about_person, Viewer("A1", "agent", "north"))
    assert not may_see(about_person, leader)
    assert may_see(about_person, other_leader)
    assert not may_own(about_person, "A1", None)
    assert not may_own(about_person, "A5", "north")
    assert may_own(about_person, "A9", "south")
    about_person.released_at = NOW
    assert may_see(about_person, leader)


def test_25_agents_see_their_own_and_a_masked_address() -> None:
    own, others = order(type="fault", opened_by="A1", unit="north"), order(type="fault", owner="A2", unit="north")
    agent = Viewer("A1", "agent", "north")
    assert (may_see(own, agent), may_see(others, agent)) == (True, False)
    assert masked_address("东城平安路12号3单元") == "东城平安路1****"


def test_a_supervisor_answers_for_the_units_below_and_one_without_a_unit_for_all() -> None:
    fault = order(type="fault", unit="south/x")
    assert may_see(fault, Viewer("S1", "supervisor", "south"))
    assert may_see(fault, Viewer("S1", "supervisor", None))
    assert not may_see(fault, Viewer("S1", "supervisor", "south/y"))
    assert not may_see(order(type="fault", unit="southern"), Viewer("S1", "supervisor", "south"))
