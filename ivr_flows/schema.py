"""The language of flow files. A file that validates here is well-formed; whether it makes sense is
`check`'s.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SPEC = 1

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Target = Annotated[str, StringConstraints(pattern=r"^@?[a-z][a-z0-9_]*$", max_length=40)]
Key = Annotated[str, StringConstraints(pattern=r"^([0-9]|star)$")]
Literalish = str | int | bool


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Goal(_Strict):
    """Reaching this node is what a caller came for: so many keys and seconds from the start of `main`.

    `given`: facts about that caller, where they differ from `budget.ORDINARY`.
    """

    name: str
    keys: int
    seconds: int
    given: dict[Name, Literalish] = {}


class _Node(_Strict):
    goal: Goal | None = None


class Say(_Node):
    """Speak a prompt and go on."""

    kind: Literal["say"]
    prompt: str
    next: Target


class ChoiceSpec(_Strict):
    """One key: where it leads, its label (button and spoken words), what it sets."""

    to: Target
    label: str
    set: dict[Name, Literalish] = {}


class Menu(_Node):
    """Ask for one key. Waits. `0`, `star`, `8` need no mention; `language` lets 9 switch."""

    kind: Literal["menu"]
    prompt: str
    choices: dict[Key, ChoiceSpec]
    language: bool = False
    speech: bool = True
    timeout_s: int | None = Field(None, ge=2, le=30)
    tries: int | None = Field(None, ge=1, le=6)
    on_exhausted: Target = "@human"
    on_silence: Target | None = None


class Pick(_Node):
    """Ask which item of a list variable is meant: key n for the nth, 9 for another one. Waits."""

    kind: Literal["pick"]
    prompt: str
    item: str
    source: Name
    next: Target
    other: Target
    timeout_s: int | None = Field(None, ge=2, le=30)
    tries: int | None = Field(None, ge=1, le=6)
    on_exhausted: Target = "@human"


class Collect(_Node):
    """Ask for a number of `min` to `max` digits into `store`. Waits. `star` = "I don't know it"."""

    kind: Literal["collect"]
    prompt: str
    store: Name
    min: int = Field(ge=1, le=20)
    max: int = Field(ge=1, le=20)
    next: Target
    on_star: Target
    timeout_s: int | None = Field(None, ge=2, le=30)
    tries: int | None = Field(None, ge=1, le=6)
    on_exhausted: Target = "@human"


class Record(_Node):
    """Record, or take a written text, into `<store>_recording` and `<store>_text` (one of them empty).
    Waits.
    """

    kind: Literal["record"]
    prompt: str
    store: Name
    purpose: str
    max_s: int = Field(120, ge=5, le=300)
    next: Target
    on_empty: Target


class _Service(_Node):
    service: str
    args: dict[Name, Literalish] = {}
    on: dict[Name, Target]
    on_error: Target
    timeout_s: int = Field(4, ge=1, le=8)


class Lookup(_Service):
    """Read through a service of the catalogue. Waits. `$name` in `args` is a variable."""

    kind: Literal["lookup"]


class Act(_Service):
    """Write through a service of the catalogue. Waits."""

    kind: Literal["act"]


class Case(_Strict):
    """One comparison; exactly one of `is`, `among`, `past`, `filled`."""

    var: Name
    is_: Literalish | None = Field(None, alias="is")
    among: list[Literalish] | None = None
    past: bool | None = None
    filled: bool | None = None
    to: Target
    set: dict[Name, Literalish] = {}


class Branch(_Node):
    """Go where the first true case leads, else to `otherwise`."""

    kind: Literal["branch"]
    cases: list[Case]
    otherwise: Target


class Set(_Node):
    """Set variables to literals or, with `$name`, to other variables. An empty string unsets."""

    kind: Literal["set"]
    set: dict[Name, Literalish]
    next: Target


class Call(_Node):
    """Run another flow, then `next`."""

    kind: Literal["call"]
    flow: Name
    next: Target


class Enqueue(_Node):
    """Stand in line for a person. Waits. `repeat` is said at every tick (danger), else place and estimate
    are.

    `callback` and `survey` name flows, absent where there must be none. `next` follows the talk and its
    survey. `reason` is told to the agent; `$name` takes a variable, or `caller_asked` while that is empty.
    """

    kind: Literal["enqueue"]
    prompt: str
    queue: Name
    reason: str
    skills: list[str] = []
    boost_s: int = Field(0, ge=0)
    learned: list[Name] = []
    repeat: str | None = None
    callback: Name | None = None
    survey: Name | None = None
    next: Target
    on_left: Target


class Leave(_Node):
    """Take the caller out of the line."""

    kind: Literal["leave"]
    result: Literal["callback", "emergency"]
    next: Target


class Word(_Strict):
    """A keyword in all its spellings. `alone`: where it leads when nothing follows; `lang` answers in
    that.
    """

    words: list[str]
    to: Target
    alone: Target | None = None
    lang: Literal["zh-CN", "en"] | None = None


class Keyword(_Node):
    """Sort a written message by its first word.

    The number after it goes to `<store>_number`, four digits after that to `<store>_last4`, the rest to
    `<store>_text`; a message of one digit to `<store>_digit`.
    """

    kind: Literal["keyword"]
    source: Name
    store: Name
    words: list[Word]
    digit: Target
    otherwise: Target


class Sms(_Node):
    """Send a text to the number in variable `to`; nothing where it is empty or the reply itself is a text."""

    kind: Literal["sms"]
    prompt: str
    to: Name
    next: Target


class Hangup(_Node):
    """Say goodbye and end."""

    kind: Literal["hangup"]
    prompt: str | None = None


Node = Annotated[
    Say
    | Menu
    | Pick
    | Collect
    | Record
    | Lookup
    | Act
    | Branch
    | Set
    | Call
    | Enqueue
    | Leave
    | Keyword
    | Sms
    | Hangup,
    Field(discriminator="kind"),
]


class Header(_Strict):
    """`needs`: variables that callers of this flow must have set. `gives`: variables set whenever it
    returns.
    """

    id: Name
    spec: Literal[1]
    start: Name
    needs: list[Name] = []
    gives: list[Name] = []


class FlowFile(_Strict):
    """One file of `flows/`."""

    flow: Header
    nodes: dict[Name, Node] = Field(max_length=1000)
