"""What all writing routes share: texts that can be stored, the `Idempotency-Key`, the stored reply sent as it is."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from app.db.write_set import Reply
from app.edge.services import ViewerOf
from app.usecases.write_once import Once

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
Key = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,128}$")]
Code = Annotated[str, Field(min_length=1, max_length=64)]
Words = Annotated[str, Field(max_length=4000)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()-]{2,31}$")]
Name = Annotated[str, Field(max_length=128)]


class Asked(BaseModel):
    """A body: only the fields that are named, nothing converted behind the sender's back."""

    model_config = ConfigDict(extra="forbid", frozen=True)


async def _once(request: Request, viewer: ViewerOf, key: Key = None) -> Once | None:
    if key is None:
        return None
    digest = hashlib.sha256(f"{request.method} {request.scope['path']}\n".encode() + await request.body())
    return Once(viewer.agent_no, key, digest.hexdigest())


OnceOf = Annotated[Once | None, Depends(_once)]


def _in_our_time(instant: datetime) -> datetime:
    if not EARLIEST <= instant < LATEST:
        raise ValueError("the instant lies outside 2000 to 2099")
    return instant


Instant = Annotated[AwareDatetime, AfterValidator(_in_our_time)]


def ms(instant: datetime | None) -> int | None:
    """An instant in milliseconds UTC."""
    return None if instant is None else int(instant.timestamp() * 1000)


def answered(reply: Reply) -> Response:
    """The reply of a use case, byte for byte."""
    return Response(reply.body, reply.status, media_type=reply.media_type)
