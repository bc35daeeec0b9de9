"""How much of what is over can still be read: memory has an end, the ledger file has everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def forget_oldest(held: dict[str, T], keep: int, over: Callable[[T], bool]) -> list[tuple[str, T]]:
    """Takes the oldest that are over out of `held` until `keep` are left, and returns them.

    What still stands is never taken, however old it is, so more than `keep` can be left.
    """
    surplus = len(held) - keep
    if surplus <= 0:
        return []
    gone: list[tuple[str, T]] = []
    for key, thing in held.items():
        if over(thing):
            gone.append((key, thing))
            if len(gone) == surplus:
                break
    for key, _ in gone:
        del held[key]
    return gone
