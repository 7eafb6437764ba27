"""Password hashing (argon2id) and the rules for a new password."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from dealwright.kernel.errors import Refused
from dealwright.kernel.text import gettext as _

_hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
"""Hashing is made slow on purpose; more at once than cores would let log-ins starve everything else."""
_NOBODY = _hasher.hash("nobody has this password")
MIN_LENGTH, MAX_LENGTH = 10, 256


def hash_password(password: str) -> str:
    """Return the argon2id hash; refuse what is too short or too long."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Refused("bad_password", _("A password has 10 to 256 characters."), field="password")
    with _AT_ONCE:
        return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Compare in a time that does not tell whether the account exists."""
    with _AT_ONCE:
        try:
            _hasher.verify(stored or _NOBODY, password[:MAX_LENGTH])
        except (VerifyMismatchError, InvalidHashError):
            return False
        return stored is not None
