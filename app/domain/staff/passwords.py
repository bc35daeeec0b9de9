"""Passwords: argon2id, nothing else. Hashing takes tens of milliseconds; a server does it off its loop."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 1024

_hasher = PasswordHasher()


def refusal(password: str) -> str | None:
    """Why this password is not taken; None = it is."""
    if len(password) < MINIMUM_LENGTH:
        return f"the password needs {MINIMUM_LENGTH} characters or more"
    if len(password) > MAXIMUM_LENGTH:
        return f"the password has more than {MAXIMUM_LENGTH} characters"
    if any(ord(character) < ord(" ") for character in password):
        return "the password holds a control character"
    return None


def hash_password(password: str) -> str:
    """The argon2id hash to be stored."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long for somebody without one, who never matches."""
    try:
        return _hasher.verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex())
