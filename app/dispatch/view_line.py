"""Once a second the leader tells where everyone stands, so that webhooks need not ask it."""

from __future__ import annotations

import asyncio

from app.db.database import Database
from app.db.tables import TaskRow
from app.db.write_set import Fence, WriteSet
from app.dispatch.desk import Desk
from app.dispatch.rows import View, line_view

AT_ONCE = 50
"""Few: offers wait while these are computed."""


async def refresh_views(db: Database, desk: Desk, fence: Fence) -> None:
    """Write the place and the range of those for whom it changed, some at a time; the desk may move on meanwhile."""
    standing = [task_id for line in desk.core.state.lines.values() for _, _, task_id in line.order]
    fresh: dict[str, View] = {}
    for first in range(0, len(standing), AT_ONCE):
        write_set = WriteSet(fence=fence)
        for task_id in standing[first : first + AT_ONCE]:
            task = desk.core.task(task_id)
            if task is None:
                continue
            view = fresh[task_id] = line_view(desk.core, task)
            if desk.views.get(task_id) != view:
                ahead, low_s, high_s, staffed = view
                values = {"ahead": ahead, "estimate_low_s": low_s, "estimate_high_s": high_s, "staffed": staffed}
                write_set.change(TaskRow, {"task_id": task_id}, None, **values)
                write_set.rings.append(f"waiting:{task_id}")
        if write_set.ops:
            await db.commit(write_set)
        else:
            await asyncio.sleep(0)
    desk.views = fresh
