"""Taking up a configuration or a snapshot: every index is made again from the plain state."""

from routing.arming import arm
from routing.config import Config
from routing.lines import Line
from routing.machines import LIVE
from routing.matching import duty_no, spot
from routing.state import State, is_staffed
from routing.types import Agent, Availability, Leg, Mode, Presence, Task, TaskState


def adopt(s: State, config: Config) -> None:
    """Everyone is looked at anew under the new rules. A queue that is gone serves those who are in it by its
    old rules and takes nobody new."""
    s.config = config
    for name, queue in config.queues.items():
        if name in s.lines:
            s.lines[name].queue = queue
            s.lines[name].retired = False
        else:
            s.lines[name] = Line(queue)
    for name in [n for n in s.lines if n not in config.queues]:
        line = s.lines[name]
        line.retired = True
        s.changed.lines[name] = line
        if not any(line.count[state] for state in (*LIVE, TaskState.TALKING, TaskState.WRAPPING)):
            del s.lines[name]
    _duty(s)
    reindex(s)
    for agent in s.agents.values():
        s.touch(agent)
    for line in s.lines.values():
        s.mark_unmanned(line)
        if not line.shares:
            s.emptied[line.name] = line
    for task in s.tasks.values():
        if task.state in (TaskState.WAITING, TaskState.OFFERED):
            task.stage = min(task.stage, len(s.lines[task.queue].queue.widen))
            arm(s, task)


def _duty(s: State) -> None:
    for number in s.config.duty_phones:
        no = duty_no(number)
        if no not in s.agents:
            s.agents[no] = Agent(
                no,
                (Mode.PHONE,),
                (),
                has_phone=True,
                duty=True,
                presence=Presence.ONLINE,
                availability=Availability.AVAILABLE,
                leg=Leg.PHONE,
                since=s.now,
                idle_since=s.now,
            )


def reindex(s: State) -> None:
    """Make orders, buckets, homes and staffing from tasks and agents alone."""
    s.spots.clear()
    s.duty_waits.clear()
    s.homes = {no: [] for no in s.agents}
    for line in s.lines.values():
        line.buckets.clear()
        line.order.clear()
        line.shares.clear()
        line.weight = 0
        s.bucket(line, line.queue.skills)
    for agent in s.agents.values():
        if is_staffed(agent):
            served = s.served(agent)
            for line in served:
                line.shares[agent.agent_no] = 1000 // len(served)
                line.weight += 1000 // len(served)
    for task in sorted(s.tasks.values(), key=Task.key):
        if task.state in LIVE:
            s.lines[task.queue].order.add(task.key())
        if task.state is TaskState.WAITING:
            spot(s, task)
