"""Executes TwiML for one call: fetches documents, runs verb after verb, follows where they lead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from local_carrier.addresses import join
from local_carrier.codes import level_of
from local_carrier.leg import Ended, Interrupt, Key, Leg, Redirected, Speech, Target
from local_carrier.media import Sound
from local_carrier.twiml.grammar import check
from local_carrier.twiml.parse import Element, TwimlError, parse
from local_carrier.webhooks.client import Reply

if TYPE_CHECKING:
    from local_carrier.carrier import Carrier

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."


class DocumentFailed(Exception):
    """No executable document could be had; the ledger says why."""


@dataclass(slots=True)
class Run:
    """One document being executed. `allowed` is None in a call's main document, else the verbs that count.

    `refusal` is the carrier's number for any other verb.
    """

    carrier: Carrier
    leg: Leg
    target: Target
    allowed: frozenset[str] | None = None
    refusal: int = 12200

    def resolve(self, url: str, method: str = "POST", params: tuple[tuple[str, str], ...] = ()) -> Target:
        """An address in this document, relative ones against the document's own."""
        return replace(
            self.target, url=join(self.target.url, url), method=method.upper() or "POST", params=params, twiml=None
        )

    def again(self, params: tuple[tuple[str, str], ...] = ()) -> Target:
        """The document's own address once more."""
        return replace(self.target, params=params, method="POST", twiml=None)

    def report(self, code: int, message: str, level: str = "") -> None:
        """Writes it down as the carrier's debugger does: a warning or an error, whichever the number is."""
        self.carrier.ledger.record(
            self.leg.party,
            level or level_of(code),
            call_sid=self.leg.sid,
            code=code,
            message=message,
            url=self.target.url,
        )

    async def play(self, sound: Sound, cuts: Callable[[Key | Speech], bool] = lambda _: False) -> Key | Speech | None:
        """Lets the party hear it to its end, or until an input that `cuts` it, which is returned.

        Keys and words that do not cut are lost.
        """
        leg, ended = self.leg, False

        def done() -> None:
            nonlocal ended
            ended = True
            leg.nudge()

        playback = self.carrier.media.start(leg, sound, done)
        try:
            while (item := await leg.until(lambda: ended)) is not None:
                if cuts(item):
                    playback.stop()
                    return item
        except Interrupt:
            playback.stop()
            raise
        return None


Verb = Callable[[Run, Element], Awaitable[Target | None]]


async def fetch(run: Run, params: tuple[tuple[str, str], ...] = ()) -> Element:
    """The document of `run.target`; tries the fallback address; raises DocumentFailed when neither serves."""
    target = run.target
    if target.twiml is not None:
        return _parsed(run, target.twiml.encode(), "text/xml")
    error, url = 0, target.url
    try:
        reply = await _ask(run, target, (*target.params, *params))
        if reply.ok:
            run.target = replace(target, url=reply.url)
            return _parsed(run, reply.body, reply.content_type)
        error, url = reply.error, reply.url
    except TwimlError as problem:
        error = problem.code
        run.report(problem.code, str(problem))
    fallback = target.fallback_url
    if fallback and fallback.partition("#")[0] != url:
        run.target = replace(target, url=fallback, method=target.fallback_method, fallback_url="")
        reply = await _ask(run, run.target, (("ErrorCode", str(error)), ("ErrorUrl", url)))
        if reply.ok:
            try:
                return _parsed(run, reply.body, reply.content_type)
            except TwimlError as problem:
                run.report(problem.code, str(problem))
    raise DocumentFailed(str(error))


async def _ask(run: Run, target: Target, params: tuple[tuple[str, str], ...]) -> Reply:
    run.leg.check()
    carrier, leg = run.carrier, run.leg
    if carrier.faults.strikes("caller_gone", leg.sid):
        delay = int(carrier.faults.share("goneness", leg.sid) * carrier.faults.rates.caller_gone_ms)
        carrier.clock.call_at(carrier.clock.now_ms() + delay, lambda: carrier.calls.end(leg))
    reply = await carrier.http.send(
        leg.party,
        target.url,
        (*carrier.calls.params(leg), *params),
        method=target.method,
        cookies=leg.cookies,
        token=carrier.sids.next("", f"{leg.sid}/request"),
    )
    if not reply.ok:
        run.report(reply.error, reply.detail)
    return reply


