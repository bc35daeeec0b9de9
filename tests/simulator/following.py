"""Answers that follow their offer: when a script is cut down, the offer may have gone to somebody else.

What an agent said of an offer or a call is then said by whoever has that offer or call now. The day stays the same
day for whom it is about, and much more of the rest can be left out.
"""

from dataclasses import replace
from typing import Any

from routing import events as e
from routing.core import Core
from routing.types import TaskState

_OF_OFFERS = (e.OfferAccepted, e.OfferDeclined, e.OfferFailed)
_OF_MEDIA = (e.MediaConnected, e.MediaFailed)
_OF_TALKS = (e.LegLost, e.LegRejoined, e.WrapUpCompleted, e.TransferRequested, e.TransferCompleted, e.TransferCanceled)


def followed(event: e.Event, core: Core) -> e.Event:
    """The event as it would have been told of `core`."""
    if isinstance(event, _OF_OFFERS):
        return _answered(event, core)
    if isinstance(event, _OF_MEDIA):
        task = core.task(event.task_id)
        if task is not None and task.state is TaskState.CONNECTING and task.offers:
            return replace(event, offer_id=task.offers[0])
    elif isinstance(event, _OF_TALKS):
        task = core.task(event.task_id)
        if task is not None and task.agent_no:
            return replace(event, agent_no=task.agent_no)
    return event


def _answered(event: Any, core: Core) -> e.Event:
    task = core.task(event.offer_id.rpartition(".")[0])
    if task is None or task.state is not TaskState.OFFERED:
        return event  # type: ignore[no-any-return]
    offer = core.offer(event.offer_id if event.offer_id in task.offers else task.offers[0])
    assert offer is not None
    if isinstance(event, e.OfferFailed):
        return replace(event, offer_id=offer.offer_id)
    return replace(event, offer_id=offer.offer_id, agent_no=offer.agent_no)  # type: ignore[no-any-return]
