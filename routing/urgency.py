"""Danger that was written: a chat, or a recording to be heard, whose boost is that of an emergency.

It stands first in the web's line, is never turned away, and reaches the agents of the phone when nobody takes it.
"""

from routing.config import URGENT_WIDENING, Queue, Widening
from routing.types import URGENT_BOOST_S, Mode, Task


def is_written_danger(task: Task) -> bool:
    return task.mode is Mode.WEB and task.boost_s >= URGENT_BOOST_S


def is_urgent(task: Task, queue: Queue) -> bool:
    return queue.urgent or is_written_danger(task)


def steps(task: Task, queue: Queue) -> tuple[Widening, ...]:
    """Who may have it besides, and when. The web's own steps are for ordinary chats."""
    return URGENT_WIDENING if is_written_danger(task) else queue.widen
