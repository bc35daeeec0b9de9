"""Unfolding journal rows into the story that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

KINDS = tuple(
    "webhook turn lookup effect task offer offer_accepted offer_declined offer_expired connected hold transfer "  # noqa: SIM905 (reads better)
    "hangup wrap_up survey message order clock note".split()
)


def unfold(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Timeline entries `{seq, at, actor, kind, text, data}`, ascending.

    `rows` are journal rows with their private part under `private` (empty when forgotten or not to be shown), in
    order of time. A row's own entry is followed by one for each of its `parts`: look-ups, effects, state changes.
    """
    entries: list[dict[str, Any]] = []
    for row in rows:
        for kind, text, data in _parts(row):
            actor = {"kind": row["actor_kind"], "id": row["actor_id"]}
            entries.append(
                {"seq": len(entries) + 1, "at": row["at"], "actor": actor, "kind": kind, "text": text, "data": data}
            )
    return entries


def _parts(row: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    body = dict(row["body"])
    parts = body.pop("parts", [])
    text = body.pop("text", "")
    private = row.get("private") or {}
    changes = {**body.get("changes", {}), **private.get("changes", {})}
    more = {"changes": changes} if changes else {}
    yield (
        row["kind"],
        private.get("text") or text,
        {**body, **{k: v for k, v in private.items() if k != "text"}, **more},
    )
    for part in parts:
        rest = {key: value for key, value in part.items() if key not in ("kind", "text")}
        yield part["kind"], part.get("text", ""), rest
