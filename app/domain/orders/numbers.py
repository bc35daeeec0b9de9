"""Order numbers: nine digits or more of a sequence and one check digit, never starting with 0.

The check digit is that of ISO/IEC 7064 MOD 11,10: it finds every single wrong digit and nearly every swap of
neighbours. A node takes numbers in blocks, so that opening an order reads and changes no counter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from sqlmodel import func, select

from app.db.database import Database
from app.db.tables import NumberBlock
from app.db.write_set import WriteSet
from app.observe.clock import Clock

FIRST = 100_000_000
BLOCK = 500
ATTEMPTS = 50


def check_digit(digits: str) -> str:
    """The digit that makes `digits` whole."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def is_order_no(text: str) -> bool:
    """Whether this can be an order number: 10 to 12 ASCII digits, the last of which is right."""
    return text.isascii() and text.isdigit() and 10 <= len(text) <= 12 and check_digit(text[:-1]) == text[-1]


def order_no(sequence: int) -> str:
    """The number of one place in the sequence."""
    digits = str(FIRST + sequence)
    return digits + check_digit(digits)


class NoBlock(Exception):
    """No block of numbers could be taken: other nodes were always first."""


class OrderNumbers:
    """This node's numbers. `take` gives each one once; it touches the database once for each block."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._rest: Iterator[int] = iter(())
        self._lock = asyncio.Lock()

    async def take(self) -> str:
        """A number that no order has."""
        found = next(self._rest, None)
        while found is None:
            async with self._lock:
                found = next(self._rest, None)
                if found is None:
                    self._rest = iter(await self._block())
                    found = next(self._rest, None)
        return order_no(found)

    async def _block(self) -> range:
        async with self._database.session() as session:
            last = (await session.exec(select(func.max(NumberBlock.block)))).one()
        block = 0 if last is None else last + 1
        for candidate in range(block, block + ATTEMPTS):
            write = WriteSet(claim=f"order-numbers:{candidate}")
            write.insert(NumberBlock, block=candidate, taken_at=self._clock.now_ms(), taken_by=self._database.node)
            if (await self._database.commit(write)).won:
                return range(candidate * BLOCK, (candidate + 1) * BLOCK)
        raise NoBlock(f"blocks {block} to {block + ATTEMPTS - 1} are all taken")
