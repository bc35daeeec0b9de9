"""The shape of an article."""

from __future__ import annotations

from app.db.tables import Article
from app.usecases.shapes.base import Shape


class ArticleShape(Shape):
    """One article in both languages."""

    code: str
    category: str
    title_zh: str
    body_zh: str
    title_en: str
    body_en: str


def article_shape(article: Article) -> ArticleShape:
    """The article as agents read it."""
    return ArticleShape.model_validate(article.model_dump(include=set(ArticleShape.model_fields)))
