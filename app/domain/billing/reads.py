"""Reads of bills."""

from __future__ import annotations

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Bill, ImportMark


async def bills(session: AsyncSession, account_no: str, *, limit: int = 24) -> list[Bill]:
    """Bills of an account, the newest month first."""
    query = select(Bill).where(Bill.account_no == account_no).order_by(col(Bill.month).desc()).limit(limit)
    return list((await session.exec(query)).all())


async def open_bills(session: AsyncSession, account_no: str) -> list[Bill]:
    """Bills that are not paid in full, the oldest first."""
    query = select(Bill).where(Bill.account_no == account_no, Bill.paid_fen < Bill.amount_fen).order_by(Bill.month)
    return list((await session.exec(query)).all())


async def as_of_ms(session: AsyncSession, kind: str = "bills") -> int | None:
    """When figures of this kind (`bills`, `accounts` …) were last brought in; None = never."""
    mark = await session.get(ImportMark, kind)
    return mark.at if mark is not None else None
