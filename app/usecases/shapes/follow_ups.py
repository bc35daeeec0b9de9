"""Shapes of what still has to be done for callers."""

from __future__ import annotations

from app.usecases.shapes.base import Shape


class CallbackShape(Shape):
    """A promise to call somebody."""

    callback_id: str
    contact_id: str
    order_no: str | None
    phone_masked: str
    queue: str
    reason: str
    state: str
    attempts: int
    """Calls to them so far that reached nobody."""
    at: str
    next_at: str | None
    """When they are called again after an attempt in vain; None while an agent may take it at any time."""


class UnheardShape(Shape):
    """A recording that nobody has listened to; its sound is at `/api/recordings/{recording_id}`."""

    recording_id: str
    contact_id: str
    order_no: str | None
    duration_s: int
    at: str