def _parsed(run: Run, body: bytes, content_type: str) -> Element:
    """A document from an answer, whatever kind it says it is (docs/voice/twiml#how-twiml-works)."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return Element("Response", children=[Element("Play", pieces=[run.target.url]), Element("Hangup")])
    if kind == "text/plain":
        try:
            parse(body)
        except TwimlError:
            return Element("Response", children=[Element("Say", pieces=[body.decode("utf-8", "replace")])])
    if kind not in ("text/xml", "application/xml", "text/html", "text/plain"):
        raise TwimlError(12300, f"content type {kind or 'missing'} is not one of TwiML's")
    document = parse(body)
    for code, message in check(document):
        run.report(code, message)
    return document


async def execute(run: Run, document: Element) -> Target | None:
    """Runs the verbs in order until one leads elsewhere; None when the document has run out."""
    for element in document.children:
        if run.allowed is not None and element.tag not in run.allowed:
            run.report(run.refusal, f"{element.tag} is not allowed here")
            continue
        if element is not document.children[0] or not _answers_later(element):
            _answer(run)
        run.leg.check()
        following = await run.carrier.verbs[element.tag](run, element)
        if following is not None:
            return following
    if not document.children:
        _answer(run)
    return None


def _answers_later(first: Element) -> bool:
    """Whether a document begins with one of the two verbs that leave a call ringing (docs/voice/twiml/reject)."""
    return first.tag == "Reject" or (first.tag == "Dial" and first.attributes.get("answerOnBridge") == "true")


def _answer(run: Run) -> None:
    if run.leg.direction == "inbound" and not run.leg.answered_at:
        run.carrier.calls.set_status(run.leg, "in-progress")


async def run_call(carrier: Carrier, leg: Leg, first: Target) -> None:
    """The whole programme of a call from its first document to its end."""
    target: Target | None = first
    try:
        for _ in range(carrier.settings.max_documents):
            run = Run(carrier, leg, target or Target())
            try:
                document = await fetch(run)
                target = await execute(run, document)
                if target is None:
                    break
            except Redirected as redirected:
                target = redirected.target
            except DocumentFailed:
                await _apologise(carrier, leg)
                break
            except TwimlError as problem:
                run.report(problem.code, str(problem))
                await _apologise(carrier, leg)
                break
        else:
            Run(carrier, leg, target or Target()).report(0, "too many documents in one call")
            await _apologise(carrier, leg)
    except Interrupt:
        # Ended, or something meant for a place that this call has left in the meantime.
        pass
    finally:
        carrier.calls.end(leg)


async def _apologise(carrier: Carrier, leg: Leg) -> None:
    leg.check()
    carrier.calls.set_status(leg, "in-progress")
    await Run(carrier, leg, Target()).play(Sound("say", APPLICATION_ERROR, "en-US"))


class NoDocument(Interrupt):
    """A wait or hold document failed, so the place it belongs to cannot go on."""


async def run_beside(
    run: Run,
    target: Target,
    allowed: frozenset[str],
    params: Callable[[], tuple[tuple[str, str], ...]] = tuple,
    *,
    forever: bool,
    refusal: int = 12200,
) -> None:
    """Executes a subordinate document (wait, hold, whisper, announcement); `forever` asks for it again and
    again.

    Raises NoDocument when it cannot be had, and whatever interrupts the call.
    """
    # The fallback address is for the call's own documents; a subordinate one that fails ends its place.
    following: Target | None = replace(target, fallback_url="")
    while True:
        started = run.carrier.clock.now_ms()
        inner = Run(run.carrier, run.leg, following or replace(target, fallback_url=""), allowed, refusal)
        try:
            document = await fetch(inner, params())
        except (DocumentFailed, TwimlError) as problem:
            raise NoDocument(str(problem)) from None
        following = await execute(inner, document)
        if following is None:
            if not forever:
                return
            if run.carrier.clock.now_ms() == started:
                # An empty wait document would be asked for without end; the real carrier paces it as well.
                await run.leg.wait(started + 1_000)


__all__ = [
    "DocumentFailed",
    "Ended",
    "NoDocument",
    "Run",
    "Verb",
    "execute",
    "fetch",
    "run_beside",
    "run_call",
]
