"""Secrets at rest (mail and shop passwords): sealed with a key that is not in the database. Password hashes of users are in accounts/."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from dealwright.kernel.errors import Unavailable


class Vault:
    """Seals and unseals text with keys derived from SECRET_KEY; the first key seals, all of them unseal (rotation)."""

    def __init__(self, secret_keys: list[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in secret_keys])

    def seal(self, text: str) -> str:
        """Return `text` encrypted and authenticated, as ASCII."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """Return the text; raises Unavailable (`secret_unreadable`) when the key was changed since."""
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode()
        except InvalidToken:
            raise Unavailable("secret_unreadable", "A stored secret cannot be read with the present SECRET_KEY.") from None


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"dealwright secrets\0" + key.encode()).digest())
