"""What all commands share: how they speak, fail and read their settings."""

from __future__ import annotations

import sys
from typing import TextIO

import typer
from pydantic import ValidationError

from app.settings import Settings

NOT_SO = 1
WRONG_USE = 2


class Failure(typer.TyperException):
    """The command ends with this line on standard error: 1 = what was asked is not so, 2 = wrong use."""

    def __init__(self, message: str, exit_code: int = NOT_SO) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def say(text: str) -> None:
    """A line of the command's result."""
    print(text, flush=True)


def complain(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr)


def settings() -> Settings:
    """The settings of the environment; wrong ones are named."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors()[0]
        name = "HOTLINE_" + "_".join(str(part) for part in wrong["loc"]).upper()
        raise Failure(f"{name}: {wrong['msg'].removeprefix('Value error, ')}", WRONG_USE) from error


class Progress:
    """A line that counts, on a terminal only."""

    def __init__(self, what: str, stream: TextIO | None = None, every: int = 1_000) -> None:
        self._what = what
        self._stream = stream or sys.stderr
        self._every = every
        self._shown = False
        self._next = 0
        self._visible = self._stream.isatty()

    def __call__(self, done: int) -> None:
        """So many are done."""
        if self._visible and done >= self._next:
            self._next = done + self._every
            self._shown = True
            print(f"\r{self._what} {done} rows …\033[K", end="", file=self._stream, flush=True)

    def clear(self) -> None:
        """Take the line away, before other lines are printed."""
        if self._shown:
            print("\r\033[K", end="", file=self._stream, flush=True)
            self._shown = False
            self._next = 0
