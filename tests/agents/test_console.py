"""The house rule of live feeds: the old snapshot and the deltas make the fresh snapshot, for every kind of object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents.console import CHAT, KINDS, Key, Sent, View, changes, key_of, reduce, snapshot

FIXTURES = Path(__file__).parents[1] / "fixtures" / "console"
OBJECTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "agent": (
        {"agent_no": "1001", "name": "Lin", "state": "available", "reason": None},
        {"agent_no": "1001", "name": "Lin", "state": "break", "reason": "meal"},
    ),
    "offer": (
        {"offer_id": "t1.1", "contact_id": "c1", "task_id": "t1", "queue": "phone", "mode": "phone"},
        {"offer_id": "t1.1", "contact_id": "c1", "task_id": "t1", "queue": "emergency", "mode": "phone"},
    ),
    "contact": (
        {"contact_id": "c1", "state": "connecting", "queue": "phone", "learned": {}},
        {"contact_id": "c1", "state": "talking", "queue": "phone", "learned": {"scope": "房屋"}},
    ),
    "queue": ({"name": "phone", "waiting": 0}, {"name": "phone", "waiting": 2}),
    "order": (
        {"order_no": "260000000018", "type": "fault", "state": "accepted"},
        {"order_no": "260000000018", "type": "fault", "state": "arrived"},
    ),
    "warning": (
        {"warning_id": "w1", "kind": "help", "times": 1},
        {"warning_id": "w1", "kind": "help", "times": 2},
    ),
    "announcement": (
        {"announcement_id": "n1", "text": "Storm from the west", "level": "normal"},
        {"announcement_id": "n1", "text": "Storm is over", "level": "normal"},
    ),
}
MESSAGE = {"contact_id": "c1", "message_id": "m1", "from": "customer", "text": "你好", "at": "2026-11-22T07:00:00.000Z"}
LATER = {**MESSAGE, "message_id": "m2", "from": "agent", "text": "Hello", "at": "2026-11-22T07:00:05.000Z"}
EARLIER = {**MESSAGE, "message_id": "m0", "text": "first", "at": "2026-11-22T06:59:00.000Z"}
AGENT = OBJECTS["agent"][0]


def view(*items: tuple[str, dict[str, Any]], reasons: dict[Key, str] | None = None) -> View:
    seen = View(reasons=reasons or {})
    for kind, item in (("agent", AGENT), *items):
        seen.add(kind, item)
    return seen


class Server:
    """The server's side of one feed, without the sockets."""

    def __init__(self) -> None:
        self.sent: dict[Key, Sent] = {}
        self.seq = 0

    def look(self, seen: View) -> list[dict[str, Any]]:
        frames = []
        for key, item, frame in list(changes(self.sent, seen)):
            self.seq += 1
            if item is None:
                self.sent.pop(key, None)
                frames.append({**frame, "seq": self.seq})
            else:
                self.sent[key] = Sent(self.seq, item)
                frames.append({**frame, "seq": self.seq, "rev": self.seq})
        self.sent = {key: sent for key, sent in self.sent.items() if key[0] != CHAT or key in seen.objects}
        return frames

    def snapshot(self) -> dict[str, Any]:
        return {"type": "snapshot", "seq": self.seq, **snapshot(self.sent)}


