"""Photos of work orders."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import Response
from pydantic import Field

from app.domain.staff.permissions import Verb
from app.edge.errors import Problem
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Id
from app.edge.services import ServicesOf, ViewerOf
from app.edge.writing import Asked, Instant, OnceOf, Words, answered, ms
from app.usecases.keep_photo import NewPhoto, keep_photo, show_photo
from app.usecases.shapes.photos import PhotoShape

router = guarded_router()
HEADERS = {"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'; sandbox"}


class AddPhoto(Asked):
    """A photo: `data` is the JPEG, PNG or WebP file in base64, at most 750 kB of it."""

    data: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    note: Words = ""
    taken_at: Instant | None = None
    lat: Annotated[float | None, Field(ge=-90, le=90)] = None
    lon: Annotated[float | None, Field(ge=-180, le=180)] = None


@router.post("/api/work-orders/{order_no}/photos", status_code=201, response_model=PhotoShape)
@allow(Verb.ORDERS_MOVE)
async def post_photo(services: ServicesOf, viewer: ViewerOf, order_no: Id, once: OnceOf, body: AddPhoto) -> Response:
    """Add a photo to an open order; what it is, its bytes tell."""
    try:
        content = base64.b64decode(body.data, validate=True)
    except binascii.Error as error:
        raise Problem(422, "invalid", "data is not base64") from error
    place = None if body.lat is None or body.lon is None else (body.lat, body.lon)
    new = NewPhoto(content, body.note.strip(), ms(body.taken_at), place)
    given = (services.db, services.clock, services.photos, viewer, order_no)
    return answered(await keep_photo(*given, new, once))


@router.get("/api/work-orders/{order_no}/photos/{photo_id}", response_class=Response)
@allow(Verb.ORDERS_READ)
async def get_photo(services: ServicesOf, viewer: ViewerOf, order_no: Id, photo_id: Id) -> Response:
    """The picture."""
    async with services.db.session() as session:
        content, media_type = await show_photo(session, services.photos, viewer, order_no, photo_id)
    return Response(content, media_type=media_type, headers=HEADERS)
