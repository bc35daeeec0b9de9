"""Cut a failing script down to what still fails the same way: delta debugging, by person, then by event."""

import re
from collections.abc import Callable, Sequence
from time import process_time

from tests.simulator.script import Item

_NUMBER = re.compile(r"^[a-z]+?(\d+)")


def shrink(items: list[Item], fails: Callable[[list[Item]], bool], budget_s: float = 120.0) -> list[Item]:
    """A short list for which `fails` still holds; what was reached when the time is up."""
    until = process_time() + budget_s

    def still(groups: Sequence[list[Item]]) -> bool:
        if process_time() > until:
            return False
        chosen = [i for group in groups for i in group]
        return fails(sorted(chosen, key=order.__getitem__))

    items = [_Numbered(item) for item in items]
    order = {item: n for n, item in enumerate(items)}
    by_person: dict[str, list[Item]] = {}
    for item in items:
        by_person.setdefault(_person(item), []).append(item)
    kept = _minimal(list(by_person.values()), still)
    single = [[item] for group in kept for item in group]
    return [Item(*item) for item in sorted((i for g in _minimal(single, still) for i in g), key=order.__getitem__)]


class _Numbered(Item):
    """An item that is only equal to itself, so that repeated events stay two."""

    __hash__ = object.__hash__

    def __new__(cls, item: Item) -> "_Numbered":
        return super().__new__(cls, *item)

    def __eq__(self, other: object) -> bool:
        return self is other


def _person(item: Item) -> str:
    """Whom the event is about: a contact by its number, else an agent, else the configuration."""
    event = item.event
    for name in ("task_id", "offer_id", "agent_no", "queue"):
        value = getattr(event, name, "")
        if value:
            number = _NUMBER.match(value) if name != "agent_no" else None
            return f"{name == 'agent_no'}{number[1] if number else value}"
    return type(event).__name__


def _minimal(groups: list[list[Item]], still: Callable[[Sequence[list[Item]]], bool]) -> list[list[Item]]:
    """Zeller's ddmin without the subset step: drop ever smaller slices while the rest still fails."""
    size = max(len(groups) // 2, 1)
    while True:
        start, dropped = 0, False
        while start < len(groups):
            rest = groups[:start] + groups[start + size :]
            if rest and still(rest):
                groups, dropped = rest, True
            else:
                start += size
        if size == 1 and not dropped:
            return groups
        if not dropped or size > len(groups):
            size = max(size // 2, 1)
