"""Many days in a row, and what to do with the first that fails."""

import gc
import platform

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
    except day.Failure as failure:
        failure.played += total.total
        raise
    finally:
        gc.enable()
    return total


def table(tally: Tally, took_s: float) -> list[str]:
    each = took_s / tally.total * 1e6
    return [
        f"{tally.total:,} events, {tally.commands:,} commands, {tally.days:,} days, {tally.restarts:,} restarts from "
        f"the snapshot: no rule broken. {took_s:.0f} s of processor time in one process, {each:.1f} µs an event "
        f"with every check on ({platform.python_implementation()} {platform.python_version()}).",
        "",
        "| event | times |",
        "|---|---|",
        *(f"| {name} | {count:,} |" for name, count in tally.events.most_common()),
    ]


def shortened(failure: day.Failure, budget_s: float = 60.0) -> list[script.Item]:
    """The shortest script found that breaks the same rule, within so much processor time."""
    until = failure.items[-1].time + AFTER_MS
    for following in (True, False):

        def breaking(items: list[script.Item], following: bool = following) -> list[script.Item]:
            return day.breaking(failure.violated.check, items, until, following=following)

        if breaking(failure.items):
            return breaking(shrink(failure.items, lambda items: bool(breaking(items)), budget_s))
    return failure.items
