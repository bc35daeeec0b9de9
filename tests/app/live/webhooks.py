"""What a carrier posts to a node, signed."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx2

from app.carrier.signature import sign
from tests.app.live.conftest import Node


async def posted(node: Node, path: str, **more: str) -> str:
    """The answer to a signed webhook."""
    settings = node.services.settings
    common = {"AccountSid": settings.twilio_account_sid, "To": settings.number, "CallStatus": "in-progress"}
    form = {**common, "From": "+8613800000000", **more}
    headers = {
        "X-Twilio-Signature": sign(settings.auth_tokens[0], settings.base_url + path, list(form.items())),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{node.port}") as client:
        reply = await client.post(path, content=urlencode(form), headers=headers)
    assert reply.status_code < 300, reply.text
    return reply.text
