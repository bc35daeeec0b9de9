"""Golden event logs: what happens, line by line, as a person would tell it.

`>` is an event, `<` a command, `=` what is written of a task, offer, agent or queue, as far as it is new; the figures
of the day stand at the end. `HOTLINE_UPDATE_GOLDEN=1` writes them anew; read the difference first.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.routing import stories, stories_of_queues, stories_of_transfers
from tests.routing.floor import Floor
from tests.routing.telling import Teller

HERE = Path(__file__).parent / "golden"
STORIES = [
    story
    for module in (stories, stories_of_queues, stories_of_transfers)
    for name, story in vars(module).items()
    if getattr(story, "__module__", "") == module.__name__ and not name.startswith(("_", "told"))
]


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.__name__)
def test_golden(story: Callable[[], Floor]):
    path = HERE / f"{story.__name__}.txt"
    teller = story().teller
    assert teller is not None
    text = "\n".join((*teller.lines, *teller.figures())) + "\n"
    if os.environ.get("HOTLINE_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.__name__)
def test_a_restart_after_every_event_tells_the_same_story(story: Callable[[], Floor]):
    once = story()
    assert once.teller is not None
    again, teller = Floor(once.document), Teller()
    for event in once.teller.events:
        teller.tell(again.core, event, again.do(event))
        again.reload()
    assert (teller.lines, teller.figures()) == (once.teller.lines, once.teller.figures())


def test_no_golden_is_left_over():
    assert {p.stem for p in HERE.iterdir()} == {s.__name__ for s in STORIES}
