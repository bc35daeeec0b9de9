"""Questions to the carrier, many of them, without asking all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

AT_ONCE = 16
Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


async def few_at_a_time(ask: Callable[[Asked], Awaitable[Answered]], items: Sequence[Asked]) -> list[Answered]:
    """The answers, in order. After a failure those under way are awaited, no more is asked, and it is raised."""
    answers: list[Answered] = []
    for at in range(0, len(items), AT_ONCE):
        for answer in await asyncio.gather(*(ask(item) for item in items[at : at + AT_ONCE]), return_exceptions=True):
            if isinstance(answer, BaseException):
                raise answer
            answers.append(answer)
    return answers
