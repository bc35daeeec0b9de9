"""Facts that the core is told. Each carries `at` (integer ms) and every id it needs; all are JSON both ways.

Events may come twice, late or in any order: one that does not fit is answered by `IgnoreEvent`. `at` never
runs backwards for the core: an earlier one is read as the latest seen.
"""

from dataclasses import dataclass

from routing.codec import register
from routing.config import Config
from routing.types import Availability, DeadlineKind, Kind, Leg, Mode, Skills, TransferMode


@dataclass(frozen=True, slots=True)
class Event:
    at: int


@register
@dataclass(frozen=True, slots=True)
class ConfigChanged(Event):
    """The whole configuration, already read and checked by `routing.config`."""

    config: Config


@register
@dataclass(frozen=True, slots=True)
class HoursChanged(Event):
    """A queue opened or closed by its hours; `until` is when that changes again, if known."""

    queue: str
    open: bool
    until: int | None = None


@register
@dataclass(frozen=True, slots=True)
class TaskQueued(Event):
    """A contact starts to wait.

    `boost_s` none takes the queue's. `caller` (any stable id of the person) lets a redial get its place back.
    `resumes` names an open callback task that this contact replaces, with its place. `earlier_talk_ms` is what was
    spoken in this contact before.
    """

    task_id: str
    contact_id: str
    queue: str
    boost_s: int | None = None
    queued_at: int | None = None
    skills: Skills = ()
    prefer: tuple[str, ...] = ()
    caller: str = ""
    last_agent: str = ""
    area: str = ""
    x: int | None = None
    y: int | None = None
    kind: Kind = Kind.CONTACT
    ready_at: int = 0
    resumes: str = ""
    earlier_talk_ms: int = 0


@register
@dataclass(frozen=True, slots=True)
class TaskAbandoned(Event):
    """The caller is gone, at any moment before an agent was in the call."""

    task_id: str
    reason: str = "hangup"


@register
@dataclass(frozen=True, slots=True)
class TaskCanceled(Event):
    task_id: str
    reason: str = "canceled"


@register
@dataclass(frozen=True, slots=True)
class CallbackRequested(Event):
    """The waiting caller chose to be called back; a callback task takes the place."""

    task_id: str
    ready_at: int = 0


@register
@dataclass(frozen=True, slots=True)
class CustomerUnanswered(Event):
    """The agent was there, but the customer of a callback (or outbound call) did not answer."""

    task_id: str
    reason: str = "no_answer"


@register
@dataclass(frozen=True, slots=True)
class PriorityChanged(Event):
    task_id: str
    boost_s: int


@register
@dataclass(frozen=True, slots=True)
class TaskMoved(Event):
    """A supervisor moved a waiting task to another queue."""

    task_id: str
    queue: str


@register
@dataclass(frozen=True, slots=True)
class OfferAccepted(Event):
    offer_id: str
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class OfferDeclined(Event):
    offer_id: str
    agent_no: str
    reason: str = ""


@register
@dataclass(frozen=True, slots=True)
class OfferFailed(Event):
    """The offer could not be held out (the phone leg was refused, the socket write failed)."""

    offer_id: str
    reason: str = ""


@register
@dataclass(frozen=True, slots=True)
class MediaConnected(Event):
    """Agent and customer hear each other."""

    task_id: str
    offer_id: str


@register
@dataclass(frozen=True, slots=True)
class MediaFailed(Event):
    task_id: str
    offer_id: str
    reason: str = ""


@register
@dataclass(frozen=True, slots=True)
class LegLost(Event):
    """The agent's leg went with its connection; the caller is on hold for the grace."""

    task_id: str
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class LegRejoined(Event):
    task_id: str
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class HoldStarted(Event):
    task_id: str


@register
@dataclass(frozen=True, slots=True)
class HoldEnded(Event):
    task_id: str


@register
@dataclass(frozen=True, slots=True)
class TalkEnded(Event):
    """Either side hung up, the chat was closed, or the job was finished."""

    task_id: str
    by: str = ""


@register
@dataclass(frozen=True, slots=True)
class WrapUpCompleted(Event):
    """Sent while still talking it is applied when the talk ends."""

    task_id: str
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class TransferRequested(Event):
    task_id: str
    agent_no: str
    mode: TransferMode
    to_agent: str = ""
    to_queue: str = ""


@register
@dataclass(frozen=True, slots=True)
class TransferCompleted(Event):
    """The giver of a warm transfer (or conference) leaves; `task_id` is the giver's task."""

    task_id: str
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class TransferCanceled(Event):
    task_id: str
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class TakenOver(Event):
    """A supervisor takes the call from the agent who has it."""

    task_id: str
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class OutboundStarted(Event):
    """An agent dials out; the agent is busy from now on."""

    task_id: str
    contact_id: str
    queue: str
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class AgentProfileChanged(Event):
    """Creates the agent or replaces modes, skills and areas; at work, it counts at the next decision."""

    agent_no: str
    modes: tuple[Mode, ...]
    skills: Skills = ()
    areas: tuple[str, ...] = ()
    has_phone: bool = False


@register
@dataclass(frozen=True, slots=True)
class AgentConnected(Event):
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class AgentDisconnected(Event):
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class AgentStateSet(Event):
    """The agent (or a supervisor: `by`) set the availability; work in hand is finished first."""

    agent_no: str
    state: Availability
    reason: str = ""
    leg: Leg | None = None
    by: str = ""


@register
@dataclass(frozen=True, slots=True)
class ShiftEnded(Event):
    agent_no: str


@register
@dataclass(frozen=True, slots=True)
class PositionReported(Event):
    """Metres (or grid units) of one plane, for distance."""

    agent_no: str
    x: int
    y: int


@register
@dataclass(frozen=True, slots=True)
class DeadlineReached(Event):
    """`due_at` is the `deadline_at` read from the row; another one there by now makes this stale."""

    kind: DeadlineKind
    id: str
    due_at: int
