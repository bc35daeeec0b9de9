"""Query parameters that many lists share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query

from app.usecases.paging import DEFAULT_LIMIT, MAX_LIMIT, Paging

Id = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z._:@+-]{0,63}$")]
Text = Annotated[str | None, Query(max_length=128)]
Day = Annotated[date | None, Query(alias="date", description="a day of the hotline's time zone, YYYY-MM-DD")]


def _paging(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=512)] = None,
) -> Paging:
    return Paging(limit, cursor)


PagingOf = Annotated[Paging, Depends(_paging)]


def number_in(text: str | None) -> str | None:
    """A telephone number from an address line, where an unescaped plus arrives as a space."""
    return "+" + text.strip() if text is not None and text.startswith(" ") else text
