"""The shape of a photo."""

from __future__ import annotations

from app.db.tables import Photo
from app.usecases.shapes.base import Shape, iso, iso_or_none


class PhotoShape(Shape):
    """A photo of an order; the picture itself is at `/api/work-orders/{order_no}/photos/{photo_id}`."""

    photo_id: str
    order_no: str
    agent_no: str
    media_type: str
    size: int
    taken_at: str | None
    at: str


def photo_shape(photo: Photo) -> PhotoShape:
    """The row as it is sent."""
    plain = photo.model_dump(include={"photo_id", "order_no", "agent_no", "media_type", "size"})
    return PhotoShape(**plain, taken_at=iso_or_none(photo.taken_at), at=iso(photo.at))
