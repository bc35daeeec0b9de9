"""Bills by month, and how old the imported figures are."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from app.db.tables.base import Ms


class Bill(SQLModel, table=True):
    """One month of one account: fen, hundredths of a kWh, dates as `YYYY-MM-DD`. Late fees are computed, never kept."""

    __tablename__ = "bills"

    account_no: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    kwh_hundredths: int = Field(sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)
    paid_fen: int = Field(default=0, sa_type=BigInteger)
    issued_on: str
    due_on: str
    version: int = 1


class ImportMark(SQLModel, table=True):
    """When the last complete import of a kind ended: the "as of" of everything that came with it."""

    __tablename__ = "import_marks"

    kind: str = Field(primary_key=True)
    at: int = Field(sa_type=Ms)
    rows: int
