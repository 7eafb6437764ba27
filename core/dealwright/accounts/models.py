"""Tables of users, teams, log-in sessions and the workspace's own facts (name, base currency, zone)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from dealwright.kernel.db import Model, Stamped, Versioned


class Team(Model):
    """A group of users whose records its manager sees."""

    __tablename__ = "teams"
    __audit__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class User(Stamped, Versioned, Model):
    """Somebody who logs in, or the workspace's plugin user (no password), in whose name jobs and webhooks act."""

    __tablename__ = "users"
    __audit__ = "user"
    __audit_masked__ = frozenset({"password_hash"})

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    role: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="en")
    theme: Mapped[str] = mapped_column(default="system")


class LoginSession(Model):
    """One browser's log-in: the cookie holds a random token, this row its SHA-256."""

    __tablename__ = "login_sessions"
    __table_args__ = (Index(None, "user_id"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str]
    agent: Mapped[str]


class LoginFailure(Model):
    """A refused log-in, kept to slow down guessing; old rows go with the next success or purge."""

    __tablename__ = "login_failures"
    __table_args__ = (Index(None, "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    at: Mapped[datetime]


class WorkspaceFacts(Versioned, Model):
    """The one row that says who this workspace is (U-04)."""

    __tablename__ = "workspace_facts"
    __audit__ = "workspace"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(default="Dealwright")
    base_currency: Mapped[str] = mapped_column(default="EUR")
    zone: Mapped[str] = mapped_column(default="UTC")
    address: Mapped[str] = mapped_column(default="")
    tax_number: Mapped[str] = mapped_column(default="")


class Owned:
    """Mixin: a record with an owner and a team; `visible()` finds it by this."""

    @declared_attr
    def owner_id(cls) -> Mapped[int]:  # noqa: N805 - a declared_attr is called with the class
        return mapped_column(ForeignKey("users.id"))

    @declared_attr
    def team_id(cls) -> Mapped[int | None]:  # noqa: N805 - a declared_attr is called with the class
        return mapped_column(ForeignKey("teams.id"))
