"""The carrier port on Twilio's REST API, through the official client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from app.carrier.port import NOT_FOUND, NotTaken, Refused
from app.carrier.transport import Transport
from app.carrier.urls import RETRY
from app.settings import Settings

Arguments = Mapping[str, Any]
FALLBACK = "/twilio/voice/fallback"


class TwilioCarrier:
    """Requests by their name in the outbox: `call.create`, `call.move`, `participant.hold` …"""

    def __init__(self, settings: Settings) -> None:
        self._transport = Transport(settings.carrier_api_url)
        key = settings.twilio_api_key_sid
        self._client = Client(
            key or settings.twilio_account_sid,
            settings.twilio_api_key_secret if key else settings.auth_tokens[0],
            account_sid=settings.twilio_account_sid,
            http_client=self._transport,
        )
        self._orders: dict[str, Callable[[Arguments], Awaitable[str | None]]] = {
            "call.create": self._create_call,
            "call.move": self._move_call,
            "call.end": self._end_call,
            "participant.ring": self._ring_participant,
            "participant.hold": self._hold_participant,
            "participant.mute": self._mute_participant,
            "participant.keys": self._announce_participant,
            "conference.end": self._end_conference,
            "message.send": self._send_message,
        }

    async def perform(self, order: str, arguments: Arguments) -> str | None:
        """Carry out one request; see the port."""
        try:
            return await self._orders[order](arguments)
        except TwilioRestException as error:
            if error.status == 429:
                raise NotTaken("the carrier asks to slow down (429)") from error
            raise Refused(error.status, int(error.code or 0), str(error.msg)) from error

    async def trace(self, order: str, arguments: Arguments, since_ms: int) -> list[str]:
        """What an unclear request may have made. Calls and messages are found by the attempt id in their callback's
        effect, or by listing; changes of state are simply asked again, they do no harm twice.
        """
        since = datetime.fromtimestamp(since_ms / 1000, UTC)
        if order == "message.send":
            messages = await self._client.messages.list_async(to=arguments["to"], date_sent_after=since, limit=100)
            return [sid for one in reversed(messages) if one.body == arguments["body"] and (sid := _sid(one))]
        if order == "call.create":
            calls = await self._client.calls.list_async(to=arguments["to"], start_time_after=since, limit=20)
            return [sid for one in calls if (sid := _sid(one))]
        if order == "participant.ring":
            sid = await self._labelled(arguments)
            return [sid] if sid else []
        return []

    async def call_status(self, call_sid: str) -> str | None:
        """The status of one call; None when there is no such call."""
        try:
            return str((await self._client.calls(call_sid).fetch_async()).status)
        except TwilioRestException as error:
            if error.status == 404 or error.code == NOT_FOUND:
                return None
            raise Refused(error.status, int(error.code or 0), str(error.msg)) from error

    async def calls_in_progress(self) -> frozenset[str]:
        """See the port."""
        try:
            # Small pages: each is read into objects without a pause for anybody else.
            going_on = await self._client.calls.stream_async(status="in-progress", page_size=100)
            return frozenset([str(call.sid) async for call in going_on])
        except TwilioRestException as error:
            raise Refused(error.status, int(error.code or 0), str(error.msg)) from error

    async def received(self, number: str, since_ms: int, until_ms: int) -> list[Mapping[str, str]]:
        """See the port. The carrier may cut its list by whole days, so it is read until an older text comes."""
        since, until = (datetime.fromtimestamp(at_ms / 1000, UTC) for at_ms in (since_ms, until_ms))
        found: list[Mapping[str, str]] = []
        try:
            async for one in await self._client.messages.stream_async(to=number, date_sent_after=since, page_size=100):
                if one.date_created < since:
                    break
                if one.direction == "inbound" and one.date_created <= until:
                    found.append({"MessageSid": one.sid, "From": one.from_, "To": one.to, "Body": one.body or ""})
        except TwilioRestException as error:
            raise Refused(error.status, int(error.code or 0), str(error.msg)) from error
        return found

    async def recordings_of(self, conference: str) -> list[Mapping[str, str]]:
        """See the port. By the conference: the call of a conference's recording is any of its legs."""
        found: list[Mapping[str, str]] = []
        try:
            for room in await self._client.conferences.list_async(friendly_name=conference, limit=20):
                recordings = await self._client.recordings.list_async(conference_sid=room.sid, limit=20)
                found += [_recording(one) for one in recordings]
        except TwilioRestException as error:
            raise Refused(error.status, int(error.code or 0), str(error.msg)) from error
        return found

    async def close(self) -> None:
        """Close the pool."""
        await self._transport.close()

    async def _create_call(self, given: Arguments) -> str | None:
        call = await self._client.calls.create_async(
            to=given["to"],
            from_=given["from"],
            url=given["url"],
            method="POST",
            timeout=given.get("timeout_s", 30),
            status_callback=given["status_url"],
            status_callback_event=["initiated", "ringing", "answered", "completed"],
        )
        return _sid(call)

    async def _move_call(self, given: Arguments) -> str | None:
        fallback = urljoin(given["url"], FALLBACK) + RETRY  # a moved call has the fallback of its new address only
        call = self._client.calls(given["call_sid"])
        return _sid(await call.update_async(url=given["url"], method="POST", fallback_url=fallback))

    async def _end_call(self, given: Arguments) -> str | None:
        return _sid(await self._client.calls(given["call_sid"]).update_async(status="completed"))

    async def _ring_participant(self, given: Arguments) -> str | None:
        participant = await self._client.conferences(given["conference"]).participants.create_async(
            from_=given["from"],
            to=given["to"],
            label=given["label"],
            timeout=given.get("timeout_s", 20),
            early_media=False,
            beep="false",
            start_conference_on_enter=True,
            end_conference_on_exit=False,
            wait_url="",
            jitter_buffer_size="small",
            status_callback=given["status_url"],
            status_callback_event=["initiated", "ringing", "answered", "completed"],
            conference_status_callback=given["events_url"],
            conference_status_callback_event=["start", "end", "join", "leave", "hold", "mute"],
        )
        return _sid(participant, "call_sid")

    async def _hold_participant(self, given: Arguments) -> str | None:
        conference = self._client.conferences(await self._conference(given))
        changed = await conference.participants(given["call_sid"]).update_async(
            hold=given["hold"], hold_url=given.get("hold_url"), hold_method="POST" if given.get("hold_url") else None
        )
        return _sid(changed, "call_sid")

    async def _mute_participant(self, given: Arguments) -> str | None:
        conference = self._client.conferences(await self._conference(given))
        return _sid(await conference.participants(given["call_sid"]).update_async(muted=given["muted"]), "call_sid")

    async def _announce_participant(self, given: Arguments) -> str | None:
        conference = self._client.conferences(await self._conference(given))
        changed = await conference.participants(given["call_sid"]).update_async(
            announce_url=given["url"], announce_method="POST"
        )
        return _sid(changed, "call_sid")

    async def _end_conference(self, given: Arguments) -> str | None:
        return _sid(await self._client.conferences(await self._conference(given)).update_async(status="completed"))

    async def _send_message(self, given: Arguments) -> str | None:
        message = await self._client.messages.create_async(
            to=given["to"], from_=given["from"], body=given["body"], status_callback=given["status_url"]
        )
        return _sid(message)

    async def _labelled(self, given: Arguments) -> str | None:
        found = await self._client.conferences(await self._conference(given)).participants.list_async(limit=20)
        return next((_sid(one, "call_sid") for one in found if one.label == given["label"]), None)

    async def _conference(self, given: Arguments) -> str:
        """The one of this name that goes on. While somebody is alone in it, it is not in progress yet (`init`)."""
        found = await self._client.conferences.list_async(friendly_name=given["conference"], limit=20)
        going_on = [one for one in found if one.status != "completed"]
        if not going_on:
            raise Refused(404, NOT_FOUND, f"no conference {given['conference']} goes on")
        return str(going_on[0].sid)


def _recording(one: Any) -> Mapping[str, str]:
    fields = {"Sid": one.sid, "Status": one.status, "Duration": one.duration, "Source": one.source}
    return {"Recording" + name: str(value or "") for name, value in fields.items()}


def _sid(made: Any, name: str = "sid") -> str | None:
    value = getattr(made, name)
    return None if value is None else str(value)
