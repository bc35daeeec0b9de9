"""What a journal row is: one unit of work, its personal values apart, and its place in the hash chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

GENESIS = "0" * 64
SEALED = ("id", "at", "kind", "actor_kind", "actor_id", "contact_id", "order_no", "agent_no", "customer_no", "body")


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit to be journaled.

    `kind` is one of the timeline's kinds (`turn`, `offer`, `order` …). `body` holds ids, states, figures, the path
    through a tree, look-ups and effects, never a personal value; those stand in `private`.
    `actor_kind` is caller, agent, supervisor, crew, carrier or system.
    """

    kind: str
    actor_kind: str
    actor_id: str | None = None
    contact_id: str | None = None
    order_no: str | None = None
    agent_no: str | None = None
    customer_no: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)


def text_sent(
    kind: str,
    message_id: str,
    to: str,
    words: str,
    *,
    contact_id: str | None,
    order_no: str | None = None,
    customer_no: str | None = None,
) -> Entry:
    """A text to somebody, outside a turn of theirs. What became of it stands with the message itself."""
    body = {"text": f"text sent: {kind}", "message": kind, "message_id": message_id}
    private = {"to": to, "words": words}
    whose = {"contact_id": contact_id, "order_no": order_no, "customer_no": customer_no}
    return Entry("message", "system", **whose, body=body, private=private)


def chat_told(
    kind: str,
    message_id: str,
    words: str,
    *,
    contact_id: str | None,
    order_no: str | None = None,
    customer_no: str | None = None,
) -> Entry:
    """A line of the hotline's in a chat, outside a turn of its customer's."""
    body = {"text": f"told in the chat: {kind}", "message": kind, "message_id": message_id}
    whose = {"contact_id": contact_id, "order_no": order_no, "customer_no": customer_no}
    return Entry("message", "system", **whose, body=body, private={"words": words})


def private_hash(salt: str, body: Mapping[str, Any]) -> str:
    """The salted hash by which a journal row vouches for its private part."""
    return hashlib.sha256((salt + canonical(body)).encode()).hexdigest()


def seal(seq: int, prev_hash: str, row: Mapping[str, Any]) -> str:
    """The hash of a row at its place in the chain; `row` has the columns `SEALED` and `private_hash`."""
    content = [seq, prev_hash, *(row[name] for name in SEALED), row["private_hash"]]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def first_break(rows: Iterable[Mapping[str, Any]], seq: int = 0, prev_hash: str = GENESIS) -> str | None:
    """The first sealed row, by `seq`, at which the chain does not hold, as a sentence; None if it holds."""
    for row in rows:
        seq += 1
        if row["seq"] != seq:
            return f"row {row['id']}: seq {row['seq']} stands where {seq} is due (a row is missing or doubled)"
        if row["prev_hash"] != prev_hash:
            return f"row {row['id']} (seq {seq}): does not follow the row before it"
        if row["hash"] != seal(seq, prev_hash, row):
            return f"row {row['id']} (seq {seq}): was changed after it was sealed"
        prev_hash = row["hash"]
    return None


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same text for the same value."""
    return _encode(value)
