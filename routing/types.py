"""The nouns of routing: tasks, offers, agents, their states, and the record of why a decision fell as it did.

Instants are integer milliseconds of one clock, durations say their unit in their name. `Task`, `Offer` and
`Agent` are changed only by the core; whoever is handed one reads it before the next event is applied.
"""

from dataclasses import dataclass, field
from enum import StrEnum

URGENT_BOOST_S = 86_400
"""A queue or task with at least this boost is an emergency: it widens, is never diverted, never "full"."""

Skills = tuple[tuple[str, int], ...]
"""Required or held skills as sorted (name, level) pairs; a level is 1 or more."""

Key = tuple[int, int, str]
"""Place in line: (queued_at - boost, sequence of the root task, task id). The smaller is served first."""


class Mode(StrEnum):
    PHONE = "phone"
    WEB = "web"
    FIELD = "field"


class TaskState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTING = "connecting"
    TALKING = "talking"
    WRAPPING = "wrapping"
    DONE = "done"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    CALLBACK_BOOKED = "callback_booked"
    TRANSFERRED = "transferred"
    CANCELED = "canceled"


class OfferState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RESCINDED = "rescinded"
    FAILED = "failed"


class Presence(StrEnum):
    """`lost` is a dropped socket within its grace: no new offer, nothing taken away yet."""

    ONLINE = "online"
    LOST = "lost"
    OFFLINE = "offline"


class Availability(StrEnum):
    """What the agent chose (or a rule set); independent of the work in hand."""

    AVAILABLE = "available"
    BREAK = "break"
    TRAINING = "training"
    OFFLINE = "offline"


class AgentState(StrEnum):
    """What a console shows: the work in hand if there is any, else the availability."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    BREAK = "break"
    TRAINING = "training"
    OFFERED = "offered"
    CONNECTING = "connecting"
    TALKING = "talking"
    WRAPPING = "wrapping"


class Leg(StrEnum):
    BROWSER = "browser"
    PHONE = "phone"


class Kind(StrEnum):
    """`consult` and `conference` run beside the parent task; `callback` rings the agent first."""

    CONTACT = "contact"
    CALLBACK = "callback"
    TRANSFER = "transfer"
    CONSULT = "consult"
    CONFERENCE = "conference"
    OUTBOUND = "outbound"


class Strategy(StrEnum):
    LONGEST_IDLE = "longest_idle"
    FEWEST_CONTACTS = "fewest_contacts"
    ROUND_ROBIN = "round_robin"
    MOST_SKILLED = "most_skilled"
    RING_ALL = "ring_all"
    NEAREST = "nearest"


class Rule(StrEnum):
    """What happens to a waiting task when its queue cannot take it."""

    SERVE = "serve"
    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    MESSAGE = "message"


class TransferMode(StrEnum):
    COLD = "cold"
    WARM = "warm"
    CONFERENCE = "conference"


class TransferOutcome(StrEnum):
    CONNECTED = "connected"
    COMPLETED = "completed"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    CANCELED = "canceled"
    CALLER_GONE = "caller_gone"


class DeadlineKind(StrEnum):
    TASK = "task"
    OFFER = "offer"
    AGENT = "agent"


GRACE_MS = 30_000
"""How long a lost connection, or a lost leg, may take to come back."""
CONNECT_MS = 30_000
CALLBACK_CONNECT_MS = 90_000
"""Agent first, then the customer's phone has to be found and answered."""
SOLE_RETRY_MS = 15_000
"""The last staffed agent of a queue is offered a missed task again after this."""
REDIAL_MS = 300_000
CHECK_WAIT_MS = 900_000
CHECK_TALK_MS = 7_200_000
FAILURES_UNTIL_BREAK = 2


class BrokenInvariant(AssertionError):
    """The core contradicts itself: a defect, never bad input."""


