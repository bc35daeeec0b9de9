"""Warnings within reach."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Contact, WarningRow
from app.domain.staff.permissions import Verb, Viewer
from app.usecases.paging import Paging, page_of
from app.usecases.refusals import not_found
from app.usecases.restrictions import contact_not_hidden, order_not_hidden
from app.usecases.scoping import reach
from app.usecases.shapes.base import Page
from app.usecases.shapes.oversight import WarningShape, warning_shape


async def read_warnings(
    session: AsyncSession, viewer: Viewer, paging: Paging, *, kind: str | None, level: str | None, opened: bool | None
) -> Page[WarningShape]:
    """Warnings, the newest first; `opened` = only those that are open, or only those that are closed."""
    query = select(WarningRow).where(*_within(viewer))
    if kind is not None:
        query = query.where(WarningRow.kind == kind)
    if level is not None:
        query = query.where(WarningRow.level == level)
    if opened is not None:
        query = query.where(col(WarningRow.closed_at).is_(None) == opened)
    keys = [WarningRow.opened_at, WarningRow.warning_id]
    warnings, next_cursor = await page_of(session, query, keys, paging, newest_first=True)
    contacts = await contacts_of(session, warnings)
    shapes = [warning_shape(warning, contacts.get(warning.contact_id or "")) for warning in warnings]
    return Page(items=shapes, next_cursor=next_cursor)


async def contacts_of(session: AsyncSession, warnings: Sequence[WarningRow]) -> dict[str, Contact]:
    """The contacts that these warnings are about, by id."""
    ids = {warning.contact_id for warning in warnings if warning.contact_id is not None}
    found = await session.exec(select(Contact).where(col(Contact.contact_id).in_(ids)))
    return {contact.contact_id: contact for contact in found}


async def find_warning(session: AsyncSession, viewer: Viewer, warning_id: str) -> WarningRow:
    """One warning within reach; else `Refused` as if there were none."""
    query = select(WarningRow).where(WarningRow.warning_id == warning_id, *_within(viewer))
    warning = (await session.exec(query)).first()
    if warning is None:
        raise not_found("warning")
    return warning


def _within(viewer: Viewer) -> list[ColumnElement[bool]]:
    return [
        reach(viewer, Verb.WARNINGS_READ, WarningRow.agent_no, WarningRow.unit) | col(WarningRow.unit).is_(None),
        order_not_hidden(viewer, WarningRow.order_no),
        contact_not_hidden(viewer, WarningRow.contact_id),
    ]
