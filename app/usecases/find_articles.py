"""Searching the knowledge base."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from app.domain.knowledge.reads import search
from app.usecases.paging import Paging, decode_cursor, encode_cursor
from app.usecases.shapes.base import Page
from app.usecases.shapes.knowledge import ArticleShape, article_shape


async def find_articles(session: AsyncSession, words: str, category: str | None, paging: Paging) -> Page[ArticleShape]:
    """Published articles that hold every word, by code."""
    after = str(decode_cursor(paging.cursor, [str])[0]) if paging.cursor else ""
    found = await search(session, words, category=category, after=after, limit=paging.limit + 1)
    shown = found[: paging.limit]
    more = len(found) > paging.limit
    return Page(
        items=[article_shape(article) for article in shown],
        next_cursor=encode_cursor([shown[-1].code]) if more else None,
    )
