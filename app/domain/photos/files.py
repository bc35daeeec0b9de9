"""The folder of the photos. A name is given by us, never by a sender."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path


class PhotoFiles:
    """Keeps each photo as one file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, photo_id: str, content: bytes) -> None:
        """Write it, durable on return; the same photo once more is the same file."""
        await asyncio.to_thread(self._keep, photo_id, content)

    async def read(self, photo_id: str) -> bytes | None:
        """Its bytes; None when the file is gone."""
        return await asyncio.to_thread(self._read, photo_id)

    def _keep(self, photo_id: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"{photo_id}.part"
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / photo_id)

    def _read(self, photo_id: str) -> bytes | None:
        try:
            return (self._folder / photo_id).read_bytes()
        except FileNotFoundError:
            return None
