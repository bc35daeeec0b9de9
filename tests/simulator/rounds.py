"""Many days in a row, and what to do with the first that fails."""

import gc

from tests.simulator import day, plan, script
from tests.simulator.driver import Tally
from tests.simulator.shrink import shrink

AFTER_MS = 2 * plan.HOUR
"""How long deadlines go on after the last item of a replayed script."""


def play(events: int, seed: int, size: str) -> Tally:
    """Days of consecutive seeds until so many events were checked; raises `day.Failure`.

    Cycles are collected between the days: within one there are few, and looking for them costs a tenth.
    """
    total = Tally()
    gc.disable()
    try:
        while total.total < events:
            total.add(day.run(plan.draw(seed, size), limit=events - total.total).tally)
            seed += 1
            gc.collect()
    finally:
        gc.enable()
    return total


def table(tally: Tally) -> list[str]:
    width = max(map(len, tally.events))
    return [f"{name:<{width}} {count:>12,}" for name, count in tally.events.most_common()]


def shortened(failure: day.Failure, budget_s: float = 120.0) -> list[script.Item]:
    """The shortest script found that breaks the same rule."""
    last = failure.items[-1].time
    fails = day.fails_with(failure.violated.check, last + AFTER_MS)
    if not fails(failure.items):
        return failure.items
    return shrink(failure.items, fails, budget_s)
