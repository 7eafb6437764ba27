"""What the environment says: where data lives, which database, which key.

Read once at start; a wrong value refuses the start and says why.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

WEAK_KEYS = frozenset({"", "changeme", "secret", "dev", "development", "password"})


class UnsafeStart(SystemExit):
    """The process must not start like this; the text says why."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one process. `database` is empty for SQLite files below `home`, else a PostgreSQL URL that holds every workspace."""

    home: Path
    secret_key: str
    database: str = ""
    strict_plugins: bool = False
    safe_mode: bool = False
    base_url: str = ""
    mail_retry: float = 300.0
    """Seconds until a mail that was put off is tried again the first time; later pauses are multiples of it."""

    @property
    def secret_keys(self) -> list[str]:
        """The key in force first, then those that only still open what they sealed."""
        return self.secret_key.split()


def from_environment() -> Config:
    """Read DEALWRIGHT_HOME, _DATABASE, _STRICT_PLUGINS, _SAFE_MODE, _BASE_URL and _MAIL_RETRY, and SECRET_KEY.

    Without SECRET_KEY a random one is made in the data folder, readable by its owner only.
    """
    home = Path(os.environ.get("DEALWRIGHT_HOME") or "var").resolve()
    home.mkdir(parents=True, exist_ok=True)
    return Config(
        home=home,
        secret_key=_secret_key(home),
        database=os.environ.get("DEALWRIGHT_DATABASE", ""),
        strict_plugins=os.environ.get("DEALWRIGHT_STRICT_PLUGINS") == "1",
        safe_mode=os.environ.get("DEALWRIGHT_SAFE_MODE") == "1",
        base_url=os.environ.get("DEALWRIGHT_BASE_URL", ""),
        mail_retry=_positive("DEALWRIGHT_MAIL_RETRY", default=300.0),
    )


def _positive(name: str, *, default: float) -> float:
    given = os.environ.get(name, "")
    try:
        number = float(given) if given else default
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise UnsafeStart(f"{name} is a number of seconds above 0, not {given!r}")
    return number


def _secret_key(home: Path) -> str:
    given = os.environ.get("SECRET_KEY")
    if given is not None:
        if any(part.lower() in WEAK_KEYS or len(part) < 16 for part in given.split() or [""]):
            raise UnsafeStart(
                "SECRET_KEY is empty, well known or shorter than 16 characters; use a random one, or unset it and one is made"
            )
        return given
    file = home / "secret_key"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as opened:
        key = secrets.token_urlsafe(48)
        opened.write(key)
    return key
