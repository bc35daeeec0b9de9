"""Agents coming, going, pausing, moving; configuration changing under them."""

from routing import events as ev
from routing.commands import SetAgentState
from routing.offers import take_back
from routing.rebuild import adopt
from routing.state import State, is_crew
from routing.types import (
    GRACE_MS,
    Agent,
    AgentState,
    Availability,
    Presence,
)

UNKNOWN = "no such agent"


def on_profile(s: State, e: ev.AgentProfileChanged) -> str | None:
    agent = s.agents.get(e.agent_no)
    skills = tuple(sorted(e.skills))
    if agent is None:
        if not e.agent_no or e.agent_no.startswith("duty:"):
            return "this number cannot be an agent's"
        agent = Agent(e.agent_no, e.modes, skills, e.areas, e.has_phone, since=s.now, idle_since=s.now)
        s.agents[e.agent_no] = agent
        s.homes[e.agent_no] = []
    elif agent.duty:
        return "an on-call phone has no profile"
    agent.modes, agent.skills, agent.areas = e.modes, skills, e.areas
    agent.has_phone = e.has_phone
    s.rehome(agent)
    s.touch(agent)
    return None


def on_connected(s: State, e: ev.AgentConnected) -> str | None:
    agent = s.agents.get(e.agent_no)
    if agent is None or agent.duty:
        return UNKNOWN
    if agent.presence is Presence.ONLINE:
        return "already there"
    agent.presence = Presence.ONLINE
    agent.deadline_at = None
    s.touch(agent)
    return None


def on_disconnected(s: State, e: ev.AgentDisconnected) -> str | None:
    agent = s.agents.get(e.agent_no)
    if agent is None or agent.duty:
        return UNKNOWN
    if agent.presence is not Presence.ONLINE:
        return "not there"
    agent.presence = Presence.LOST
    agent.deadline_at = s.now + GRACE_MS
    s.touch(agent)
    return None


def grace_over(s: State, agent: Agent) -> None:
    """The connection did not come back: no new work; a call whose leg stands goes on to its end."""
    agent.presence = Presence.OFFLINE
    agent.deadline_at = None
    if is_crew(agent) or agent.availability is Availability.OFFLINE:
        s.touch(agent)
        return
    agent.availability = Availability.OFFLINE
    agent.reason = "connection_lost"
    s.out.append(SetAgentState(agent.agent_no, AgentState.OFFLINE, agent.reason))
    take_back(s, agent, "agent_gone")


def on_state_set(s: State, e: ev.AgentStateSet) -> str | None:
    agent = s.agents.get(e.agent_no)
    if agent is None or agent.duty:
        return UNKNOWN
    leg = agent.leg if e.leg is None else e.leg
    if (agent.availability, agent.reason, agent.leg) == (e.state, e.reason, leg):
        return "nothing changed"
    coming = e.state is Availability.AVAILABLE and agent.availability is not Availability.AVAILABLE
    if coming and agent.presence is not Presence.ONLINE and not is_crew(agent):
        return "the agent is not connected"
    if coming:
        agent.idle_since = s.now
        agent.misses = agent.failures = 0
    agent.availability, agent.reason, agent.leg = e.state, e.reason, leg
    if e.state is Availability.AVAILABLE:
        s.touch(agent)
    else:
        take_back(s, agent, "agent_gone")
    return None


def on_shift_ended(s: State, e: ev.ShiftEnded) -> str | None:
    agent = s.agents.get(e.agent_no)
    if agent is None or agent.duty:
        return UNKNOWN
    if agent.availability is Availability.OFFLINE:
        return "nothing changed"
    agent.availability = Availability.OFFLINE
    agent.reason = "shift_ended"
    s.out.append(SetAgentState(agent.agent_no, AgentState.OFFLINE, agent.reason))
    take_back(s, agent, "agent_gone")
    return None


def on_position(s: State, e: ev.PositionReported) -> str | None:
    agent = s.agents.get(e.agent_no)
    if agent is None or agent.duty:
        return UNKNOWN
    agent.x, agent.y = e.x, e.y
    s.changed.agents[agent.agent_no] = agent
    return None


def on_config(s: State, e: ev.ConfigChanged) -> str | None:
    for name, queue in e.config.queues.items():
        line = s.lines.get(name)
        if line is not None and line.queue.mode is not queue.mode and line.order:
            return f"queue {name} cannot change its mode while tasks are open"
    adopt(s, e.config)
    return None
