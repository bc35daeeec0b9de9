"""Redirect, Hangup, Reject, Message (docs/voice/twiml/redirect, /hangup, /reject;
docs/messaging/twiml/message)."""

from __future__ import annotations

from local_carrier.interpreter import Run
from local_carrier.leg import Ended, Target
from local_carrier.replies import after_sending, send_as_told
from local_carrier.twiml.parse import Element
from local_carrier.verbs.attributes import method


async def redirect(run: Run, element: Element) -> Target | None:
    url = element.text
    if not url:
        return run.again()
    return run.resolve(url, method(element))


async def hangup(run: Run, _: Element) -> Target | None:
    run.carrier.calls.end(run.leg)
    raise Ended


async def reject(run: Run, element: Element) -> Target | None:
    busy = element.attributes.get("reason", "rejected") == "busy"
    run.leg.handset.write("heard", sound="tone", text="busy" if busy else "not in service")
    # Only as the first verb it leaves the call unanswered; later on it merely ends it.
    run.carrier.calls.end(run.leg, "completed" if run.leg.answered_at else "busy" if busy else "no-answer")
    raise Ended


async def message(run: Run, element: Element) -> Target | None:
    """Sends a text in the middle of a call; its action, if any, is where the call goes next."""
    leg = run.leg
    own = leg.to if leg.direction == "inbound" else leg.from_
    sent = send_as_told(run.carrier, element, own, leg.party, run.resolve, run.report, direction="outbound-call")
    return after_sending(element, sent, run.resolve)
