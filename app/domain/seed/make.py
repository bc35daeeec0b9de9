"""All demo data of one seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from random import Random

from app.db.tables import ImportMark
from app.db.write_set import WriteSet
from app.domain.billing.tariffs import Tariff
from app.domain.imports.checking import chunks
from app.domain.seed.areas import areas
from app.domain.seed.articles import articles
from app.domain.seed.customers import customers
from app.domain.seed.outages import outages
from app.domain.seed.people import people
from app.domain.seed.rows import SeedRow

CHUNK = 500
MARKED = ("areas", "customers", "accounts", "bills", "outages", "knowledge", "agents")


def rows(
    seed: int, *, now_ms: int, today: date, tariffs: Mapping[str, Tariff], password_hash: str | None
) -> Iterator[SeedRow]:
    """The same seed and instant make the same rows. `tariffs` are the shipped ones."""
    yield from areas()
    yield from customers(Random(seed), today, tariffs)
    yield from outages(now_ms)
    yield from articles()
    yield from people(password_hash)
    for kind in MARKED:
        yield SeedRow(ImportMark, {"kind": kind, "at": now_ms, "rows": 0})


def write_sets(made: Iterator[SeedRow]) -> Iterator[WriteSet]:
    """The rows in units; a row that is there already is replaced."""
    for chunk in chunks(made, CHUNK):
        unit = WriteSet()
        for row in chunk:
            unit.put(row.table, **row.values)
        yield unit
