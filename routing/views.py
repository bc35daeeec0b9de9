"""Cheap readings of a queue for boards and answers."""

from dataclasses import dataclass

from routing.estimate import expected_ms
from routing.lines import Line
from routing.state import State
from routing.types import Agent, AgentState, Mode, TaskState


@dataclass(frozen=True, slots=True)
class QueueView:
    """`staffed` counts agents who serve it, busy ones too; `oldest_at` is the earliest start of a wait."""

    name: str
    mode: Mode
    open: bool
    unmanned: bool
    waiting: int
    offered: int
    connecting: int
    talking: int
    wrapping: int
    oldest_at: int | None
    staffed: int
    available: int
    estimate_s: int
    entered: int
    answered: int
    abandoned: int


def queue_view(s: State, line: Line) -> QueueView:
    count = line.count
    first = s.tasks[line.order[0][2]] if line.order else None
    shown = [s.agents[no].shown for no in line.shares]
    return QueueView(
        name=line.name,
        mode=line.queue.mode,
        open=line.open,
        unmanned=line.unmanned,
        waiting=count[TaskState.WAITING],
        offered=count[TaskState.OFFERED],
        connecting=count[TaskState.CONNECTING],
        talking=count[TaskState.TALKING],
        wrapping=count[TaskState.WRAPPING],
        oldest_at=None if first is None else first.waiting_at,
        staffed=len(shown),
        available=sum(state is AgentState.AVAILABLE for state in shown),
        estimate_s=max(1, expected_ms(line, len(line.order)) // 1000),
        entered=line.ledger.entered,
        answered=line.ledger.answered,
        abandoned=line.ledger.abandoned,
    )


def load_of(agent: Agent) -> dict[str, int]:
    """Work in hand for each mode, offers included."""
    return {"phone": agent.phone_load, "web": agent.web_load, "field": agent.field_load}
