"""What all of the carrier's webhooks have in common: signed, well-formed, answered in time with valid TwiML."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.carrier import twiml
from app.carrier.forms import pairs_of
from app.carrier.signature import SETTINGS_HEADER, is_signed
from app.carrier.urls import RETRY
from app.carrier.xml import clean
from app.db.write_set import Reply
from app.edge.errors import problem_response
from app.edge.services import Services, services_of
from app.observe.failpoints import failpoint
from app.observe.logging import failure_facts, logger
from app.usecases.hotline import Hotline

DEADLINE_S = 4.0
"""The carrier waits 15 s in all, and the caller hears nothing meanwhile."""
TRIES = 6
MOST_FIELDS = 300
CALL_SID = re.compile(r"CA[0-9a-f]{32}")
MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
NO_CONTENT = Response(status_code=204)

VOICE = ("AccountSid", "From", "To", "CallStatus")
SMS = ("AccountSid", "From", "To", "Body")
CARRIED = ("Digits", "QueueResult")
Form: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A signed, well-formed webhook. `key` is the turn's, for those addresses that carry one."""

    hotline: Hotline
    form: Form
    query: Mapping[str, str]
    key: str


UseCase: TypeAlias = Callable[[Arrived], Awaitable[Reply | None]]


async def signed_form(request: Request, services: Services) -> Form | None:
    """The form of a request that the carrier signed for our account; None for any other."""
    raw = await request.body()
    try:
        pairs = pairs_of(raw.decode("utf-8"), MOST_FIELDS)
    except ValueError:
        return None
    url = services.settings.base_url + request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    if query:
        url += "?" + query
    signature = request.headers.get("x-twilio-signature", "")
    scheme = request.headers.get(SETTINGS_HEADER, "")
    if not is_signed(services.settings.auth_tokens, url, pairs, signature, scheme):
        return None
    form: dict[str, str] = {}
    for name, value in pairs:
        form.setdefault(name, clean(value))
    return form if form.get("AccountSid") == services.settings.twilio_account_sid else None


class WebhookRoute(Route):
    """A route whose permission is the carrier's signature."""


def webhook(path: str, use_case: UseCase, *, needs: tuple[str, ...], sid: str, again: bool) -> WebhookRoute:
    """A route for signed posts.

    `needs` are fields that must be there, `sid` the one that must be well-formed. With `again` a failure is answered
    by a word of patience and the same address once more, so that the stored reply comes or the turn runs; without it
    by a 503, which the carrier repeats.
    """
    shape = MESSAGE_SID if sid == "MessageSid" else CALL_SID if sid == "CallSid" else re.compile(r"\w+")

    async def endpoint(request: Request) -> Response:
        services = services_of(request)
        form = await signed_form(request, services)
        if form is None:
            services.metrics.webhooks_refused.inc()
            return problem_response(403, "not_signed")
        if any(name not in form for name in needs) or not shape.fullmatch(form.get(sid, "")):
            return problem_response(400, "incomplete")
        failpoint("webhook.received")
        try:
            async with asyncio.timeout(DEADLINE_S):
                carried = {name: request.query_params[name] for name in CARRIED if name in request.query_params}
                arrived = Arrived(
                    services.hotline, {**carried, **form}, request.query_params, request.path_params.get("key", "")
                )
                reply = await use_case(arrived)
        except Exception as error:  # noqa: BLE001 (whatever it is, the caller must hear something)
            logger.error("webhook_failed", path=path, **failure_facts(error))
            return once_more(request, services, form) if again else Response(status_code=503)
        failpoint("webhook.replied")
        if reply is None:
            return NO_CONTENT
        return Response(reply.body, reply.status, media_type=reply.media_type)

    return WebhookRoute(path, endpoint, methods=["POST"], name=path)


def once_more(request: Request, services: Services, form: Form) -> Response:
    """Patience, then the same keyed address; after some tries the static last word."""
    address = str(request.scope["raw_path"], "latin-1")
    query = str(request.scope["query_string"], "latin-1")
    reply = patience(services.settings.base_url, f"{address}?{query}", form)
    return Response(reply.body, media_type=reply.media_type)


def patience(base: str, address: str, form: Form) -> Reply:
    """A word of patience and `address` (path and query) once more; needs nothing, gives up after some tries.

    What the caller pressed goes along in the address, since the carrier sends it only once.
    """
    path, _, query = address.partition("?")
    asked = [part for part in query.split("&") if part]
    tried = next((part.removeprefix("again=") for part in asked if part.startswith("again=")), "0")
    count = int(tried) + 1 if tried.isascii() and tried.isdigit() and len(tried) < 3 else 1
    if count > TRIES:
        return Reply(twiml.LAST_RESORT)
    kept = [part for part in asked if not part.startswith("again=")]
    kept += [f"{name}={quote(form[name], safe='')}" for name in CARRIED if form.get(name) and f"{name}=" not in query]
    return Reply(twiml.try_again(f"{base}{path}?{'&'.join([*kept, f'again={count}'])}{RETRY}"))
