"""Whatever an application answers, the call ends in order and nothing inside the carrier fails."""

from __future__ import annotations

import asyncio

from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_carrier.twiml.grammar import ATTRIBUTES, CHILDREN
from local_carrier.twiml.parse import Element, TwimlError, parse
from tests.local_carrier.world import World

TAGS = sorted(set(ATTRIBUTES) - {"Response"})
VALUES = st.sampled_from(
    ["", "0", "1", "-1", "9999999999999", "true", "maybe", "/x", "http://[bad", "//", "ftp://x/", "%", "auto", "#*"]
)
TEXTS = st.sampled_from(["", "q", "+15550100009", "client:", "sip:a@b", "名" * 70, "http://[bad"])


def markup(element: Element) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in element.attributes.items())
    inside = "".join(markup(child) for child in element.children) + "".join(element.pieces)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


@st.composite
def elements(draw: st.DrawFn, tags: list[str], depth: int = 0) -> Element:
    tag = draw(st.sampled_from(tags))
    names = draw(st.lists(st.sampled_from([*sorted(ATTRIBUTES[tag]), "odd"]), max_size=4, unique=True))
    element = Element(tag, {name: draw(VALUES) for name in names}, pieces=[draw(TEXTS)])
    allowed = sorted(CHILDREN.get(tag, frozenset()) & set(ATTRIBUTES)) or TAGS
    if depth < 2:
        element.children = draw(st.lists(elements(allowed, depth + 1), max_size=2))
    return element


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(elements(TAGS), max_size=4), st.text(alphabet="123#*", max_size=5))
def test_any_document_made_of_known_parts_is_executed_or_refused(document: list[Element], keys: str) -> None:
    async def one_call() -> None:
        async with World(max_documents=20) as world:
            text = "<Response>" + "".join(markup(element) for element in document) + "</Response>"
            world.app.answers["/twilio/voice"] = lambda _form: web.Response(text=text, content_type="text/xml")
            script = {"steps": [{"asked": True, "press": keys or "1"}], "hang_up_after_s": 600}
            leg = world.dial(script)
            await world.wait(1_000)
            assert leg.over
            assert world.clock.running == 0

    asyncio.run(one_call())


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="<>/ResponsSay =\"'&;x![]-?", max_size=80)))
def test_any_bytes_are_a_document_or_an_error(body: bytes | str) -> None:
    try:
        code, tag = 0, parse(body).tag
    except TwimlError as problem:
        code, tag = problem.code, ""
    assert (code, tag) in ((0, "Response"), (12100, ""), (12102, ""))
