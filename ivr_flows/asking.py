"""Nodes that ask the caller: menu, pick, collect, record, with the keys that work everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from ivr_flows import recognise
from ivr_flows.effects import Choice as Button
from ivr_flows.effects import Record as RecordEffect
from ivr_flows.effects import Say, SetLanguage
from ivr_flows.graph import Collect, Menu, Pick, Record, Ref
from ivr_flows.inputs import Choice, Digits, Recording, Silence, Speech, Text
from ivr_flows.run import MAX_TEXT, TO_EMERGENCY, TO_HUMAN, Run, Step

Given: TypeAlias = Digits | Speech | Silence | Text | Choice | Recording
OTHER_LANGUAGE = {"zh-CN": "en", "en": "zh-CN"}
RECORD_KEYS = "#*08"


def ask_menu(run: Run, node: Menu) -> Step:
    gather = node.gathers[run.lang, run.slow, run.tries == 0]
    run.say(node.prompt)
    if run.channel == "sms":
        _list_choices(run, gather.choices)
    if node.language:
        run.say_in(OTHER_LANGUAGE[run.lang], "rule.language")
    run.effects.append(gather)
    return "menu"


def _list_choices(run: Run, choices: tuple[Button, ...]) -> None:
    last = run.effects[-1]
    if isinstance(last, Say):
        lines = "".join(f"\n{button.value} {button.label}" for button in choices)
        run.effects[-1] = replace(last, text=last.text + lines)


def answer_menu(run: Run, node: Menu, given: Given) -> Step:
    key = _key(run, given, [(option.key, option.label) for option in node.options.values()])
    if key == "9" and node.language:
        run.lang = OTHER_LANGUAGE[run.lang]
        run.effects.append(SetLanguage(run.lang))
        return ask_menu(run, node)
    option = node.options.get(key or "")
    if option:
        if option.set:
            run.keep(option.set)
        return option.to
    if type(given) is Silence and node.on_silence:
        return node.on_silence
    return _universal(run, node, key, given)


def ask_pick(run: Run, node: Pick) -> Step:
    run.say(node.prompt)
    items = _items(run, node)
    buttons = []
    for index, item in enumerate(items, 1):
        if run.channel != "chat":
            run.say(node.item, {**item, "index": index})
        buttons.append(Button(str(index), run.render(node.item, {**item, "index": index})))
    run.listen(1, node.timeout_s, speech=run.tries == 0, choices=tuple(buttons))
    return "menu"


def _items(run: Run, node: Pick) -> list[dict[str, Any]]:
    items = run.vars.get(node.source, [])
    return items[:7] if isinstance(items, list) else []


def answer_pick(run: Run, node: Pick, given: Given) -> Step:
    key = _key(run, given, [])
    items = _items(run, node)
    if key and key.isdecimal() and 1 <= int(key) <= len(items):
        run.keep(items[int(key) - 1])
        return node.next
    return node.other if key == "9" else _universal(run, node, key, given)


def ask_collect(run: Run, node: Collect) -> Step:
    run.say(node.prompt)
    run.listen(node.max if node.max == node.min == 4 else None, node.timeout_s, speech=run.tries == 0)
    return "digits"


def answer_collect(run: Run, node: Collect, given: Given) -> Step:
    if isinstance(given, Text | Speech):
        label = run.release.label(run.lang, "unknown")
        unknown = any(word in given.text.casefold() for word in label.words)
        keys = "*" if unknown or given.text.strip() == "*" else recognise.digits(given.text)
        if not keys:
            keys = recognise.key(given.text, [], run.release.texts[run.lang].labels) or ""
    else:
        keys = given.keys if isinstance(given, Digits) else getattr(given, "value", "")
    if keys.isdecimal() and node.min <= len(keys) <= node.max:
        run.keep({node.store: keys})
        return node.next
    if keys == "*":
        return node.on_star
    if keys == "" and isinstance(given, Digits):
        given = Silence()
    return _universal(run, node, keys, given)


def ask_record(run: Run, node: Record) -> Step:
    run.say(node.prompt)
    if run.spoken:
        run.effects.append(RecordEffect(node.max_s, RECORD_KEYS, node.purpose))
    else:
        run.listen(None, node.max_s)
    return "record"


def answer_record(run: Run, node: Record, given: Given) -> Step:
    if isinstance(given, Recording):
        if given.key in ("0", "8", "*"):
            return _universal(run, node, given.key, given)
        run.keep({f"{node.store}_recording": given.sid, f"{node.store}_text": ""})
        return node.next
    if isinstance(given, Text | Speech) and given.text.strip():
        if given.text.strip() in ("0", "8"):
            return _universal(run, node, given.text.strip(), given)
        run.keep({f"{node.store}_recording": "", f"{node.store}_text": given.text.strip()[:MAX_TEXT]})
        return node.next
    run.keep({f"{node.store}_recording": "", f"{node.store}_text": ""})
    return node.on_empty


def _key(run: Run, given: Given, options: list[tuple[str, str]]) -> str | None:
    if isinstance(given, Digits):
        return given.keys
    if isinstance(given, Choice):
        return given.value
    if isinstance(given, Text) or (isinstance(given, Speech) and given.confidence >= recognise.SURE):
        return recognise.key(given.text, options, run.release.texts[run.lang].labels)
    return None


def _universal(run: Run, node: Menu | Pick | Collect | Record, key: str | None, given: Given) -> Step:
    """`0`, `8`, `*`, silence, and what was not understood."""
    if key == "8":
        return TO_EMERGENCY
    if key == "0":
        return TO_HUMAN
    if key == "*" or (key == "#" and isinstance(node, Menu | Pick)):  # a `#` too many after an entry cut us short
        for prompt in run.told:
            run.say(prompt)
        return ASKING[type(node)](run, node)
    if isinstance(node, Record):
        return node.on_empty
    return _silent(run, node) if type(given) is Silence else _failed(run, node)


def _failed(run: Run, node: Menu | Pick | Collect) -> Step:
    run.tries += 1
    if run.tries >= node.tries:
        return _give_up(run, node.on_exhausted, "invalid")
    run.say("rule.invalid")
    return ASKING[type(node)](run, node)


def _silent(run: Run, node: Menu | Pick | Collect) -> Step:
    run.silences += 1
    if run.silences > 1 or run.vars.get("manner") == "slow":
        return _give_up(run, node.on_exhausted, "silence")
    if run.line:
        return ASKING[type(node)](run, node)
    run.say("rule.silence")
    if isinstance(node, Menu):
        run.effects.append(node.gathers[run.lang, True, run.tries == 0])
        return "menu"
    digits = 1 if isinstance(node, Pick) else node.max if node.max == node.min == 4 else None
    run.listen(digits, node.timeout_s, speech=run.tries == 0)
    return "menu" if isinstance(node, Pick) else "digits"


def _give_up(run: Run, to: Ref, why: str) -> Step:
    run.note("gave_up", why)
    if not run.line and to == TO_HUMAN:
        run.keep({"why": "silence" if why == "silence" else "exhausted"})
        run.say("rule.to_human")
    return to


ASKING: Mapping[type, Callable[[Run, Any], Step]] = {
    Menu: ask_menu,
    Pick: ask_pick,
    Collect: ask_collect,
    Record: ask_record,
}
ANSWERING: Mapping[type, Callable[[Run, Any, Any], Step]] = {
    Menu: answer_menu,
    Pick: answer_pick,
    Collect: answer_collect,
    Record: answer_record,
}
