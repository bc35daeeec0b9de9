"""What must happen in the world, as data. The states themselves are in `Core.changed`; these are effects."""

from dataclasses import dataclass

from routing.codec import register
from routing.types import AgentState, Leg, Mode, Rule, TransferOutcome, Why


@dataclass(frozen=True, slots=True)
class Command:
    pass


@register
@dataclass(frozen=True, slots=True)
class MakeOffer(Command):
    """Show (and, for `leg` phone, ring) the offer; `agent_no` of an on-call phone is `duty:` + number."""

    offer_id: str
    task_id: str
    agent_no: str
    queue: str
    mode: Mode
    leg: Leg
    expires_at: int
    why: Why


@register
@dataclass(frozen=True, slots=True)
class WithdrawOffer(Command):
    """Stop ringing. `reason` is caller_gone, answered_elsewhere, expired, agent_gone, moved …"""

    offer_id: str
    task_id: str
    agent_no: str
    reason: str


@register
@dataclass(frozen=True, slots=True)
class ConnectTask(Command):
    """The offer was accepted: bring both together before `deadline_at` (a callback: agent first)."""

    task_id: str
    offer_id: str
    agent_no: str
    leg: Leg
    deadline_at: int


@register
@dataclass(frozen=True, slots=True)
class ReleaseAgent(Command):
    """Take the agent's leg out of the call; the customer stays."""

    task_id: str
    agent_no: str
    reason: str


@register
@dataclass(frozen=True, slots=True)
class HoldCaller(Command):
    """The agent's leg is lost: hold music until the agent is back or `until`."""

    task_id: str
    until: int


@register
@dataclass(frozen=True, slots=True)
class ResumeWait(Command):
    """Bring the customer back to the wait document; the place is kept."""

    task_id: str
    reason: str


@register
@dataclass(frozen=True, slots=True)
class EndCall(Command):
    """The matter has no agent any more (parent over, shift of a consult): end its legs."""

    task_id: str
    reason: str


@register
@dataclass(frozen=True, slots=True)
class OverflowTask(Command):
    """`successor_id` waits in `to_queue` for the same contact, with the same place."""

    task_id: str
    successor_id: str
    from_queue: str
    to_queue: str
    reason: str


@register
@dataclass(frozen=True, slots=True)
class DivertTask(Command):
    """The queue will not serve it: tell the caller, by `rule`; a callback has `successor_id`, others none."""

    task_id: str
    rule: Rule
    reason: str
    successor_id: str = ""


@register
@dataclass(frozen=True, slots=True)
class ReportTransfer(Command):
    """`task_id` is the giver's task."""

    task_id: str
    agent_no: str
    outcome: TransferOutcome
    successor_id: str = ""


@register
@dataclass(frozen=True, slots=True)
class OfferCallback(Command):
    """The wait passed `callback_after_s`: the caller may be offered a callback."""

    task_id: str


@register
@dataclass(frozen=True, slots=True)
class RaiseAlarm(Command):
    """An emergency is unanswered: message to on-call, red warning, tell the caller it is registered."""

    task_id: str
    queue: str
    waited_ms: int


@register
@dataclass(frozen=True, slots=True)
class FlagUnmanned(Command):
    """The board shows the queue as unmanned, or no longer."""

    queue: str
    unmanned: bool


@register
@dataclass(frozen=True, slots=True)
class SetAgentState(Command):
    """A rule (not the agent) changed the state: missed offers, a lost connection, a shift's end."""

    agent_no: str
    state: AgentState
    reason: str


@register
@dataclass(frozen=True, slots=True)
class CheckTask(Command):
    """Nothing was heard of it for long: compare it with the carrier and report what is true."""

    task_id: str
    state: str


@register
@dataclass(frozen=True, slots=True)
class IgnoreEvent(Command):
    """The event did not fit; nothing changed. `ref` is the id it named."""

    event: str
    ref: str
    reason: str