def stories() -> dict[str, tuple[View, View]]:
    """Before and after, for every kind: it comes, it changes, it goes; and what belongs together."""
    found: dict[str, tuple[View, View]] = {}
    for kind, (old, new) in OBJECTS.items():
        if kind == "agent":
            found["agent_changes"] = (view(), view((kind, new)))
            continue
        reasons = {(kind, key_of(kind, old)): "expired"} if kind == "offer" else {}
        found[f"{kind}_comes"] = (view(), view((kind, old)))
        found[f"{kind}_changes"] = (view((kind, old)), view((kind, new)))
        found[f"{kind}_goes"] = (view((kind, old)), view(reasons=reasons))
    contact, talking = OBJECTS["contact"]
    held = {**talking, "state": "held"}
    found["chat_comes"] = (view(("contact", contact)), view(("contact", contact), (CHAT, MESSAGE)))
    found["chat_out_of_order"] = (
        view(("contact", contact), (CHAT, LATER)),
        view(("contact", contact), (CHAT, LATER), (CHAT, EARLIER), (CHAT, MESSAGE)),
    )
    found["contact_comes_with_messages"] = (view(), view(("contact", contact), (CHAT, MESSAGE), (CHAT, LATER)))
    found["contact_changes_and_keeps_its_messages"] = (
        view(("contact", talking), (CHAT, MESSAGE)),
        view(("contact", held), (CHAT, MESSAGE)),
    )
    found["contact_goes_with_its_messages"] = (view(("contact", talking), (CHAT, MESSAGE)), view())
    offer = OBJECTS["offer"][0]
    found["offer_becomes_a_contact"] = (
        view(("offer", offer)),
        view(("contact", contact), reasons={("offer", "t1.1"): "accepted"}),
    )
    found["contact_never_came_to_talk"] = (
        view(("contact", {**contact, "offer_id": "t1.1"})),
        view(reasons={("offer", "t1.1"): "failed"}),
    )
    return found


def played(before: View, after: View) -> dict[str, Any]:
    """One fixture: the old snapshot, the frames, the fresh snapshot."""
    server = Server()
    server.look(before)
    old = server.snapshot()
    frames = server.look(after)
    return {"snapshot": old, "frames": frames, "fresh": server.snapshot()}


def client(fixture: dict[str, Any]) -> dict[str, Any]:
    state = reduce({}, fixture["snapshot"])
    for frame in fixture["frames"]:
        state = reduce(state, frame)
    return state


@pytest.mark.parametrize("name", sorted(stories()))
def test_old_snapshot_and_deltas_make_the_fresh_snapshot(name: str) -> None:
    fixture = played(*stories()[name])
    assert fixture["frames"]
    expected = reduce({}, fixture["fresh"])
    assert {**client(fixture), "seq": None} == {**expected, "seq": None}


@pytest.mark.parametrize("name", sorted(stories()))
def test_the_stored_fixtures_for_the_browser_are_these_stories(name: str) -> None:
    """Regenerate with `python -m tests.agents.test_console`."""
    assert json.loads((FIXTURES / f"{name}.json").read_text("utf-8")) == played(*stories()[name])


def test_every_kind_has_a_story() -> None:
    told = {frame["type"] for story in stories().values() for frame in played(*story)["frames"]}
    assert told >= {*KINDS, CHAT, "offer_ended", "contact_ended", "order_ended", "warning_ended", "announcement_ended"}


def test_frames_that_come_twice_or_late_change_nothing() -> None:
    for story in stories().values():
        fixture = played(*story)
        twice = {**fixture, "frames": [frame for frame in fixture["frames"] for _ in range(2)]}
        assert client(twice) == client(fixture)
    old, new = OBJECTS["queue"]
    state = reduce({}, played(view(), view(("queue", new)))["fresh"])
    assert reduce(state, {"type": "queue", "seq": 1, "rev": 0, **old}) == state


def test_an_unknown_frame_is_passed_over() -> None:
    state = reduce({}, played(view(), view())["snapshot"])
    assert reduce(state, {"type": "weather", "seq": 9}) == state


def test_an_ended_offer_says_why_and_leaves_before_its_contact_comes() -> None:
    frames = played(*stories()["offer_becomes_a_contact"])["frames"]
    assert [frame["type"] for frame in frames] == ["offer_ended", "contact"]
    assert frames[0]["reason"] == "accepted"


def test_a_contact_whose_leg_did_not_come_up_says_so_by_its_offer() -> None:
    frames = played(*stories()["contact_never_came_to_talk"])["frames"]
    assert [frame["type"] for frame in frames] == ["contact_ended", "offer_ended"]
    assert (frames[1]["offer_id"], frames[1]["reason"]) == ("t1.1", "failed")


def write_fixtures() -> None:
    """Store the stories for the browser's reducer."""
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for name, story in stories().items():
        text = json.dumps(played(*story), ensure_ascii=False, indent=1)
        (FIXTURES / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    write_fixtures()
