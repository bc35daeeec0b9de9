"""What an application answers to a text, and the Message verb (docs/messaging/twiml, docs/voice/twiml/sms)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from local_carrier.addresses import join
from local_carrier.codes import level_of
from local_carrier.leg import StatusCallback, Target
from local_carrier.messages import MAX_BODY, Message, described
from local_carrier.twiml.grammar import check
from local_carrier.twiml.parse import Element, TwimlError, parse
from local_carrier.verbs.attributes import method
from local_carrier.webhooks.client import Reply

if TYPE_CHECKING:
    from local_carrier.carrier import Carrier

Report = Callable[[int, str], None]
PHONE = re.compile(r"\+[1-9]\d{6,14}")
MAX_REPLIES = 10
MAX_DOCUMENTS = 10


def send_as_told(
    carrier: Carrier,
    element: Element,
    from_: str,
    to: str,
    resolve: Callable[[str], Target],
    report: Report,
    *,
    direction: str,
) -> Message | None:
    """The Message verb: from the number that was called or written to, back to the party; None when it is invalid."""
    body = " ".join(c.all_text() for c in element.children if c.tag == "Body") or element.text
    sender, receiver = element.attributes.get("from", from_).strip(), element.attributes.get("to", to).strip()
    for wrong, code, problem in (
        (not PHONE.fullmatch(receiver), 14101, f"a text cannot go to {receiver[:40]!r}"),
        (sender not in carrier.numbers, 14102, f"a text cannot come from {sender[:40]!r}"),
        (not 0 < len(body) <= MAX_BODY, 14103, f"a text has 1 to {MAX_BODY} characters"),
    ):
        if wrong:
            report(code, problem)
            return None
    url, action = (element.attributes.get(name, "").strip() for name in ("statusCallback", "action"))
    callback = StatusCallback(resolve(url).url, "POST") if url else None
    if callback is None and action and direction == "outbound-reply":
        callback = StatusCallback(resolve(action).url, method(element))
    return carrier.messages.send(sender, receiver, body, callback, direction)


def after_sending(element: Element, sent: Message | None, resolve: Callable[[str], Target]) -> Target | None:
    """Where its `action` leads, which is told at once whether the text was taken."""
    action = element.attributes.get("action", "").strip()
    if not action:
        return None
    sid, status = (sent.sid, "sending") if sent else ("", "invalid")
    params = (("MessageSid", sid), ("SmsSid", sid), ("MessageStatus", status), ("SmsStatus", status))
    return replace(resolve(action), method=method(element), params=params)


class Replies:
    """One session with the application about one incoming text."""

    def __init__(self, carrier: Carrier, message: Message) -> None:
        self._carrier, self._message, self._sent = carrier, message, 0

    async def run(self) -> None:
        carrier = self._carrier
        target = Target(carrier.settings.app(carrier.settings.sms_path))
        for _ in range(MAX_DOCUMENTS):
            reply = await self._fetch(target)
            try:
                following = self._obey(reply)
            except TwimlError as problem:
                self._report(problem.code, str(problem), reply.url)
                return
            if following is None:
                return
            target = following
        self._report(14106, f"more than {MAX_DOCUMENTS} documents for one text", target.url)

    def _report(self, code: int, message: str, url: str) -> None:
        party, sid = self._message.from_, self._message.sid
        self._carrier.ledger.record(party, level_of(code), message_sid=sid, code=code, message=message, url=url)

    async def _fetch(self, target: Target) -> Reply:
        """The answer of the application, or of its fallback address, which is told what went wrong."""
        carrier, message = self._carrier, self._message
        params = [*described(carrier, message), *target.params]
        token = carrier.sids.next("", f"{message.sid}/request")
        reply = await carrier.http.send(message.from_, target.url, params, method=target.method, token=token)
        if not reply.ok:
            self._report(reply.error, reply.detail, reply.url)
        fallback = carrier.settings.app(carrier.settings.sms_fallback_path)
        if reply.ok or not fallback:
            return reply
        params += [("ErrorCode", str(reply.error)), ("ErrorUrl", reply.url)]
        return await carrier.http.send(message.from_, fallback, params, token=token)

    def _obey(self, reply: Reply) -> Target | None:
        if not reply.ok or not reply.body.strip():
            return None
        if reply.content_type.startswith("text/plain") and not reply.body.lstrip().startswith(b"<"):
            text = reply.body.decode("utf-8", "replace")[:MAX_BODY]
            self._carrier.messages.send(self._message.to, self._message.from_, text, None, "outbound-reply")
            return None
        document = parse(reply.body)
        for code, problem in check(document):
            self._report(code, problem, reply.url)
        for element in document.children:
            following = self._execute(element, reply.url)
            if following is not None:
                return following
        return None

    def _execute(self, element: Element, base: str) -> Target | None:
        def resolve(url: str) -> Target:
            return Target(join(base, url))

        if element.tag == "Redirect":
            return Target(join(base, element.text), method(element))
        if element.tag not in ("Message", "Sms"):
            self._report(14110, f"{element.tag} cannot answer a text", base)
            return None
        self._sent += 1
        if self._sent > MAX_REPLIES:
            self._report(14109, f"more than {MAX_REPLIES} replies to one text", base)
            return None
        sent = send_as_told(
            self._carrier,
            element,
            self._message.to,
            self._message.from_,
            resolve,
            lambda code, problem: self._report(code, problem, base),
            direction="outbound-reply",
        )
        return after_sending(element, sent, resolve)
