"""Photos from the site: kept with the order, journaled, shown to those who may see the order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.record import record
from app.db.tables import Photo
from app.db.write_set import Reply, WriteSet
from app.domain.orders.kinds import ENDED
from app.domain.photos.files import PhotoFiles
from app.domain.photos.kinds import MAX_BYTES, MAX_FOR_ORDER, media_type_of
from app.domain.staff.permissions import Viewer
from app.journal.entry import Entry
from app.observe.clock import Clock, new_id
from app.usecases.actors import actor_kind
from app.usecases.read_orders import find_order
from app.usecases.refusals import Refused, RefusedBecause, not_found
from app.usecases.shapes.photos import photo_shape
from app.usecases.write_once import Once, replied, write_once


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """What came: the picture, what was written to it, when and where it was taken as far as known."""

    content: bytes
    note: str = ""
    taken_at: int | None = None
    place: tuple[float, float] | None = None


async def keep_photo(
    db: Database, clock: Clock, files: PhotoFiles, viewer: Viewer, order_no: str, new: NewPhoto, once: Once | None
) -> Reply:
    """Keep a photo of an open order that the viewer may see; the shape of the photo."""
    media_type = media_type_of(new.content)
    if media_type is None:
        raise Refused(RefusedBecause.INVALID, "not_a_photo", "JPEG, PNG or WebP is needed")
    if len(new.content) > MAX_BYTES:
        raise Refused(RefusedBecause.INVALID, "photo_too_large", f"at most {MAX_BYTES // 1000} kB")
    photo_id = new_id(clock.now_ms())
    digest = hashlib.sha256(new.content).hexdigest()

    async def build() -> WriteSet:
        at = clock.now_ms()
        async with db.session() as session:
            file = await find_order(session, viewer, order_no)
            if file.order.state in ENDED:
                raise Refused(RefusedBecause.CONFLICT, "ended", f"the order is {file.order.state}")
            await _check_number(session, order_no)
        await files.keep(photo_id, new.content)
        photo = Photo(
            photo_id=photo_id,
            order_no=order_no,
            agent_no=viewer.agent_no,
            media_type=media_type,
            size=len(new.content),
            sha256=digest,
            taken_at=new.taken_at,
            at=at,
        )
        write_set = WriteSet(reply=replied(photo_shape(photo), 201), rings=[f"order:{order_no}"])
        write_set.insert(Photo, **photo.model_dump())
        record(write_set, _entry(viewer, photo, new), at)
        return write_set

    return await write_once(db, clock, once, build)


async def _check_number(session: AsyncSession, order_no: str) -> None:
    there = (await session.exec(select(func.count()).where(col(Photo.order_no) == order_no))).one()
    if there >= MAX_FOR_ORDER:
        raise Refused(RefusedBecause.CONFLICT, "too_many_photos", f"an order keeps at most {MAX_FOR_ORDER} photos")


def _entry(viewer: Viewer, photo: Photo, new: NewPhoto) -> Entry:
    body: dict[str, Any] = {
        "text": "photo",
        "photo_id": photo.photo_id,
        "of_order": photo.order_no,
        "sha256": photo.sha256,
    }
    if new.place is not None:
        body |= {"lat": new.place[0], "lon": new.place[1]}
    return Entry(
        "note",
        actor_kind(viewer),
        viewer.agent_no,
        order_no=photo.order_no,
        agent_no=viewer.agent_no,
        body=body,
        private={"note": new.note} if new.note else {},
    )


async def show_photo(
    session: AsyncSession, files: PhotoFiles, viewer: Viewer, order_no: str, photo_id: str
) -> tuple[bytes, str]:
    """The picture and its type, for those who may see the order."""
    await find_order(session, viewer, order_no)
    photo = await session.get(Photo, photo_id)
    if photo is None or photo.order_no != order_no:
        raise not_found("photo")
    content = await files.read(photo_id)
    if content is None or hashlib.sha256(content).hexdigest() != photo.sha256:
        raise Refused(RefusedBecause.CONFLICT, "photo_damaged", "the file is gone or is not the one that was sent")
    return content, photo.media_type
