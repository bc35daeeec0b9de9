"""Offers answered, missed or failed, and the connection that follows."""

from routing import events as ev
from routing.commands import SetAgentState, WithdrawOffer
from routing.flow import close_accepted, connect, end, let_go, lost_offer, rested, talk
from routing.lines import Line
from routing.state import State, is_crew
from routing.types import (
    FAILURES_UNTIL_BREAK,
    SOLE_RETRY_MS,
    Agent,
    AgentState,
    Availability,
    Kind,
    Mode,
    Offer,
    OfferState,
    Task,
    TaskState,
    TransferOutcome,
)

GONE = "the offer is gone"


def on_accepted(s: State, e: ev.OfferAccepted) -> str | None:
    offer = _pending(s, e.offer_id)
    if offer is None:
        return GONE
    if offer.agent_no != e.agent_no:
        return "another agent's offer"
    connect(s, s.tasks[offer.task_id], offer)
    return None


def on_declined(s: State, e: ev.OfferDeclined) -> str | None:
    offer = _pending(s, e.offer_id)
    if offer is None:
        return GONE
    if offer.agent_no != e.agent_no:
        return "another agent's offer"
    s.close_offer(offer, OfferState.DECLINED, e.reason)
    task = s.tasks[offer.task_id]
    s.heard(s.lines[task.queue])
    rest(s, task, s.agents[offer.agent_no])
    lost_offer(s, task, TransferOutcome.DECLINED)
    return None


def on_failed(s: State, e: ev.OfferFailed) -> str | None:
    offer = _pending(s, e.offer_id)
    if offer is None:
        return GONE
    s.close_offer(offer, OfferState.FAILED, e.reason)
    task = s.tasks[offer.task_id]
    agent = s.agents[offer.agent_no]
    rest(s, task, agent)
    count_failure(s, agent)
    lost_offer(s, task, TransferOutcome.FAILED)
    return None


def expire(s: State, offer: Offer) -> None:
    """Nobody answered: the pair rests; after enough misses the agent is on a break, if another is there. Whoever has a
    call besides could not answer, and has missed nothing."""
    s.close_offer(offer, OfferState.EXPIRED, "missed")
    s.out.append(WithdrawOffer(offer.offer_id, offer.task_id, offer.agent_no, "expired"))
    task = s.tasks[offer.task_id]
    agent = s.agents[offer.agent_no]
    line = s.lines[task.queue]
    rest(s, task, agent)
    if offer.mode is not Mode.FIELD and not (agent.duty or agent.phone_load or is_crew(agent)):
        agent.misses += 1
        alone = sole_lines(s, agent)
        if line in alone:
            task.sole_misses += 1
            line.sole_missed = True
            s.mark_unmanned(line)
        if not alone and agent.misses >= line.queue.misses_until_break:
            pause(s, agent, "missed")
    lost_offer(s, task, TransferOutcome.NO_ANSWER)


def on_media_connected(s: State, e: ev.MediaConnected) -> str | None:
    task = _connecting(s, e.task_id, e.offer_id)
    if task is None:
        return "not connecting by this offer"
    talk(s, task)
    return None


def on_media_failed(s: State, e: ev.MediaFailed) -> str | None:
    task = _connecting(s, e.task_id, e.offer_id)
    if task is None:
        return "not connecting by this offer"
    media_failed(s, task, e.reason or "media_failed")
    return None


def media_failed(s: State, task: Task, reason: str) -> None:
    """The leg did not come up: the task waits with its key unchanged, the pair rests."""
    if task.kind is Kind.OUTBOUND:
        end(s, task, TaskState.CANCELED, reason)
        return
    close_accepted(s, task, OfferState.FAILED, reason)
    agent = let_go(s, task)
    rest(s, task, agent)
    count_failure(s, agent)
    lost_offer(s, task, TransferOutcome.FAILED)
    rested(s, agent)


def rest(s: State, task: Task, agent: Agent) -> None:
    """This pair is not tried again for the queue's cool-down; 15 s when nobody else could be tried."""
    line = s.lines[task.queue]
    pause_ms = max(1000, line.queue.cooldown_s * 1000)
    if line in sole_lines(s, agent):
        pause_ms = min(pause_ms, SOLE_RETRY_MS)
    others = tuple(r for r in task.rests if r[1] > s.now)
    task.rests = (*others, (agent.agent_no, s.now + pause_ms))
    s.changed.tasks[task.task_id] = task


def sole_lines(s: State, agent: Agent) -> list[Line]:
    """The queues of which the agent is the last one staffed."""
    return [line for line in s.served(agent) if len(line.shares) == 1 and agent.agent_no in line.shares]


def count_failure(s: State, agent: Agent) -> None:
    agent.failures += 1
    s.changed.agents[agent.agent_no] = agent
    enough = agent.failures >= FAILURES_UNTIL_BREAK
    if enough and not agent.duty and not is_crew(agent) and not sole_lines(s, agent):
        pause(s, agent, "leg_failed")


def pause(s: State, agent: Agent, reason: str) -> None:
    if agent.availability is not Availability.AVAILABLE:
        return
    agent.availability = Availability.BREAK
    agent.reason = reason
    s.out.append(SetAgentState(agent.agent_no, AgentState.BREAK, reason))
    take_back(s, agent, "agent_gone")


def take_back(s: State, agent: Agent, reason: str) -> None:
    """Withdraw what still rings at an agent who takes no more; the tasks keep their place."""
    for offer_id in list(agent.offers):
        offer = s.offers[offer_id]
        s.close_offer(offer, OfferState.RESCINDED, reason)
        s.out.append(WithdrawOffer(offer_id, offer.task_id, agent.agent_no, reason))
        lost_offer(s, s.tasks[offer.task_id], TransferOutcome.UNAVAILABLE)
    s.touch(agent)


def _pending(s: State, offer_id: str) -> Offer | None:
    offer = s.offers.get(offer_id)
    return offer if offer is not None and offer.state is OfferState.PENDING else None


def _connecting(s: State, task_id: str, offer_id: str) -> Task | None:
    task = s.tasks.get(task_id)
    if task is None or task.state is not TaskState.CONNECTING:
        return None
    if task.kind is not Kind.OUTBOUND and offer_id not in task.offers:
        return None
    return task
