"""Text messages, both ways, with their states and callbacks (docs/messaging)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_carrier.leg import StatusCallback
from local_carrier.parties.handset import Handset
from local_carrier.retention import forget_oldest

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
SETTLED = frozenset({"received", "delivered", "undelivered", "failed"})
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
    """`direction` inbound, outbound-api, outbound-call or outbound-reply; `error` 0 or the carrier's code."""

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


def described(carrier: Carrier, message: Message) -> Pairs:
    """What an application is told of an incoming text (docs/messaging/guides/webhook-request)."""
    return [
        ("MessageSid", message.sid),
        ("SmsSid", message.sid),
        ("SmsMessageSid", message.sid),
        ("AccountSid", carrier.settings.account_sid),
        ("From", message.from_),
        ("To", message.to),
        ("Body", message.body),
        ("NumMedia", "0"),
        ("NumSegments", str(segments(message.body))),
        ("SmsStatus", "received"),
        ("ApiVersion", "2010-04-01"),
    ]


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
        self._forget_the_oldest()
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

    def _forget_the_oldest(self) -> None:
        for sid, message in forget_oldest(self.by_sid, self._carrier.settings.kept, lambda m: m.status in SETTLED):
            party = message.from_ if message.direction == "inbound" else message.to
            self._of[party].remove(message)
            # Each text has one line at most in the pane of its party.
            self.inbox(party).keep(len(self._of[party]))
            self._carrier.forget(sid)

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
        carrier.clock.spawn(self._answer(message))
        return message

    async def _answer(self, message: Message) -> None:
        from local_carrier.replies import Replies

        await Replies(self._carrier, message).run()

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
        callback = message.callback
        carrier.callbacks.send(message.to, message.sid, callback.url, params, method=callback.method, token=token)
