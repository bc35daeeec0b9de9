"""Named points at which a test has this process killed, as a power cut would.

`HOTLINE_FAILPOINT=NAME` or `NAME:N` (the Nth time) in the environment; without it a point is an empty call.
"""

from __future__ import annotations

import os
import signal

POINTS = (
    *("start.opened", "start.published", "start.ready"),
    *("webhook.received", "webhook.computed", "webhook.replied", "console.asked"),
    *("commit.begun", "commit.claimed", "commit.written", "commit.durable", "commit.answered"),
    *("lease.taken", "lease.renewed", "leader.recovered", "leader.configured"),
    *("inbox.fetched", "inbox.applied", "inbox.committed", "view.refreshed"),
    *("outbox.fetched", "outbox.resolved", "outbox.marked", "outbox.performed", "outbox.recorded", "outbox.settling"),
    *("seal.read", "seal.written"),
)

_wanted, _left = "", 0


def arm(point: str) -> None:
    """Die at `NAME` or `NAME:N` from now on, in a process that was started with some point named."""
    global _wanted, _left
    _wanted, _, times = point.partition(":")
    _left = int(times) if times.isdigit() else 1


def _nothing(name: str) -> None:
    """No point is named in the environment."""


def _die(name: str) -> None:
    """Count, and end the process when its time has come."""
    global _left
    if name == _wanted:
        _left -= 1
        if _left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("HOTLINE_FAILPOINT", ""))
failpoint = _die if _wanted else _nothing
"""Call it where a kill is of interest, with one of `POINTS`."""
