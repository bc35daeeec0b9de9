"""Rows of those who stand, or stood, in a line, as the leader writes them."""

from __future__ import annotations

from typing import Any


def stood(contact_id: str, began_at: int, *, wait_s: int = 0, talk_s: int = 0, wrap_s: int = 0, **more: Any) -> Any:
    """A task that began to wait at `began_at` and was answered after `wait_s`; `state` says another end."""
    state = more.pop("state", "done")
    task_id = more.pop("task_id", f"t-{contact_id}")
    over_at = began_at + (wait_s + talk_s + wrap_s) * 1000
    answered = state in ("talking", "wrapping", "done")
    return {
        "task_id": task_id,
        "contact_id": contact_id,
        "root_task_id": task_id,
        "queue": "phone",
        "mode": "phone",
        "state": state,
        "queued_at": began_at - 1,
        "waiting_at": began_at,
        "answered_at": began_at + wait_s * 1000 if answered else None,
        "ended_at": over_at if state in ("done", "abandoned", "canceled", "callback_booked", "overflowed") else None,
        "wait_ms": wait_s * 1000,
        "talk_ms": talk_s * 1000,
        "wrap_ms": wrap_s * 1000,
        "body": {},
        **more,
    }
