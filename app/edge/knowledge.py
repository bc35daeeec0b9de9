"""The knowledge base."""

from __future__ import annotations

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import PagingOf, Text
from app.edge.services import ServicesOf
from app.usecases.find_articles import find_articles
from app.usecases.shapes.base import Page
from app.usecases.shapes.knowledge import ArticleShape

router = guarded_router()


@router.get("/api/knowledge")
@allow(Verb.KNOWLEDGE_READ)
async def list_articles(
    services: ServicesOf, paging: PagingOf, q: Text = None, category: Text = None
) -> Page[ArticleShape]:
    """Published articles that hold every word of `q`."""
    async with services.db.session() as session:
        return await find_articles(session, q or "", category, paging)
