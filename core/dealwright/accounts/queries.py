"""Reads of accounts: the one log-in query of a request, users and teams by name, the actor of a job."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import Actor
from dealwright.accounts.models import LoginSession, Team, User, WorkspaceFacts
from dealwright.accounts.service import PLUGIN_USER, token_hash
from dealwright.kernel import clock
from dealwright.kernel.errors import NotFound
from dealwright.kernel.memo import remembered
from dealwright.kernel.workspaces import Workspace
from dealwright.plugin_host.models import PluginEpoch
from dealwright.plugin_host.state import plugins_of

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)

_PERSON = (
    select(
        User.id,
        User.name,
        User.email,
        User.role,
        User.team_id,
        User.locale,
        User.theme,
        WorkspaceFacts.zone,
        WorkspaceFacts.base_currency,
        WorkspaceFacts.title,
        PluginEpoch.version,
    )
    .select_from(User)
    .join(WorkspaceFacts, WorkspaceFacts.id == 1)
    .join(PluginEpoch, PluginEpoch.id == 1)
    .where(User.active)
)
_BY_TOKEN = (
    _PERSON.add_columns(LoginSession.seen_at)
    .join(LoginSession, LoginSession.user_id == User.id)
    .where(
        LoginSession.token_hash == bindparam("token"),
        LoginSession.seen_at > bindparam("idle"),
        LoginSession.created_at > bindparam("oldest"),
    )
)


@dataclass(frozen=True, slots=True)
class UserContact:
    """A user as others name and write to them."""

    id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A request's actor and whether the log-in's last use should be noted."""

    actor: Actor
    stale: bool


def logged_in(session: Session, workspace: Workspace, token: str) -> LoggedIn | None:
    """Return who the log-in token names, by one query that also brings the plugin epoch; None when it is unknown, expired or disabled."""
    now = clock.now()
    row = session.execute(_BY_TOKEN, {"token": token_hash(token), "idle": now - IDLE, "oldest": now - ABSOLUTE}).one_or_none()
    if row is None:
        return None
    seen: datetime = row.seen_at
    return LoggedIn(_actor(row, workspace), now - seen > SEEN_EVERY)


def actor_of(session: Session, workspace: Workspace, user_id: int) -> Actor:
    """Return a user as actor, for jobs that run in their name; raises NotFound when disabled meanwhile."""
    row = session.execute(_PERSON.where(User.id == user_id)).one_or_none()
    if row is None:
        raise NotFound("no_user")
    return _actor(row, workspace)


def plugin_actor(session: Session, workspace: Workspace) -> Actor:
    """Return the workspace's plugin user, in whose name plugins' jobs and webhooks act."""
    return _actor(session.execute(_PERSON.where(User.email == PLUGIN_USER)).one(), workspace)


def user_names(session: Session) -> dict[int, str]:
    """Return the name of every user, disabled ones too."""
    return {row.id: row.name for row in session.execute(select(User.id, User.name))}


def user_contacts(session: Session, user_ids: Iterable[int]) -> dict[int, UserContact]:
    """Return these users with their mail addresses, disabled ones too."""
    query = select(User.id, User.name, User.email).where(User.id.in_(set(user_ids)))
    return {row.id: UserContact(*row) for row in session.execute(query)}


def users_page(session: Session) -> list[Row[Any]]:
    """Return the workspace's users with team names, in order of name; the plugin user is left out."""
    query = select(User.id, User.name, User.email, User.role, User.active, Team.name.label("team")).outerjoin(Team)
    return list(session.execute(query.where(User.email != PLUGIN_USER).order_by(User.name, User.id).limit(500)))


def choosable_owners(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Return the users to whom the actor may give a record: all active ones for level all, else those of the own team."""
    query = select(User.id, User.name).where(User.active, User.email != PLUGIN_USER).order_by(User.name).limit(500)
    if actor.level != "all":
        query = query.where((User.id == actor.id) if actor.team_id is None else (User.team_id == actor.team_id))
    return remembered(session, (User,), ("choosable", actor.id), read=lambda: [(row.id, row.name) for row in session.execute(query)])


def _actor(row: Any, workspace: Workspace) -> Actor:
    return Actor(
        workspace=workspace,
        id=row.id,
        name=row.name,
        email=row.email,
        role=row.role,
        team_id=row.team_id,
        locale=row.locale,
        theme=row.theme,
        zone=row.zone,
        base_currency=row.base_currency,
        workspace_title=row.title,
        plugin_epoch=row.version,
        plugin_rights=plugins_of(workspace, row.version).rights,
    )
