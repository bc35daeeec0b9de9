"""Spoken formats, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from ivr_flows.formats import FORMATS, Voice, term
from ivr_flows.texts import PromptError, compile_texts, template
from tests.ivr_flows.callers import HOUR_MS, NOON_MS

TERMS = {"order_state": {"accepted": "已受理"}}
ZH = Voice("zh-CN", NOON_MS, 28_800, TERMS)
EN = Voice("en", NOON_MS, 28_800, TERMS)

ROWS: list[tuple[str, Any, str, str]] = [
    ("yuan", 8650, "86元5角", "86.50 yuan"),
    ("yuan", 1, "1分", "0.01 yuan"),
    ("yuan", 10, "1角", "0.10 yuan"),
    ("yuan", 0, "0元", "0.00 yuan"),
    ("yuan", 8605, "86元零5分", "86.05 yuan"),
    ("yuan", 8655, "86元5角5分", "86.55 yuan"),
    ("yuan", 1_000_000, "10000元", "10000.00 yuan"),
    ("yuan", -150, "负1元5角", "minus 1.50 yuan"),
    ("digits", "3301", "3 3 0 1", "3 3 0 1"),
    ("phone", "+8613800000001", "1 3 8 0 0 0 0 0 0 0 1", "1 3 8 0 0 0 0 0 0 0 1"),
    ("phone", "+15550101", "1 5 5 5 0 1 0 1", "1 5 5 5 0 1 0 1"),
    ("kwh", 16050, "160.5", "160.5"),
    ("kwh", 16000, "160", "160"),
    ("kwh", 5, "0.05", "0.05"),
    ("int", 12, "12", "12"),
    ("duration", 45, "45分钟", "45 minutes"),
    ("duration", 1, "1分钟", "1 minute"),
    ("duration", 60, "60分钟", "60 minutes"),
    ("duration", 90, "90分钟", "90 minutes"),
    ("duration", 120, "2小时", "2 hours"),
    ("month", "2026-08", "2026年8月", "August 2026"),
    ("text", "东湖", "东湖", "东湖"),
    ("text", {"zh-CN": "东湖", "en": "East Lake"}, "东湖", "East Lake"),
    ("time", NOON_MS + 3 * HOUR_MS + 20 * 60_000, "今天下午3点20分", "today at 3:20 pm"),
    ("time", NOON_MS, "今天中午12点", "today at 12:00 pm"),
    ("time", NOON_MS - 12 * HOUR_MS, "今天凌晨0点", "today at 12:00 am"),
    ("time", NOON_MS - 13 * HOUR_MS, "昨天晚上11点", "yesterday at 11:00 pm"),
    ("time", NOON_MS + 20 * HOUR_MS, "明天早上8点", "tomorrow at 8:00 am"),
    ("time", NOON_MS + 46 * HOUR_MS, "后天上午10点", "on September 24 at 10:00 am"),
    ("time", NOON_MS + 240 * HOUR_MS, "10月2日中午12点", "on October 2 at 12:00 pm"),
    (
        "bills",
        [{"month": "2026-08", "kwh": 16050, "fen": 1}],
        "2026年8月160.5千瓦时，1分",
        "August 2026, 160.5 kWh, 0.01 yuan",
    ),
]


@pytest.mark.parametrize(("name", "value", "zh", "en"), ROWS, ids=[f"{r[0]}-{r[1]}"[:40] for r in ROWS])
def test_spoken_in_both_languages(name: str, value: Any, zh: str, en: str) -> None:
    spoken = FORMATS[name][0]
    assert (spoken(value, ZH), spoken(value, EN)) == (zh, en)


def test_numbers_are_contiguous_in_writing() -> None:
    written = Voice("en", NOON_MS, 28_800, TERMS, written=True)
    assert FORMATS["digits"][0]("202600000017", written) == "202600000017"
    assert FORMATS["phone"][0]("+8613800000001", written) == "13800000001"


def test_the_utility_s_day_decides_what_today_is() -> None:
    just_after_midnight = NOON_MS - 12 * HOUR_MS
    assert FORMATS["time"][0](just_after_midnight, ZH).startswith("今天")
    assert FORMATS["time"][0](just_after_midnight - 1000, ZH).startswith("昨天")
    assert FORMATS["time"][0](just_after_midnight, Voice("zh-CN", NOON_MS, 0, TERMS)).startswith("昨天")


def test_terms_come_from_the_prompt_files() -> None:
    assert term("order_state")("accepted", ZH) == "已受理"


def test_a_template_joins_text_and_values() -> None:
    made = template("共{arrears_fen:yuan}。", "x")
    assert made.render({"arrears_fen": 101}, ZH) == "共1元零1分。"
    assert made.holes == (("arrears_fen", "yuan"),)


@pytest.mark.parametrize("text", ["{amount:dollars}", "a {brace", "{amount}", "}"])
def test_a_text_that_cannot_be_spoken_is_refused(text: str) -> None:
    with pytest.raises(PromptError, match=r"main\.x"):
        template(text, "main.x")


def test_a_prompt_is_a_text_or_say_and_write() -> None:
    texts = compile_texts({"a": {"b": {"say": "s", "write": "w"}}, "labels": {"yes": "Yes|right"}})
    assert (texts.prompts["a.b"].say.constant, texts.prompts["a.b"].write.constant) == ("s", "w")
    assert texts.labels["yes"].words == ("yes", "right")
    with pytest.raises(PromptError, match=r"a\.c"):
        compile_texts({"a": {"c": {"say": "only"}}})
