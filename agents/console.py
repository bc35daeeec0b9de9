"""What a console shows, as objects with keys, and the frames that keep a copy of it equal.

A `View` is what the server would show now. `changes` compares it with what a client was sent; `reduce` is the client:
the same rules run in the browser, and the same fixtures test both. The house rule is
*reduce(old snapshot, frames) == fresh snapshot* for every kind of object.

The client's rules in full: a frame of one of the `KINDS` replaces the object with the same key, unless the object
there has a higher `rev`; the object is the frame without `type` and `seq` (an order's own type travels as
`order_type` and is both in the object). A contact keeps its `messages`; a `chat` frame adds its message, once. A
`KIND_ended` frame removes by key. Lists stay in order of their keys, messages in order of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str]
"""(kind, key of the object); a chat message's is (`chat`, `CONTACT_ID/MESSAGE_ID`)."""

KINDS: Mapping[str, tuple[str, str]] = {
    "agent": ("agent", "agent_no"),
    "offer": ("offers", "offer_id"),
    "contact": ("contacts", "contact_id"),
    "queue": ("queues", "name"),
    "order": ("orders", "order_no"),
    "warning": ("warnings", "warning_id"),
    "announcement": ("announcements", "announcement_id"),
}
"""Kind of frame → (member of the snapshot, key)."""

CHAT = "chat"
ENDED = "_ended"


@dataclass(slots=True)
class View:
    """What is to be seen now: whole objects by key, in the order in which a client should learn of them.

    `reasons` says of an object that is gone how it ended (an offer's `accepted`, `expired` …).
    """

    objects: dict[Key, Json] = field(default_factory=dict)
    reasons: dict[Key, str] = field(default_factory=dict)

    def add(self, kind: str, item: Json) -> None:
        """Show `item`; its key is among its fields."""
        self.objects[(kind, key_of(kind, item))] = item


@dataclass(frozen=True, slots=True)
class Sent:
    """An object as the client has it."""

    rev: int
    item: Json


def key_of(kind: str, item: Mapping[str, Any]) -> str:
    """The object's key as text."""
    if kind == CHAT:
        return f"{item['contact_id']}/{item['message_id']}"
    return str(item[KINDS[kind][1]])


def changes(sent: Mapping[Key, Sent], view: View) -> Iterator[tuple[Key, Json | None, Json]]:
    """What the client lacks: (key, the object or None when it is gone, the frame without `seq` and `rev`).

    The gone come first, so that an accepted offer leaves before its contact comes. A contact whose leg did not come
    up takes its offer's second ending along: `failed` after `accepted`.
    """
    for key, known in sent.items():
        if key not in view.objects and key[0] != CHAT:
            yield key, None, _ending(key, known, view.reasons.get(key))
            offer: Key = ("offer", str(known.item.get("offer_id")))
            if key[0] == "contact" and offer not in sent and offer in view.reasons:
                yield offer, None, _ending(offer, known, view.reasons[offer])
    for key, item in view.objects.items():
        before = sent.get(key)
        if before is None or before.item != item:
            yield key, item, frame(key[0], item)


def frame(kind: str, item: Mapping[str, Any]) -> Json:
    """The frame that carries a whole object."""
    if kind == "order":
        return {"type": kind, "order_type": item["type"], **{k: v for k, v in item.items() if k != "type"}}
    return {"type": kind, **item}


def _ending(key: Key, known: Sent, reason: str | None) -> Json:
    kind = key[0]
    name = KINDS[kind][1]
    ending = {"type": kind + ENDED, name: known.item[name]}
    return ending if reason is None else {**ending, "reason": reason}


def snapshot(sent: Mapping[Key, Sent]) -> Json:
    """The members of a snapshot that hold objects, sorted by key, each object with its `rev`."""
    lists: Json = {member: [] for member, _ in KINDS.values()}
    messages: dict[str, list[Json]] = {}
    for (kind, _), known in sorted(sent.items()):
        if kind == CHAT:
            messages.setdefault(known.item["contact_id"], []).append({**known.item, "rev": known.rev})
        else:
            lists[KINDS[kind][0]].append(_whole(kind, known))
    for contact in lists["contacts"]:
        contact["messages"] = _in_time(messages.get(contact["contact_id"], []))
    lists["agent"] = next(iter(lists["agent"]), None)
    return lists


def _whole(kind: str, known: Sent) -> Json:
    item = {**known.item, "rev": known.rev}
    if kind == "order":
        item["order_type"] = item["type"]
    return item


def _in_time(messages: Iterable[Json]) -> list[Json]:
    return sorted(messages, key=lambda message: (message["at"], message["message_id"]))


def reduce(state: Json, got: Mapping[str, Any]) -> Json:
    """The client's state after one frame; unknown frames leave it as it is. `state` itself is not changed."""
    kind = str(got["type"])
    if kind == "snapshot":
        return {name: value for name, value in got.items() if name != "type"}
    if kind == "resumed":
        return state
    if kind == CHAT:
        return _with_message(state, _fields(got))
    if kind in KINDS:
        return _with_object(state, kind, _fields(got))
    if kind.endswith(ENDED) and kind.removesuffix(ENDED) in KINDS:
        return _without(state, kind.removesuffix(ENDED), got)
    return state


def _fields(got: Mapping[str, Any]) -> Json:
    return {name: value for name, value in got.items() if name not in ("type", "seq")}


def _with_object(state: Json, kind: str, item: Json) -> Json:
    member, name = KINDS[kind]
    if kind == "agent":
        return {**state, "agent": _newer(state.get("agent"), item)}
    if kind == "order":
        item["type"] = item["order_type"]
    before = {each[name]: each for each in state[member]}
    known = before.get(item[name])
    if kind == "contact":
        item["messages"] = known["messages"] if known else []
    before[item[name]] = _newer(known, item)
    return {**state, member: [before[key] for key in sorted(before)]}


def _newer(known: Json | None, item: Json) -> Json:
    return known if known is not None and known["rev"] > item["rev"] else item


def _without(state: Json, kind: str, got: Mapping[str, Any]) -> Json:
    member, name = KINDS[kind]
    return {**state, member: [each for each in state[member] if each[name] != got[name]]}


def _with_message(state: Json, message: Json) -> Json:
    contacts = []
    for contact in state["contacts"]:
        messages = contact["messages"]
        if contact["contact_id"] == message["contact_id"]:
            others = [each for each in messages if each["message_id"] != message["message_id"]]
            messages = _in_time([*others, message])
        contacts.append({**contact, "messages": messages})
    return {**state, "contacts": contacts}
