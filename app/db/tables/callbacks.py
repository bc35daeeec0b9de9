"""Booked callbacks, and numbers that want no notices by text."""

from __future__ import annotations

from sqlmodel import Field, Index, SQLModel

from app.db.tables.base import Ms


class Callback(SQLModel, table=True):
    """A promise to call a number. `task_id` is the task that kept the place when it was booked; tasks that follow
    carry the same contact.

    States: booked → calling → reached | failed | reclaimed (the caller came back first). Of a call that an agent
    began, instead of failed where more is known: busy | no_answer | hung_up | given_up.
    """

    __tablename__ = "callbacks"
    __table_args__ = (Index("ix_callbacks_phone", "phone", "at"),)

    callback_id: str = Field(primary_key=True)
    phone: str
    contact_id: str = Field(index=True)
    order_no: str | None = None
    task_id: str | None = Field(default=None, index=True)
    queue: str
    reason: str
    state: str = "booked"
    at: int = Field(sa_type=Ms)
    ended_at: int | None = Field(default=None, sa_type=Ms)
    version: int = 1


class TextStop(SQLModel, table=True):
    """A number that unsubscribed from notices; answers to its own requests still go out."""

    __tablename__ = "text_stops"

    phone: str = Field(primary_key=True)
    at: int = Field(sa_type=Ms)
