"""Queues and their members (docs/voice/api/queue-resource, /member-resource)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from local_carrier.carrier import Carrier
from local_carrier.control.answers import CARRIER
from local_carrier.leg import Redirected, Target
from local_carrier.queues import DEFAULT_MAX_SIZE, HARD_MAX_SIZE, Member, Queue
from local_carrier.rest.answers import (
    API,
    RestError,
    choice,
    date_of,
    form_of,
    json_answer,
    not_found,
    page,
    web_url,
    whole,
)


def shape(carrier: Carrier, queue: Queue) -> dict[str, Any]:
    uri = f"{API}/Accounts/{carrier.settings.account_sid}/Queues/{queue.sid}"
    return {
        "sid": queue.sid,
        "account_sid": carrier.settings.account_sid,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.max_size,
        "average_wait_time": queue.average_wait_s(carrier.clock.now_ms()),
        "date_created": date_of(queue.created_at),
        "date_updated": date_of(queue.updated_at),
        "uri": f"{uri}.json",
        "subresource_uris": {"members": f"{uri}/Members.json"},
    }


def _queue(request: web.Request) -> Queue:
    queue = request.app[CARRIER].queues.by_sid.get(request.match_info["queue"])
    if queue is None:
        raise not_found(request)
    return queue


async def create(request: web.Request) -> web.Response:
    carrier, form = request.app[CARRIER], await form_of(request)
    name = form.get("FriendlyName", "").strip()
    if not name or len(name) > 64:
        raise RestError(400, 20001, "FriendlyName must have 1 to 64 characters")
    size = whole(form, "MaxSize", DEFAULT_MAX_SIZE, 1, HARD_MAX_SIZE)
    if carrier.queues.named(name) is not None:
        raise RestError(400, 20001, f"Queue already exists: {name}")
    return json_answer(shape(carrier, carrier.queues.create(name, size)), 201)


async def update(request: web.Request) -> web.Response:
    carrier, queue, form = request.app[CARRIER], _queue(request), await form_of(request)
    size = whole(form, "MaxSize", queue.max_size, 1, HARD_MAX_SIZE)
    name = form.get("FriendlyName", queue.name).strip()
    if name != queue.name:
        if carrier.queues.named(name) is not None or not name or len(name) > 64:
            raise RestError(400, 20001, f"Queue already exists or is no name: {name}")
        carrier.queues.rename(queue, name)
    queue.max_size, queue.updated_at = size, carrier.clock.now_ms()
    return json_answer(shape(carrier, queue))


async def read(request: web.Request) -> web.Response:
    return json_answer(shape(request.app[CARRIER], _queue(request)))


async def delete(request: web.Request) -> web.Response:
    queue = _queue(request)
    if queue.members:
        raise RestError(409, 20409, "A queue with members cannot be deleted")
    request.app[CARRIER].queues.remove(queue)
    return web.Response(status=204)


async def listing(request: web.Request) -> web.Response:
    carrier = request.app[CARRIER]
    return page(request, "queues", list(carrier.queues.by_sid.values()), lambda queue: shape(carrier, queue))


def member_shape(carrier: Carrier, queue: Queue, member: Member) -> dict[str, Any]:
    base = f"{API}/Accounts/{carrier.settings.account_sid}/Queues/{queue.sid}/Members"
    return {
        "call_sid": member.leg.sid,
        "queue_sid": queue.sid,
        "date_enqueued": date_of(member.enqueued_at),
        "position": queue.position(member.leg),
        "wait_time": (carrier.clock.now_ms() - member.enqueued_at) // 1000,
        "uri": f"{base}/{member.leg.sid}.json",
    }


def _member(request: web.Request, queue: Queue) -> Member:
    key = request.match_info["member"]
    waiting = [m for m in queue.members if not m.reserved]
    found = waiting[0] if key == "Front" and waiting else next((m for m in queue.members if m.leg.sid == key), None)
    if found is None:
        raise not_found(request)
    return found


async def members(request: web.Request) -> web.Response:
    carrier, queue = request.app[CARRIER], _queue(request)
    return page(request, "queue_members", queue.members, lambda member: member_shape(carrier, queue, member))


async def read_member(request: web.Request) -> web.Response:
    queue = _queue(request)
    return json_answer(member_shape(request.app[CARRIER], queue, _member(request, queue)))


async def update_member(request: web.Request) -> web.Response:
    """Takes a member (by call sid, or `Front`) out of the queue and gives its call another document."""
    carrier, queue, form = request.app[CARRIER], _queue(request), await form_of(request)
    member, url = _member(request, queue), web_url(form, "Url")
    if not url:
        raise RestError(400, 21205, "Url parameter is required.")
    answer = member_shape(carrier, queue, member)
    member.reserved = True
    member.leg.interrupt(Redirected(Target(url, choice(form, "Method", ("GET", "POST"), "POST", 21209))))
    return json_answer(answer)


def routes(base: str) -> list[web.RouteDef]:
    one = base + "/Queues/{queue:QU[0-9a-f]+}"
    return [
        web.post(base + "/Queues.json", create),
        web.get(base + "/Queues.json", listing),
        web.get(one + ".json", read),
        web.post(one + ".json", update),
        web.delete(one + ".json", delete),
        web.get(one + "/Members.json", members),
        web.get(one + "/Members/{member}.json", read_member),
        web.post(one + "/Members/{member}.json", update_member),
    ]
