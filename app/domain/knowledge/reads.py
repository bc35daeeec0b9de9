"""Finding articles."""

from __future__ import annotations

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Article

PUBLISHED = "published"


async def article(session: AsyncSession, code: str) -> Article | None:
    """A published article by its code."""
    found = await session.get(Article, code)
    return found if found is not None and found.state == PUBLISHED else None


async def search(
    session: AsyncSession, words: str = "", *, category: str | None = None, after: str = "", limit: int = 50
) -> list[Article]:
    """Published articles that hold each of the words in either language, by code, from beyond `after`."""
    query = select(Article).where(Article.state == PUBLISHED, Article.code > after)
    if category is not None:
        query = query.where(Article.category == category)
    for word in words.split():
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        fields = (Article.code, Article.title_zh, Article.body_zh, Article.title_en, Article.body_en)
        query = query.where(or_(*(col(field).ilike(like, escape="\\") for field in fields)))
    return list((await session.exec(query.order_by(Article.code).limit(limit))).all())
