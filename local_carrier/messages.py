"""Text messages, both ways, with their states and callbacks (docs/messaging)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_carrier.addresses import join
from local_carrier.leg import StatusCallback, Target
from local_carrier.parties.handset import Handset
from local_carrier.twiml.grammar import check
from local_carrier.twiml.parse import Element, TwimlError, parse
from local_carrier.verbs.attributes import callback
from local_carrier.webhooks.client import Reply

if TYPE_CHECKING:
    from local_carrier.carrier import Carrier

Pairs = list[tuple[str, str]]
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
TWO_UNITS = frozenset("^{}\\[~]|€")
MAX_BODY = 1600
STEPS = (("sending", 100), ("sent", 300), ("delivered", 1_000))
OPT_OUT = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
OPT_IN = frozenset({"START", "UNSTOP", "YES"})


def segments(body: str) -> int:
    """How many parts a text is sent in: GSM 160 or 153 units a part, otherwise UCS-2 with 70 or 67."""
    if all(c in GSM for c in body):
        units = sum(2 if c in TWO_UNITS else 1 for c in body)
        return 1 if units <= 160 else -(-units // 153)
    units = sum(2 if ord(c) > 0xFFFF else 1 for c in body)
    return 1 if units <= 70 else -(-units // 67)


@dataclass(eq=False, slots=True)
class Message:
    """`direction` inbound, outbound-api or outbound-reply; `error` 0 or the carrier's code."""

    sid: str
    direction: str
    from_: str
    to: str
    body: str
    status: str
    created_at: int
    updated_at: int
    sent_at: int = 0
    error: int = 0
    callback: StatusCallback | None = None


