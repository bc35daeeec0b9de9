"""Identifiers in the carrier's form, drawn from the seed so that a run can be repeated exactly."""

from __future__ import annotations

import hashlib
from collections import defaultdict


class Sids:
    """`next("CA", owner)` is a function of seed, run, kind, owner and how many that owner had before.

    Counting by owner, not globally, keeps a sid independent of what other parties do at the same instant.
    """

    def __init__(self, seed: str, run: int = 0) -> None:
        self._base = f"{seed}/{run}"
        # By subject, which is a number, a name or a sid: what an owner is before its first slash.
        self._counts: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))

    def next(self, prefix: str, owner: str) -> str:
        counts, name = self._counts[owner.partition("/")[0]], f"{prefix}/{owner}"
        number = counts[name] = counts[name] + 1
        digest = hashlib.blake2b(f"{self._base}/{prefix}/{owner}/{number}".encode(), digest_size=16)
        return prefix + digest.hexdigest()

    def forget(self, sid: str) -> None:
        """No more will be drawn for what had this sid."""
        self._counts.pop(sid, None)

    @property
    def counted(self) -> list[str]:
        """For whom a count is kept."""
        return list(self._counts)
