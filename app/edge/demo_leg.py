"""Browser legs of a demo: the local carrier has no sound, so consoles read and write what is said. Demo only."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import Field

from app.carrier.local_legs import LocalLegs
from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.services import ServicesOf, ViewerOf
from app.edge.writing import Asked
from app.usecases.demo_leg import act_on_leg, connect_leg, leg_lines, standing_legs
from app.usecases.shapes.base import Shape

CallSid = Annotated[str, Path(pattern=r"^CA[0-9a-f]{32}$")]
Param = Annotated[str, Field(max_length=256)]
router = guarded_router()


class Leg(Shape):
    """A leg of one's own."""

    call_sid: str
    status: str


class Legs(Shape):
    """Legs that stand, the newest first."""

    items: list[Leg]


class LegLines(Shape):
    """Lines of a leg, as the local carrier has them."""

    call_sid: str
    status: str
    lines: list[dict[str, Any]]


class Connect(Asked):
    """The `params` of the acknowledgement."""

    params: Annotated[dict[Param, Param], Field(max_length=20)]


class Act(Asked):
    """`text` for speech, `keys` for keys."""

    text: Annotated[str | None, Field(min_length=1, max_length=1000)] = None
    keys: Annotated[str | None, Field(pattern=r"^[0-9*#w]{1,32}$")] = None


def _legs(services: ServicesOf) -> LocalLegs:
    return LocalLegs(services.settings.carrier_api_url)


@router.post("/api/demo-leg", status_code=201)
@allow(Verb.VOICE)
async def post_leg(services: ServicesOf, viewer: ViewerOf, body: Connect) -> Leg:
    """Connect one's leg."""
    return Leg.model_validate(await connect_leg(_legs(services), viewer, body.params))


@router.get("/api/demo-leg")
@allow(Verb.VOICE)
async def get_legs(services: ServicesOf, viewer: ViewerOf) -> Legs:
    """One's own legs that stand."""
    return Legs(items=[Leg.model_validate(leg) for leg in await standing_legs(_legs(services), viewer)])


@router.get("/api/demo-leg/{call_sid}/transcript")
@allow(Verb.VOICE)
async def get_lines(
    services: ServicesOf, viewer: ViewerOf, call_sid: CallSid, after: Annotated[int, Query(ge=0, le=10**9)] = 0
) -> LegLines:
    """What was heard and said after line `after`; waits a few seconds for something new."""
    return LegLines.model_validate(await leg_lines(_legs(services), viewer, call_sid, after))


@router.post("/api/demo-leg/{call_sid}/{action}", status_code=204)
@allow(Verb.VOICE)
async def post_action(
    services: ServicesOf,
    viewer: ViewerOf,
    call_sid: CallSid,
    action: Literal["speech", "keys", "hangup"],
    body: Act | None = None,
) -> None:
    """Say something, press keys, hang up."""
    fields = body.model_dump(exclude_none=True) if body else {}
    await act_on_leg(services.db, _legs(services), viewer, call_sid, action, **fields)
