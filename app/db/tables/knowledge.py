"""What agents look up and callers are told."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Article(SQLModel, table=True):
    """One article in two languages; `state` is draft, published or withdrawn."""

    __tablename__ = "knowledge"

    code: str = Field(primary_key=True)
    category: str = Field(default="", index=True)
    title_zh: str
    body_zh: str
    title_en: str = ""
    body_en: str = ""
    state: str = "published"
    version: int = 1
