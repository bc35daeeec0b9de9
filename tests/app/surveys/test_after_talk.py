"""The caller is out of the conference and still there: asked how it went, or not, by rule; over the voice use cases."""

from __future__ import annotations

import re

import pytest

from app.carrier.urls import Urls
from app.db.tables import Contact, FlowSession, Survey
from app.settings import Settings
from app.usecases.advance_call import advance_call
from app.usecases.answer_call import answer_call
from app.usecases.hotline import Hotline
from app.usecases.move_call import after_talk
from app.usecases.releases import Releases, publish
from ivr_flows import shipped
from ivr_flows.session import Session
from tests.app.world import NOW, STRANGER, World

SID = "CA" + "1" * 32


def form(**more: str) -> dict[str, str]:
    return {"CallSid": SID, "From": STRANGER, "To": "+15550095598", "CallStatus": "in-progress", **more}


def turn_of(document: str) -> str:
    """The number of the turn whose addresses the document gives out."""
    found = re.search(r"/twilio/turn/(\d+)\.", document)
    assert found, document
    return found.group(1)


@pytest.mark.parametrize(("queue", "asked"), [("phone", True), ("emergency", False)])
async def test_35_the_survey_on_the_line_is_an_invitation_of_the_agent(
    world: World, settings: Settings, queue: str, asked: bool
) -> None:
    await publish(world.database, shipped.release(), NOW, "test")
    urls, releases = Urls(settings.base_url), Releases(world.database)
    hotline = Hotline(settings, world.database, world.at, urls, releases, world.services, world.tools)
    menu = await answer_call(hotline, form())
    line = await advance_call(hotline, f"{turn_of(menu.body)}.keys", form(Digits="0"))
    (contact,) = await world.rows(Contact)
    talked = {**contact.model_dump(), "agent_no": "A1", "queue": queue, "state": "wrapping"}
    await world.put(Contact, **talked)
    document = (await after_talk(hotline, f"{turn_of(line.body)}.after", form())).body
    assert ("非常满意请按1" in document) is asked
    surveys = [(row.contact_id, row.agent_no, row.status, row.score) for row in await world.rows(Survey)]
    assert surveys == ([(contact.contact_id, "A1", "in_progress", None)] if asked else [])
    if asked:
        await advance_call(hotline, f"{turn_of(document)}.keys", form(Digits="5"))
        (row,) = await world.rows(Survey)
        assert (row.score, row.status) == (1, "done")


async def test_35_who_goes_while_the_question_is_made_is_not_counted_as_asked(world: World, settings: Settings) -> None:
    await publish(world.database, shipped.release(), NOW, "test")
    urls, releases = Urls(settings.base_url), Releases(world.database)
    hotline = Hotline(settings, world.database, world.at, urls, releases, world.services, world.tools)
    menu = await answer_call(hotline, form())
    line = await advance_call(hotline, f"{turn_of(menu.body)}.keys", form(Digits="0"))
    (contact,) = await world.rows(Contact)
    await world.put(Contact, **{**contact.model_dump(), "agent_no": "A1", "queue": "phone", "state": "wrapping"})
    (session,) = await world.rows(FlowSession)
    over = Session.decode(session.body).ending().encode()
    await world.put(FlowSession, **{**session.model_dump(), "body": over})
    await after_talk(hotline, f"{turn_of(line.body)}.after", form())
    assert await world.rows(Survey) == []
