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
        self._counts: defaultdict[tuple[str, str], int] = defaultdict(int)

    def next(self, prefix: str, owner: str) -> str:
        number = self._counts[prefix, owner] = self._counts[prefix, owner] + 1
        digest = hashlib.blake2b(f"{self._base}/{prefix}/{owner}/{number}".encode(), digest_size=16)
        return prefix + digest.hexdigest()
