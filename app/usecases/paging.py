"""Lists by key instead of by offset: a page goes on after the last key seen, whatever was added meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import tuple_
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from app.db.tables.base import Ms
from app.usecases.refusals import Refused, RefusedBecause

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Paging:
    """How many, and after which key."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


def encode_cursor(key: Sequence[str | int]) -> str:
    """A key as opaque text."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def decode_cursor(text: str, like: Sequence[type]) -> list[str | int]:
    """The key again; raises `Refused` for what this service did not give out for this list."""
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        key = None
    if not isinstance(key, list) or [type(part) for part in key] != list(like):
        raise _foreign()
    for part in key:
        if isinstance(part, int) and abs(part) >= 2**63:
            raise _foreign()
        if isinstance(part, str) and ("\x00" in part or not part.isprintable()):
            raise _foreign()
    return key


def _foreign() -> Refused:
    return Refused(RefusedBecause.INVALID, "invalid_cursor", "the cursor is not one of this list")


async def page_of(
    session: AsyncSession,
    query: SelectOfScalar[Row],
    keys: Sequence[Any],
    paging: Paging,
    *,
    newest_first: bool = False,
) -> tuple[list[Row], str | None]:
    """One page of `query` ordered by the columns `keys`, and the cursor of the next page."""
    columns: list[Any] = [col(key) for key in keys]
    place = tuple_(*columns)
    if paging.cursor is not None:
        like = [int if isinstance(column.type, Ms) else str for column in columns]
        key = decode_cursor(paging.cursor, like)
        query = query.where(place < tuple_(*key) if newest_first else place > tuple_(*key))
    ordered = query.order_by(*[column.desc() if newest_first else column.asc() for column in columns])
    rows = list((await session.exec(ordered.limit(paging.limit + 1))).all())
    if len(rows) <= paging.limit:
        return rows, None
    rows = rows[: paging.limit]
    return rows, encode_cursor([getattr(rows[-1], key.key) for key in keys])
