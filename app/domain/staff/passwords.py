"""Passwords: argon2id, 12 characters or more, the same work for people who do not exist."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
MAX_LENGTH = 256

_hasher = PasswordHasher()
_nobody = _hasher.hash("nobody has this password; it only costs the same time")


def refusal(password: str) -> str | None:
    """Why this cannot be a password; None = it can."""
    if len(password) < MIN_LENGTH:
        return f"a password has {MIN_LENGTH} characters or more"
    if len(password) > MAX_LENGTH:
        return f"a password has at most {MAX_LENGTH} characters"
    return None


def hash_password(password: str) -> str:
    """The argon2id text to keep; takes tens of milliseconds, so call it off the event loop."""
    return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password fits. Without a hash the answer is no, after the same work."""
    try:
        _hasher.verify(password_hash or _nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
