"""The customer archive: who they are, their accounts, the phones by which they are known."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Index, SQLModel

from app.db.tables.base import Json, Ms


class Customer(SQLModel, table=True):
    """A person or an organisation.

    `organization` holds nature, bank, opened_on, capital, staff_count, scale; `analysis` credit, contract_note,
    demand_tags. What was done with them is in contacts and orders. `sensitive` lists medical, elderly, media,
    lawsuit, important, frequent; `sensitive_verified_on` is when that was last asked.
    """

    __tablename__ = "customers"

    customer_no: str = Field(primary_key=True)
    name: str = Field(index=True)
    kind: str
    trade_mode: str
    relation: str
    address: str = ""
    email: str | None = None
    lang: str = "zh-CN"
    sensitive: list[str] = Field(default_factory=list, sa_type=Json)
    sensitive_verified_on: str | None = None
    organization: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    analysis: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    do_not_call: bool = False
    version: int = 1


class Account(SQLModel, table=True):
    """A point of supply. Its area type is its area's; `tariff` None = none is known."""

    __tablename__ = "accounts"

    account_no: str = Field(primary_key=True)
    customer_no: str = Field(index=True)
    address: str
    area_code: str = Field(index=True)
    user_class: str
    tariff: str | None = None
    prepay: str = "post"
    status: str = "active"
    relay: str = "unknown"
    version: int = 1


class AccountPhone(SQLModel, table=True):
    """A phone of an account, E.164; one phone may stand at several accounts. `position` is its place in the list."""

    __tablename__ = "account_phones"
    __table_args__ = (Index("ix_account_phones_phone", "phone"),)

    account_no: str = Field(primary_key=True)
    phone: str = Field(primary_key=True)
    position: int = 0


class WrongTry(SQLModel, table=True):
    """Four digits that did not fit an account; guessing is counted over all conversations."""

    __tablename__ = "wrong_tries"

    try_id: str = Field(primary_key=True)
    account_no: str = Field(index=True)
    caller: str = Field(default="", index=True)
    at: int = Field(sa_type=Ms)


class NumberLookup(SQLModel, table=True):
    """An account number that a caller entered was looked up; kept for a day, to notice who guesses numbers."""

    __tablename__ = "number_lookups"
    __table_args__ = (Index("ix_number_lookups_caller", "caller", "at"), Index("ix_number_lookups_at", "at"))

    lookup_id: str = Field(primary_key=True)
    caller: str
    at: int = Field(sa_type=Ms)
