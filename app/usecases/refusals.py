"""Why a use case did not do what was asked: a value for the edge to put into its own words."""

from __future__ import annotations

from enum import StrEnum


class RefusedBecause(StrEnum):
    """The kinds of refusal that callers treat differently."""

    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"
    INVALID = "invalid"
    NOT_LOGGED_IN = "not_logged_in"
    TOO_MANY = "too_many"


class Refused(Exception):
    """Nothing was written. `code` is stable, `detail` a sentence without personal values."""

    def __init__(self, because: RefusedBecause, code: str, detail: str = "", retry_after_s: int | None = None) -> None:
        super().__init__(code)
        self.because = because
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s


def not_found(what: str) -> Refused:
    """There is no such thing, or not for this viewer; the two look alike on purpose."""
    return Refused(RefusedBecause.NOT_FOUND, "not_found", f"no such {what}")


NOT_ON_LINE = Refused(RefusedBecause.CONFLICT, "not_on_line", "they are not on the line yet: nobody would hear it")
