"""What words and messages mean."""

from __future__ import annotations

import pytest

from ivr_flows import recognise, shipped
from ivr_flows.graph import Keyword
from tests.ivr_flows.callers import acts, facts, lines, prompts, ring

RELEASE = shipped.release()
SORT = next(node for node in RELEASE.nodes.values() if isinstance(node, Keyword))
MENU = [("1", "fault"), ("2", "bill"), ("3", "feedback"), ("4", "progress"), ("5", "consult")]


@pytest.mark.parametrize(
    ("lang", "text", "key"),
    [
        ("zh-CN", "2", "2"),
        ("zh-CN", "２", "2"),
        ("zh-CN", "二", "2"),
        ("zh-CN", "*", "*"),
        ("zh-CN", "我想查电费。", "2"),
        ("zh-CN", "转人工", "0"),
        ("zh-CN", "重听", "*"),
        ("zh-CN", "今天天气不错", None),
        ("zh-CN", "报修还是咨询", None),
        ("zh-CN", "我要人工，报修", "0"),
        ("en", "two", "2"),
        ("en", "My bill, please!", "2"),
        ("en", "I want to speak to an agent", "0"),
        ("en", "hmm", None),
    ],
)
def test_words_choose_a_key(lang: str, text: str, key: str | None) -> None:
    assert recognise.key(text, MENU, RELEASE.texts[lang].labels) == key


@pytest.mark.parametrize(
    ("lang", "text", "key"),
    [
        ("en", "yes", "1"),
        ("en", "No.", "2"),
        ("en", "that is wrong", "2"),
        ("en", "not now, I know nothing", None),
        ("zh-CN", "是的", "1"),
        ("zh-CN", "不是", "2"),
        ("zh-CN", "不对", "2"),
    ],
)
def test_no_is_not_heard_inside_other_words(lang: str, text: str, key: str | None) -> None:
    assert recognise.key(text, [("1", "yes"), ("2", "no")], RELEASE.texts[lang].labels) == key


@pytest.mark.parametrize(
    ("text", "keyword", "number", "last4", "rest"),
    [
        ("DF 3301000001", "df", "3301000001", "", ""),
        ("df3301000001 0001", "df", "3301000001", "0001", ""),
        ("ＤＦ　３３０１０００００１", "df", "3301000001", "", ""),
        ("查电费 3301000001", "df", "3301000001", "", ""),
        ("电费:3301000001", "df", "3301000001", "", ""),
        ("TD", "td", "", "", ""),
        ("BX 3301000001 全楼 没电", "bx", "3301000001", "", "全楼 没电"),
        ("BX 3号楼没电", "bx", "", "", "3号楼没电"),
        ("TS, 抄表不准", "ts", "", "", "抄表不准"),
        ("BILLS", None, "", "", ""),
        ("你好", None, "", "", ""),
        ("", None, "", "", ""),
    ],
)
def test_messages_are_sorted_by_keyword(text: str, keyword: str | None, number: str, last4: str, rest: str) -> None:
    word, found = recognise.sort_message(SORT, text)
    assert (word.words[0] if word else None) == keyword
    assert found == {"message_number": number, "message_last4": last4, "message_text": rest}


def test_8_and_0_alone_mean_by_text_what_they_mean_by_key() -> None:
    """Rule 1: the help text says so, and an open question does not swallow them."""
    danger = ring(facts(channel="sms", said_text="8", open_question="score"), "sms")
    assert acts(danger)[0] == "order.open_emergency"
    human = ring(facts(channel="sms", said_text="0"), "sms")
    assert acts(human) == ["callback.book"]
    assert lines(human) == []
    assert prompts(human.effects) == ["callback.by_phone"]
