"""Crews: the nearest on the map, areas, positions that are not known."""

from typing import Any

import pytest

from routing import events as ev
from routing.commands import MakeOffer
from routing.types import Mode
from tests.routing.floor import Floor


def crews(*positions: tuple[int, int] | None, **field: Any) -> Floor:
    """Crews c0, c1, … at these positions; none has not said where it is."""
    floor = Floor({"queues": {"field": {"mode": "field", **field}}})
    for number, position in enumerate(positions):
        floor.agent(f"c{number}", modes=(Mode.FIELD,))
        if position is not None:
            floor.do(ev.PositionReported(floor.now, f"c{number}", *position))
    return floor


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [((10, 4), (15, 10), "c1"), ((4, 10), (10, 15), "c1"), ((13, 14), (16, 10), "c0"), ((10, 16), (5, 10), "c1")],
)
def test_the_nearest_is_the_nearest_in_both_directions(first: tuple[int, int], second: tuple[int, int], chosen: str):
    floor = crews(first, second)
    floor.call("j", "field", x=10, y=10)
    assert floor.rung("j") == [chosen]


def test_the_squared_distance_is_told():
    floor = crews((13, 14), (10, 4), None)
    floor.call("j", "field", x=10, y=10)
    why = floor.last(MakeOffer).why
    assert [(c.id, c.key) for c in why.candidates[:2]] == [("c0", (0, 25)), ("c1", (0, 36))]
    assert why.candidates[2].id == "c2"
    assert (why.rule, why.more) == ("nearest", 0)


@pytest.mark.parametrize("where", [{}, {"x": 1}, {"y": 1}])
def test_an_order_whose_place_is_not_known_goes_to_the_longest_idle(where: dict[str, int]):
    floor = crews((500, 500), (1, 1))
    floor.call("j", "field", **where)
    assert floor.rung("j") == ["c0"]


def test_an_order_without_an_area_is_for_every_crew():
    floor = crews(skills=["pole"], widen=[{"after_s": 10, "levels": 1}])
    floor.agent("c1", [("pole", 1), ("crane", 1)], modes=(Mode.FIELD,), areas=("north",))
    floor.call("j", "field", skills=(("crane", 1),))
    assert floor.rung("j") == ["c1"]
    floor.accept("j")
    floor.hang_up("j", "agent")
    floor.call("k", "field", skills=(("crane", 2),))
    assert floor.state("k") == "waiting"
    assert floor.at(10).rung("k") == ["c1"]


def test_an_area_is_no_level_that_drops():
    floor = crews(skills=["pole:3"], widen=[{"after_s": 10, "levels": 2}])
    floor.agent("c1", [("pole", 1)], modes=(Mode.FIELD,), areas=("north",))
    floor.agent("c2", [("pole", 1)], modes=(Mode.FIELD,), areas=("south",))
    floor.call("j", "field", area="south")
    assert floor.at(9).state("j") == "waiting"
    assert floor.at(10).rung("j") == ["c2"]
