"""Whole days: a world and a driver together, until everyone has gone home; and replays without a world."""

from collections.abc import Callable
from random import Random

from routing import config, events
from tests.simulator.book import Violated
from tests.simulator.driver import Driver, Tally
from tests.simulator.following import followed
from tests.simulator.plan import HOUR, Plan
from tests.simulator.script import Item
from tests.simulator.world import World


class Failure(Exception):
    """A rule was broken; `items` replay it."""

    def __init__(self, violated: Violated, items: list[Item], event: int, seed: int) -> None:
        super().__init__(f"seed {seed}, event {event}: {violated}")
        self.violated = violated
        self.items = items
        self.event = event
        """Of this day; `played` counts those of the days before it as well."""
        self.played = event
        self.seed = seed


def opening(plan: Plan) -> list[Item]:
    """What is known before the day begins: the configuration, its changes, opening hours, restarts."""
    first = [Item(0, events.ConfigChanged(0, config.parse(plan.document)))]
    later = [Item(at, events.ConfigChanged(at, config.parse(document))) for at, document in plan.changes]
    later += [Item(at, events.HoursChanged(at, queue, is_open)) for at, queue, is_open in plan.closings]
    random = Random(plan.seed * 3 + 2)
    later += [Item(random.randrange(plan.ends_at), None) for _ in range(plan.restarts)]
    return first + sorted(later, key=lambda item: item.time)


def run(
    plan: Plan, limit: int = 0, watch: Callable[[Driver, World], None] | None = None, *, checked: bool = True
) -> Driver:
    """Play the day out; raises `Failure`. With `limit`, stop after so many events. `watch` sees each step."""
    first, *later = opening(plan)
    assert isinstance(first.event, events.ConfigChanged)
    driver, world = Driver(first.event, checked=checked), World(plan)
    pending = list(reversed(later))
    try:
        driver.tell(first)
        last = plan.ends_at + 12 * HOUR
        while (not limit or driver.tally.total < limit) and _step(driver, world, pending, last):
            if watch is not None:
                watch(driver, world)
        if not limit and driver.rules is not None:
            driver.rules.check_end()
    except Violated as violated:
        raise Failure(violated, driver.record, driver.tally.total, plan.seed) from violated
    finally:
        driver.close()
    return driver


def _step(driver: Driver, world: World, pending: list[Item], last: int) -> bool:
    """Do what comes next; deadlines before everything else of the same instant. False when nothing comes."""
    outside = world.next_at
    if pending and (outside is None or pending[-1].time <= outside):
        outside = pending[-1].time
    due = driver.next_deadline
    if due is not None and (outside is None or due <= outside):
        if due > last:
            return False
        commands = driver.fire()
        if commands is not None:
            world.react(due, commands, driver.core.changed.tasks.values())
        return True
    if outside is None or outside > last:
        return False
    if pending and pending[-1].time == outside:
        item = pending.pop()
    else:
        event = world.step()
        if event is None:
            return True
        item = Item(outside, event)
    commands = driver.tell(item)
    if item.event is not None:
        world.react(outside, commands, driver.core.changed.tasks.values())
    return True


def replay(items: list[Item], until: int = 0, *, following: bool = False) -> Driver:
    """Run recorded items again, deadlines on to `until`. Raises `Failure` as the first run did.

    With `following`, answers are said by whoever has the offer or call now; the failure then holds them so.
    """
    first = items[0]
    assert isinstance(first.event, events.ConfigChanged)
    driver = Driver(first.event)
    try:
        for item in items:
            while (due := driver.next_deadline) is not None and due <= item.time and item is not first:
                driver.fire()
            if following and item.event is not None:
                item = item._replace(event=followed(item.event, driver.core))
            driver.tell(item)
        while (due := driver.next_deadline) is not None and due <= until:
            driver.fire()
    except Violated as violated:
        raise Failure(violated, driver.record, driver.tally.total, 0) from violated
    finally:
        driver.close()
    return driver


def breaking(check: str, items: list[Item], until: int, *, following: bool) -> list[Item]:
    """The items up to where they break the rule `check`, as they were told; none if they do not break it."""
    if not items or not isinstance(items[0].event, events.ConfigChanged):
        return []
    try:
        replay(items, until, following=following)
    except Failure as failure:
        return failure.items if failure.violated.check == check else []
    return []


__all__ = ["Failure", "Tally", "breaking", "opening", "replay", "run"]
