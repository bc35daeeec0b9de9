"""The number of an anonymous caller, readable only with the installation's secret.

AES-SIV gives one number always the same text, so that a caller can ask after the own report by the number that
calls, and so that nothing but the secret key is needed to open it. Opening is journaled by whoever does it.
"""

from __future__ import annotations

import base64
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_PURPOSE = b"hotline: numbers of anonymous callers"


class Seal:
    """Seals and opens numbers with a key made from `HOTLINE_SECRET_KEY`."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    @cached_property
    def _cipher(self) -> AESSIV:
        # Five megabytes that most processes never need.
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        key = HKDF(hashes.SHA256(), length=64, salt=None, info=_PURPOSE).derive(self._secret.encode())
        return AESSIV(key)

    def close(self, phone: str) -> str:
        """The sealed form of a number (of an empty one too: a withheld number is anonymous as well)."""
        padded = phone.encode().ljust(20)
        return base64.urlsafe_b64encode(self._cipher.encrypt(padded, None)).decode()

    def open(self, sealed: str) -> str:
        """The number; raises `cryptography.exceptions.InvalidTag` under another secret."""
        return self._cipher.decrypt(base64.urlsafe_b64decode(sealed), None).decode().rstrip()
