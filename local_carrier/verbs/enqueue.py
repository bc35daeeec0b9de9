"""Enqueue and Leave (docs/voice/twiml/enqueue, /leave)."""

from __future__ import annotations

from local_carrier.interpreter import NoDocument, Run, run_beside
from local_carrier.leg import Ended, Interrupt, Leg, Redirected, Target
from local_carrier.media import Sound
from local_carrier.queues import HARD_MAX_SIZE, Dequeued, Queue
from local_carrier.rooms import Bridge, PeerLeft
from local_carrier.twiml.parse import Element
from local_carrier.verbs.attributes import method, number

WAIT_VERBS = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
WHISPER_VERBS = frozenset({"Play", "Say", "Pause", "Redirect"})
HOLD_MUSIC = Sound("music", "hold music")


class LeftQueue(Interrupt):
    """A wait document said Leave."""


async def leave(run: Run, _: Element) -> Target | None:
    if run.allowed is None or "Leave" not in run.allowed:
        run.report(12200, "Leave outside a wait document does nothing")
        return None
    raise LeftQueue


async def enqueue(run: Run, element: Element) -> Target | None:
    carrier, leg, name = run.carrier, run.leg, element.text
    if not name or len(name) > 64:
        run.report(14205 if name else 14204, "the queue name must have 1 to 64 characters")
        return _action(run, element, "error", None, 0)
    queue = carrier.queues.named(name) or carrier.queues.create(name)
    limit = min(queue.max_size, number(element, "maxQueueSize", HARD_MAX_SIZE, low=1))
    if len(queue.members) >= limit:
        run.report(14207, f"queue {name} is full")
        return _action(run, element, "queue-full", queue, 0)
    member = carrier.queues.join(queue, leg)
    try:
        await _wait(run, element, queue)
        result = "system-error"
    except LeftQueue:
        result = "leave"
    except NoDocument:
        result = "error"
    except Dequeued as taken:
        waited_s = carrier.queues.leave(queue, member)
        return await _bridge(run, element, queue, taken, waited_s)
    except Redirected:
        # The call has other instructions already: the action is told, its answer is not executed.
        _tell(run, element, "redirected", queue, carrier.queues.leave(queue, member))
        raise
    except Ended:
        _tell(run, element, "hangup", queue, carrier.queues.leave(queue, member))
        raise
    return _action(run, element, result, queue, carrier.queues.leave(queue, member))


async def _wait(run: Run, element: Element, queue: Queue) -> None:
    url = element.attributes.get("waitUrl")
    if url is None:
        while True:
            await run.play(HOLD_MUSIC)
    if not url.strip():
        while True:
            await run.leg.wait()
    leg, clock = run.leg, run.carrier.clock
    target = run.resolve(url.strip(), method(element, "waitUrlMethod"))
    await run_beside(run, target, WAIT_VERBS, lambda: queue.params(leg, clock.now_ms()), forever=True)


async def _bridge(run: Run, element: Element, queue: Queue, taken: Dequeued, waited_s: int) -> Target | None:
    dialler = taken.dialler
    try:
        await _whisper(run, queue, taken, waited_s)
    except NoDocument:
        run.carrier.queues.hand_back(queue, dialler)
        return _action(run, element, "error", queue, waited_s)
    except Interrupt as interrupt:
        run.carrier.queues.hand_back(queue, dialler)
        result = "redirected" if isinstance(interrupt, Redirected) else "hangup"
        _tell(run, element, result, queue, waited_s)
        raise
    if dialler.over or dialler.annotations.get("dequeued") is not run.leg:
        return _action(run, element, "system-error", queue, waited_s)
    return await _talk(run, element, queue, dialler, waited_s)


async def _whisper(run: Run, queue: Queue, taken: Dequeued, waited_s: int) -> None:
    """What the waiting caller hears before it is connected."""
    if not taken.whisper_url:
        return
    params = (("QueueSid", queue.sid), ("QueueTime", str(waited_s)), ("DequeingCallSid", taken.dialler.sid))
    target = Target(taken.whisper_url, taken.whisper_method, params)
    await run_beside(run, target, WHISPER_VERBS, forever=False)


async def _talk(run: Run, element: Element, queue: Queue, dialler: Leg, waited_s: int) -> Target | None:
    leg = run.leg
    bridge = Bridge(leg, dialler)
    dialler.annotations["bridge"] = bridge
    dialler.nudge()
    try:
        while True:
            await leg.wait()
    except PeerLeft:
        pass
    except Redirected:
        _tell(run, element, "redirected-from-bridged", queue, waited_s)
        raise
    except Ended:
        _tell(run, element, "bridged", queue, waited_s)
        raise
    finally:
        bridge.close(leg)
        leg.withdraw(PeerLeft)
    return _action(run, element, "bridged", queue, waited_s)


def _results(result: str, queue: Queue | None, waited_s: int) -> tuple[tuple[str, str], ...]:
    sid = (("QueueSid", queue.sid),) if queue else ()
    return (("QueueResult", result), *sid, ("QueueTime", str(waited_s)))


def _action(run: Run, element: Element, result: str, queue: Queue | None, waited_s: int) -> Target | None:
    url = element.attributes.get("action", "").strip()
    if not url:
        return None
    return run.resolve(url, method(element), _results(result, queue, waited_s))


def _tell(run: Run, element: Element, result: str, queue: Queue, waited_s: int) -> None:
    target = _action(run, element, result, queue, waited_s)
    if target is not None:
        run.carrier.dialling.tell(run.leg, target)
