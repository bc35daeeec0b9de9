"""Who takes the next chat."""

from routing.types import Mode
from tests.routing.floor import Floor


def test_chats_go_to_whoever_has_fewest_at_hand_before_who_has_been_idle_longest():
    floor = Floor({"queues": {"web": {"mode": "web", "capacity": 3}}})
    floor.agent("2001", modes=(Mode.WEB,))
    floor.at(1).agent("2002", modes=(Mode.WEB,))
    for second, chat in enumerate(("a", "b", "c", "d"), 2):
        floor.at(second).call(chat, "web")
        floor.accept(chat)
    assert [floor.core.task(chat).agent_no for chat in ("a", "b", "c", "d")] == ["2001", "2002", "2001", "2002"]  # type: ignore[union-attr]
