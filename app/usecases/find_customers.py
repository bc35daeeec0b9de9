"""Searching the archive."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from app.domain.customers.reads import search
from app.usecases.paging import Paging, decode_cursor, encode_cursor
from app.usecases.shapes.base import Page
from app.usecases.shapes.customers import CustomerBrief, customer_brief


async def find_customers(session: AsyncSession, words: str, paging: Paging) -> Page[CustomerBrief]:
    """Customers that match, by number; without words all of them, page by page."""
    after = str(decode_cursor(paging.cursor, [str])[0]) if paging.cursor else ""
    found = await search(session, words.strip(), after=after, limit=paging.limit + 1)
    shown = found[: paging.limit]
    more = len(found) > paging.limit
    return Page(
        items=[customer_brief(customer) for customer in shown],
        next_cursor=encode_cursor([shown[-1].customer_no]) if more else None,
    )