@dataclass(slots=True)
class Task:
    """One wait for one agent. A callback, overflow or transfer ends it and starts a successor.

    The successor keeps `queued_at`, `boost_s`, `seq` and `root_task_id`, so the place is never lost;
    `entered_at` is when this task began to wait in this queue, which widening and limits count from;
    `waiting_at` is when the wait began that goes on, or that ended with the answer: a talk is no part of it.
    """

    task_id: str
    contact_id: str
    queue: str
    mode: Mode
    kind: Kind
    state: TaskState
    queued_at: int
    boost_s: int
    seq: int
    root_task_id: str
    hop: int
    entered_at: int
    since: int
    waiting_at: int = 0
    ahead: int | None = None
    """Who stood before it when it began to wait; none if it was offered at once or nobody was at work."""
    deadline_at: int | None = None
    skills: Skills = ()
    prefer: tuple[str, ...] = ()
    caller: str = ""
    last_agent: str = ""
    area: str = ""
    x: int | None = None
    y: int | None = None
    agent_no: str = ""
    """Who is connecting, talking or wrapping with it; empty while it waits."""
    offers: tuple[str, ...] = ()
    """Offers that are still pending, or the accepted one while connecting."""
    attempt: int = 0
    rests: tuple[tuple[str, int], ...] = ()
    """(agent_no, until): this pair is not tried again before that instant."""
    ready_at: int = 0
    """Not offered before this instant (a callback's gap); it keeps its place meanwhile."""
    stage: int = 0
    """How many steps of the queue's widening have been taken."""
    target_agent: str = ""
    """Only this agent may have it (transfer to a person, return to the giver)."""
    personal_until: int = 0
    """Until then only `last_agent` may have it."""
    parent_task_id: str = ""
    return_agent: str = ""
    return_queue: str = ""
    returned: bool = False
    answered_at: int | None = None
    ended_at: int | None = None
    held_at: int | None = None
    hold_ms: int = 0
    talk_ms: int = 0
    earlier_talk_ms: int = 0
    """What the talks took in which the customer was handed on to this task."""
    wrap_at: int | None = None
    lost_at: int | None = None
    wrapped_early: bool = False
    sole_misses: int = 0
    dials: int = 0
    reason: str = ""
    successor_id: str = ""
    child_id: str = ""
    """The consult or conference that runs beside it."""
    overflow_at: int = 0
    callback_offered: bool = False

    def key(self) -> Key:
        return (self.queued_at - self.boost_s * 1000, self.seq, self.task_id)


@dataclass(slots=True)
class Offer:
    """A task held out to one agent. `accepted` becomes `failed` or `rescinded` until media are up."""

    offer_id: str
    task_id: str
    agent_no: str
    queue: str
    mode: Mode
    leg: Leg
    state: OfferState
    made_at: int
    deadline_at: int | None
    reason: str = ""
    ended_at: int | None = None


@dataclass(slots=True)
class Agent:
    """A person, a crew, or an on-call phone (`duty`), with the work in hand."""

    agent_no: str
    modes: tuple[Mode, ...]
    skills: Skills
    areas: tuple[str, ...] = ()
    """Areas that a crew serves; none means all."""
    has_phone: bool = False
    duty: bool = False
    presence: Presence = Presence.OFFLINE
    availability: Availability = Availability.OFFLINE
    reason: str = ""
    leg: Leg = Leg.BROWSER
    since: int = 0
    """When the shown state began."""
    shown: AgentState = AgentState.OFFLINE
    idle_since: int = 0
    deadline_at: int | None = None
    """End of the grace after a lost connection."""
    x: int | None = None
    y: int | None = None
    contacts: int = 0
    turn: int = 0
    """Sequence of the last offer, for round robin."""
    misses: int = 0
    failures: int = 0
    offers: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    """Tasks connecting, talking or wrapping, oldest first."""
    web_load: int = 0
    field_load: int = 0
    phone_load: int = 0
    """Load counts pending offers, connecting and talking; a wrap-up counts in `wrapping`."""
    wrapping: int = 0
    talking: int = 0
    connecting: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone or something considered: an agent for a task, or a task for an agent; the smaller key wins."""

    id: str
    key: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Why this offer was made: who was considered (at most five) and the rule that decided."""

    rule: str
    queue: str
    waited_ms: int
    boost_s: int
    chosen: str
    candidates: tuple[Candidate, ...]
    more: int = 0
    stage: int = 0

    def sentence(self) -> str:
        """One English sentence for a journal or a supervisor."""
        others = [c.id for c in self.candidates if c.id != self.chosen]
        beside = f" before {', '.join(others)}" if others else ", the only candidate"
        if self.more:
            beside += f" and {self.more} more"
        widened = f", widened {self.stage} times" if self.stage else ""
        boost = f", boost {self.boost_s} s" if self.boost_s else ""
        waited = f"{self.waited_ms // 1000} s in {self.queue}{boost}{widened}"
        return f"{self.chosen} by {self.rule.replace('_', ' ')}{beside} (waited {waited})."
