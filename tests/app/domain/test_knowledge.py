"""Finding articles."""

from __future__ import annotations

from app.db.database import Database
from app.db.tables import Article
from app.db.write_set import WriteSet
from app.domain.knowledge.reads import article, search


async def fill(database: Database) -> None:
    unit = WriteSet()
    texts = {"title_zh": "缴费方式", "body_zh": "手机缴费", "title_en": "Ways to pay", "body_en": "By phone, 100%"}
    unit.insert(Article, code="payment", category="billing", **texts)
    unit.insert(Article, code="safety", category="safety", **{**texts, "title_zh": "用电安全", "title_en": "Safety"})
    unit.insert(Article, code="old", category="billing", state="withdrawn", **texts)
    await database.commit(unit)


async def test_words_are_all_found_in_either_language(database: Database) -> None:
    await fill(database)
    async with database.session() as session:
        for words, codes in (
            ("", ["payment", "safety"]),
            ("缴费方式", ["payment"]),
            ("WAYS phone", ["payment"]),
            ("缴费 safety", ["safety"]),
            ("100%", ["payment", "safety"]),
            ("1_0", []),
        ):
            assert [found.code for found in await search(session, words)] == codes
        assert [found.code for found in await search(session, category="billing")] == ["payment"]
        assert [found.code for found in await search(session, after="payment")] == ["safety"]


async def test_only_published_articles_are_told(database: Database) -> None:
    await fill(database)
    async with database.session() as session:
        assert await article(session, "payment") is not None
        assert await article(session, "old") is None
        assert await article(session, "nothing") is None
