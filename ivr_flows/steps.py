"""Nodes that pass: speak, branch, set, call, sort, send, leave, end; and the asking side of services and
queues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ivr_flows import recognise
from ivr_flows.effects import Act, Enqueue, HangUp, Lookup, SendSms, SetLanguage, Value
from ivr_flows.graph import (
    Branch,
    Call,
    Case,
    Hangup,
    Keyword,
    Leave,
    Ref,
    Say,
    Service,
    Set,
    Sms,
)
from ivr_flows.graph import Enqueue as EnqueueNode
from ivr_flows.inputs import ActResult, LookupResult
from ivr_flows.run import TO_EMERGENCY, TO_HUMAN, Run, Step
from ivr_flows.session import Line
from ivr_flows.variables import RESULTS

ASKED = "caller_asked"


def say(run: Run, node: Say) -> Step:
    run.say(node.prompt)
    run.told += (node.prompt,)
    return node.next


def hang_up(run: Run, node: Hangup) -> Step:
    if node.prompt:
        run.say(node.prompt)
    run.effects.append(HangUp())
    return "ended"


def choose(run: Run, node: Branch) -> Step:
    for case in node.cases:
        if _TESTS[case.test](run, case):
            if case.set:
                run.keep(case.set)
            return case.to
    return node.otherwise


_TESTS: Mapping[str, Callable[[Run, Case], bool]] = {
    "is": lambda run, case: run.vars.get(case.var) == case.operand[0],
    "among": lambda run, case: run.vars.get(case.var) in case.operand,
    "past": lambda run, case: (_instant(run, case.var) <= run.at_ms) == case.operand[0],
    "filled": lambda run, case: run.filled(case.var) == case.operand[0],
}


def _instant(run: Run, name: str) -> int:
    value = run.vars.get(name, 0)
    return value if isinstance(value, int) else 0


def assign(run: Run, node: Set) -> Step:
    copies = {name: run.vars.get(source, "") for name, source in node.copies.items()}
    run.keep({**node.literals, **copies})
    return node.next


def call(run: Run, node: Call) -> Step:
    start = run.release.start_of(node.flow)
    run.frames.append(start)
    return start


_UNIVERSAL: Mapping[str, Ref] = {"8": TO_EMERGENCY, "0": TO_HUMAN}


def sort_message(run: Run, node: Keyword) -> Step:
    message = recognise.plain(str(run.vars.get(node.source, "")))
    if message in _UNIVERSAL:
        return _UNIVERSAL[message]
    if message.isdecimal() and len(message) == 1:
        run.keep({node.source: "", f"{node.store}_digit": message})
        return node.digit
    word, found = recognise.sort_message(node, message)
    run.keep({node.source: "", **found})
    if word is None:
        return node.otherwise
    if word.lang and word.lang != run.lang:
        run.lang = word.lang
        run.effects.append(SetLanguage(word.lang))
    return word.alone if word.alone and not any(found.values()) else word.to


def send_sms(run: Run, node: Sms) -> Step:
    to = run.vars.get(node.to, "")
    if to and run.channel != "sms":
        run.effects.append(SendSms(str(to), run.render(node.prompt, written=True), node.prompt))
    return node.next


def leave(run: Run, node: Leave) -> Step:
    run.leave_line(node.result)
    return node.next


def enqueue(run: Run, node: EnqueueNode) -> Step:
    run.say(node.prompt)
    learned = {name: run.vars[name] for name in node.learned if run.filled(name)}
    run.effects.append(Enqueue(node.queue, node.skills, node.boost_s, _reason(run, node), run.lang, learned))
    run.line = Line(node.queue)
    return "queue"


def _reason(run: Run, node: EnqueueNode) -> str:
    """What was noticed on the way is said once: the next time the caller may well have asked."""
    if not node.reason.startswith("$"):
        return node.reason
    why = run.vars.get(node.reason[1:]) or ASKED
    run.keep({node.reason[1:]: ""})
    return str(why)


def ask_service(run: Run, node: Service) -> Step:
    args: dict[str, Value] = {}
    for arg in node.args:
        value: Value = run.vars.get(arg.variable, "") if arg.variable else arg.literal
        if value != "":
            args[arg.name] = value
        elif arg.required:
            return _unserved(run, node)
    if node.writes:
        run.effects.append(Act(node.service, args, node.timeout_s))
        return "act"
    run.effects.append(Lookup(node.service, args, node.timeout_s))
    return "lookup"


def take_answer(run: Run, node: Service, given: LookupResult | ActResult) -> Ref:
    """Where the outcome leads. Unknown outcomes and answers that lack a variable lead to `on_error`."""
    values = given.values
    if given.outcome not in node.on or any(name not in values for name in node.gives[given.outcome]):
        run.note("service_failed", f"{node.service} {given.outcome}")
        return _unserved(run, node)
    if values:
        run.keep({name: value for name, value in values.items() if name in RESULTS})
    return node.on[given.outcome]


def _unserved(run: Run, node: Service) -> Ref:
    if node.on_error == TO_HUMAN:
        run.keep({"why": "service_failed"})
    return node.on_error


PASSING: Mapping[type, Callable[[Run, Any], Step]] = {
    Say: say,
    Hangup: hang_up,
    Branch: choose,
    Set: assign,
    Call: call,
    Keyword: sort_message,
    Sms: send_sms,
    Leave: leave,
    EnqueueNode: enqueue,
    Service: ask_service,
}
