"""Messages (docs/messaging/api/message-resource)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from local_carrier.carrier import Carrier
from local_carrier.control.answers import CARRIER
from local_carrier.leg import StatusCallback
from local_carrier.messages import MAX_BODY, Message, segments
from local_carrier.rest.answers import API, RestError, date_of, form_of, json_answer, not_found, page, web_url
from local_carrier.rest.calls import ADDRESS


def shape(carrier: Carrier, message: Message) -> dict[str, Any]:
    uri = f"{API}/Accounts/{carrier.settings.account_sid}/Messages/{message.sid}"
    return {
        "sid": message.sid,
        "account_sid": carrier.settings.account_sid,
        "messaging_service_sid": None,
        "body": message.body,
        "direction": message.direction,
        "from": message.from_,
        "to": message.to,
        "status": message.status,
        "num_segments": str(segments(message.body)),
        "num_media": "0",
        "error_code": message.error or None,
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "date_created": date_of(message.created_at),
        "date_updated": date_of(message.updated_at),
        "date_sent": date_of(message.sent_at),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


async def create(request: web.Request) -> web.Response:
    carrier, form = request.app[CARRIER], await form_of(request)
    to, from_, body = form.get("To", "").strip(), form.get("From", "").strip(), form.get("Body", "")
    if not to:
        raise RestError(400, 21604, "A 'To' phone number is required.")
    if not from_:
        raise RestError(400, 21603, "A 'From' phone number is required.")
    if not ADDRESS.fullmatch(to):
        raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if from_ not in carrier.numbers:
        raise RestError(400, 21606, f"The From phone number {from_} is not a valid, message-capable number of yours.")
    if not body:
        raise RestError(400, 21602, "Message body is required.")
    if len(body) > MAX_BODY:
        raise RestError(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    if (to, from_) in carrier.messages.opted_out:
        raise RestError(400, 21610, "Attempt to send to unsubscribed recipient")
    url = web_url(form, "StatusCallback", 21609)
    callback = StatusCallback(url, "POST", frozenset()) if url else None
    return json_answer(shape(carrier, carrier.messages.send(from_, to, body, callback)), 201)


async def read(request: web.Request) -> web.Response:
    carrier = request.app[CARRIER]
    message = carrier.messages.by_sid.get(request.match_info["sid"])
    if message is None:
        raise not_found(request)
    return json_answer(shape(carrier, message))


async def listing(request: web.Request) -> web.Response:
    carrier, query = request.app[CARRIER], request.query
    found = [
        message
        for message in reversed(carrier.messages.by_sid.values())
        if query.get("To", message.to) == message.to and query.get("From", message.from_) == message.from_
    ]
    return page(request, "messages", found, lambda message: shape(carrier, message))


def routes(base: str) -> list[web.RouteDef]:
    return [
        web.post(base + "/Messages.json", create),
        web.get(base + "/Messages.json", listing),
        web.get(base + "/Messages/{sid:SM[0-9a-f]+}.json", read),
    ]
