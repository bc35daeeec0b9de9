from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.local_carrier.world import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World() as started:
        yield started