class Messages:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self.by_sid: dict[str, Message] = {}
        self.inboxes: dict[str, Handset] = {}
        self.opted_out: set[tuple[str, str]] = set()
        self._of: defaultdict[str, list[Message]] = defaultdict(list)

    def inbox(self, number: str) -> Handset:
        """The message pane of a number, to be followed like a call's transcript."""
        if number not in self.inboxes:
            self.inboxes[number] = Handset(self._carrier.clock, number)
        return self.inboxes[number]

    def of(self, number: str) -> list[Message]:
        return list(self._of[number])

    def _add(self, message: Message, party: str) -> Message:
        self.by_sid[message.sid] = message
        self._of[party].append(message)
        self._carrier.ledger.record(
            party,
            "message",
            message_sid=message.sid,
            direction=message.direction,
            from_=message.from_,
            to=message.to,
            body=message.body,
        )
        return message

    def receive(self, from_: str, to: str, body: str) -> Message:
        """A party sends a text to one of the account's numbers; the application is asked what to answer."""
        carrier, now = self._carrier, self._carrier.clock.now_ms()
        message = Message(carrier.sids.next("SM", from_), "inbound", from_, to, body[:MAX_BODY], "received", now, now)
        self._add(message, from_)
        self.inbox(from_).write("sent", message_sid=message.sid, to=to, text=message.body)
        word = message.body.strip().upper()
        if word in OPT_OUT:
            self.opted_out.add((from_, to))
        elif word in OPT_IN:
            self.opted_out.discard((from_, to))
        carrier.clock.spawn(self._ask(message))
        return message

    async def _ask(self, message: Message) -> None:
        carrier = self._carrier
        target: Target | None = Target(carrier.settings.app(carrier.settings.sms_path))
        for _ in range(10):
            if target is None:
                return
            reply = await self._fetch(message, target)
            try:
                target = self._obey(message, reply)
            except TwimlError as problem:
                carrier.ledger.record(message.from_, "error", code=problem.code, message=str(problem), url=reply.url)
                return

    async def _fetch(self, message: Message, target: Target) -> Reply:
        """The answer of the application, or of its fallback address, which is told what went wrong."""
        carrier, params = self._carrier, self._params(message)
        token = carrier.sids.next("", f"{message.sid}/request")
        reply = await carrier.http.send(message.from_, target.url, params, method=target.method, token=token)
        fallback = carrier.settings.app(carrier.settings.sms_fallback_path)
        if reply.ok or not fallback:
            return reply
        params += [("ErrorCode", str(reply.error)), ("ErrorUrl", reply.url)]
        return await carrier.http.send(message.from_, fallback, params, token=token)

    def _obey(self, message: Message, reply: Reply) -> Target | None:
        if not reply.ok or not reply.body.strip():
            return None
        if reply.content_type.startswith("text/plain") and not reply.body.lstrip().startswith(b"<"):
            self.send(message.to, message.from_, reply.body.decode("utf-8", "replace"), None, "outbound-reply")
            return None
        document = parse(reply.body)
        for warning in check(document):
            self._carrier.ledger.record(message.from_, "warning", code=12200, message=warning, url=reply.url)
        return self._execute(document, message, Target(reply.url))

    def _execute(self, document: Element, message: Message, at: Target) -> Target | None:
        for element in document.children:
            if element.tag in ("Message", "Sms"):
                self.from_twiml(element, message.to, message.from_, lambda url: Target(join(at.url, url)))
            elif element.tag == "Redirect":
                method = element.attributes.get("method", "POST").upper()
                return Target(join(at.url, element.text), method)
        return None

    def _params(self, message: Message) -> Pairs:
        """Of an incoming message (docs/messaging/guides/webhook-request)."""
        return [
            ("MessageSid", message.sid),
            ("SmsSid", message.sid),
            ("SmsMessageSid", message.sid),
            ("AccountSid", self._carrier.settings.account_sid),
            ("From", message.from_),
            ("To", message.to),
            ("Body", message.body),
            ("NumMedia", "0"),
            ("NumSegments", str(segments(message.body))),
            ("SmsStatus", "received"),
            ("ApiVersion", "2010-04-01"),
        ]

    def from_twiml(self, element: Element, from_: str, to: str, resolve: Callable[[str], Target]) -> Message:
        """The Message verb: by default from the number that was written to, back to its sender."""
        body = " ".join(c.all_text() for c in element.children if c.tag == "Body") or element.text
        return self.send(
            element.attributes.get("from", from_),
            element.attributes.get("to", to),
            body,
            StatusCallback(c.url, "POST", frozenset()) if (c := callback(element, resolve)) else None,
            "outbound-reply",
        )

    def send(
        self, from_: str, to: str, body: str, status: StatusCallback | None, direction: str = "outbound-api"
    ) -> Message:
        """Queues a text to a party; it is delivered in a bit more than a second unless the party opted
        out."""
        carrier, now = self._carrier, self._carrier.clock.now_ms()
        message = Message(
            carrier.sids.next("SM", to),
            direction,
            from_,
            to,
            body[:MAX_BODY],
            "queued",
            now,
            now,
            callback=status,
        )
        self._add(message, to)
        if (to, from_) in self.opted_out:
            carrier.clock.call_at(now + 100, lambda: self._move(message, "failed", 21610))
            return message
        if carrier.directory.of(to).refuse == "failed":
            carrier.clock.call_at(now + 400, lambda: self._move(message, "undelivered", 30003))
            return message
        for name, delay_ms in STEPS:
            carrier.clock.call_at(now + delay_ms, lambda name=name: self._move(message, name))  # type: ignore[misc]
        return message

    def _move(self, message: Message, status: str, error: int = 0) -> None:
        carrier, now = self._carrier, self._carrier.clock.now_ms()
        message.status, message.updated_at, message.error = status, now, error
        if status == "sent":
            message.sent_at = now
        carrier.ledger.record(message.to, "message_status", message_sid=message.sid, status=status, error=error)
        if status == "delivered":
            self.inbox(message.to).write("received", message_sid=message.sid, from_=message.from_, text=message.body)
        if message.callback is None:
            return
        params: Pairs = [
            ("MessageSid", message.sid),
            ("SmsSid", message.sid),
            ("AccountSid", carrier.settings.account_sid),
            ("From", message.from_),
            ("To", message.to),
            ("MessageStatus", status),
            ("SmsStatus", status),
            ("ApiVersion", "2010-04-01"),
        ]
        if error:
            params.append(("ErrorCode", str(error)))
        token = carrier.sids.next("", f"{message.sid}/{status}")
        carrier.callbacks.send(message.to, message.sid, message.callback.url, params, token=token)
