"""Dial Queue: takes the longest waiting caller out of a queue (docs/voice/twiml/queue)."""

from __future__ import annotations

from local_carrier.interpreter import Run
from local_carrier.leg import Leg
from local_carrier.rooms import Bridge, PeerLeft
from local_carrier.twiml.parse import Element
from local_carrier.verbs.attributes import method, number
from local_carrier.verbs.dial_result import Outcome


async def dial_queue(run: Run, element: Element, noun: Element) -> Outcome:
    carrier, leg = run.carrier, run.leg
    if not 0 < len(noun.text) <= 64:
        run.report(14213 if noun.text else 14212, "the queue name must have 1 to 64 characters")
        return Outcome("failed")
    queue = carrier.queues.named(noun.text)
    if queue is None:
        run.report(0, f"there is no queue {noun.text}")
        return Outcome("failed")
    whisper = noun.attributes.get("url", "").strip()
    notes = leg.annotations
    notes["whisper"] = (run.resolve(whisper).url if whisper else "", method(noun))
    notes["dequeued"] = notes["bridge"] = None
    queue.diallers.append(leg)
    carrier.queues.serve(queue)
    due_ms = carrier.clock.now_ms() + number(element, "timeout", 30, 1, 600) * 1000
    waking = carrier.clock.call_at(due_ms, leg.nudge)

    def settled() -> bool:
        late = carrier.clock.now_ms() >= due_ms and notes["dequeued"] is None
        gone = isinstance(notes["dequeued"], Leg) and notes["dequeued"].over
        return notes["bridge"] is not None or late or gone

    try:
        while not settled():
            await leg.until(settled)
    finally:
        waking.cancel()
        if leg in queue.diallers:
            queue.diallers.remove(leg)
        if notes["bridge"] is None:
            notes["dequeued"] = None
    bridge = notes.pop("bridge")
    if not isinstance(bridge, Bridge):
        return Outcome("no-answer", queue_sid=queue.sid)
    return await _talk(run, bridge, queue.sid)


async def _talk(run: Run, bridge: Bridge, queue_sid: str) -> Outcome:
    leg = run.leg
    started_ms = leg.clock.now_ms()
    try:
        while True:
            await leg.wait()
    except PeerLeft:
        pass
    finally:
        bridge.close(leg)
        leg.withdraw(PeerLeft)
    seconds = (leg.clock.now_ms() - started_ms) // 1000
    return Outcome("completed", bridge.first, seconds, bridged=True, queue_sid=queue_sid)
