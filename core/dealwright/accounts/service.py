"""Verbs of accounts: log in and out, make and change users and teams, say who the workspace is."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dealwright.accounts.actor import ROLES, Actor, require
from dealwright.accounts.models import LoginFailure, LoginSession, Team, User, WorkspaceFacts
from dealwright.accounts.passwords import hash_password, is_right
from dealwright.accounts.visibility import load_for_edit
from dealwright.kernel import clock
from dealwright.kernel.db import transaction
from dealwright.kernel.errors import Refused
from dealwright.kernel.memo import remembered
from dealwright.kernel.money import check_currency
from dealwright.kernel.text import LANGUAGES, clean_line
from dealwright.kernel.text import gettext as _
from dealwright.kernel.workspaces import Workspace

PLUGIN_USER = "plugins@workspace.invalid"
FAILURES_A_MINUTE = 5
THEMES = ("system", "light", "dark")


class TooManyAttempts(Refused):
    """Guessing is slowed down."""

    status = 429


@dataclass(frozen=True, slots=True)
class UserView:
    """A user as others see them."""

    id: int
    name: str
    email: str
    role: str
    team_id: int | None
    active: bool


def token_hash(token: str) -> str:
    """Return what is stored of a log-in token."""
    return hashlib.sha256(token.encode()).hexdigest()


def log_in(workspace: Workspace, email: str, password: str, *, address: str, agent: str) -> str:
    """Check the password and return a new random log-in token; refuses alike for unknown, disabled and wrong."""
    subject = _clean_email(email, strict=False)
    with workspace.read() as s:
        since = clock.now() - timedelta(minutes=1)
        failures = s.scalar(select(func.count()).where(LoginFailure.subject == subject, LoginFailure.at > since)) or 0
        user = s.scalars(select(User).where(User.email == subject, User.active)).one_or_none()
    if failures >= FAILURES_A_MINUTE:
        raise TooManyAttempts("too_many_attempts", _("Too many attempts. Please wait a minute."))
    right = is_right(password, user.password_hash if user else None)
    with transaction(workspace) as s:
        now, token = clock.now(), secrets.token_urlsafe(32)
        if not right or user is None:
            s.add(LoginFailure(subject=subject, at=now))
        else:
            s.execute(delete(LoginFailure).where(LoginFailure.subject == subject))
            session = LoginSession(token_hash=token_hash(token), user_id=user.id, created_at=now, seen_at=now)
            session.address, session.agent = address[:64], clean_line(agent)
            s.add(session)
    if not right or user is None:
        raise Refused("wrong_credentials", _("This e-mail address and password do not match."))
    return token


def log_out(workspace: Workspace, token: str) -> None:
    """End the log-in that `token` names."""
    with transaction(workspace) as s:
        s.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash(token)))


def log_out_everywhere(actor: Actor) -> None:
    """End every log-in of the actor, this one too."""
    with transaction(actor.workspace) as s:
        s.execute(delete(LoginSession).where(LoginSession.user_id == actor.id))


def touch(workspace: Workspace, token: str) -> None:
    """Note that a log-in was used; called at most once a minute, in a transaction of its own."""
    with workspace.write() as s:
        session = s.get(LoginSession, token_hash(token))
        if session is not None:
            session.seen_at = clock.now()


def found_workspace(workspace: Workspace, *, title: str, base_currency: str = "EUR", zone: str = "UTC") -> None:
    """Write the first rows of a new, migrated workspace: its facts and the plugin user. Does nothing when they are there."""
    with transaction(workspace) as s:
        if s.get(WorkspaceFacts, 1) is None:
            s.add(WorkspaceFacts(id=1, title=clean_line(title), base_currency=check_currency(base_currency), zone=_known_zone(zone)))
            s.add(User(email=PLUGIN_USER, name="Plugins", password_hash=None, role="administrator"))


def create_user(
    workspace: Workspace,
    email: str,
    *,
    name: str,
    role: str,
    password: str,
    by: Actor | None = None,
    team_id: int | None = None,
    locale: str = "en",
) -> UserView:
    """Make a user; `by` is None only for the command line's operator."""
    if by is not None:
        require(by, "users")
    if role not in ROLES:
        raise Refused("unknown_role", _("There is no role “%(role)s”.", role=role), field="role")
    address = _clean_email(email)
    if not clean_line(name):
        raise Refused("required", _("Please fill in this field."), field="name")
    hashed = hash_password(password)
    with transaction(workspace) as s:
        if s.scalar(select(User.id).where(User.email == address)):
            raise Refused("email_taken", _("There is a user with this e-mail address already."), field="email")
        user = User(email=address, name=clean_line(name), password_hash=hashed, role=role, team_id=team_id)
        user.locale = locale if locale in LANGUAGES else "en"
        s.add(user)
        s.flush()
        return _view(user)


def disable_user(actor: Actor, user_id: int) -> UserView:
    """Refuse a user from their next request on; their records stay."""
    require(actor, "users")
    with transaction(actor.workspace) as s:
        user = load_for_edit(s, User, user_id, actor=actor, version=None)
        if user.id == actor.id:
            raise Refused("own_account", _("You cannot disable yourself."))
        user.active = False
        s.execute(delete(LoginSession).where(LoginSession.user_id == user_id))
        s.flush()
        return _view(user)


def create_team(workspace: Workspace, name: str) -> int:
    """Make a team, or return the one of that name."""
    with transaction(workspace) as s:
        cleaned = clean_line(name)
        team = s.scalars(select(Team).where(Team.name == cleaned)).one_or_none()
        if team is None:
            team = Team(name=cleaned)
            s.add(team)
            s.flush()
        return team.id


def change_profile(actor: Actor, *, locale: str | None = None, theme: str | None = None) -> None:
    """Change the actor's own language or theme; unknown values are refused."""
    if locale is not None and locale not in LANGUAGES:
        raise Refused("unknown_language", _("This language is not available."), field="locale")
    if theme is not None and theme not in THEMES:
        raise Refused("unknown_theme", _("This theme is not available."), field="theme")
    with transaction(actor.workspace) as s:
        user = s.get_one(User, actor.id)
        user.locale = locale or user.locale
        user.theme = theme or user.theme


def change_workspace(
    actor: Actor, *, version: int, title: str, base_currency: str, zone: str, address: str = "", tax_number: str = ""
) -> None:
    """Change the workspace's own facts (U-04)."""
    require(actor, "settings")
    if not clean_line(title):
        raise Refused("required", _("Please fill in this field."), field="title")
    with transaction(actor.workspace) as s:
        facts = load_for_edit(s, WorkspaceFacts, 1, actor=actor, version=version)
        facts.title, facts.base_currency, facts.zone = (
            clean_line(title),
            check_currency(base_currency, field="base_currency"),
            _known_zone(zone),
        )
        facts.address, facts.tax_number = address[:500], clean_line(tax_number)


def owner_and_team(session: Session, actor: Actor, owner_id: int | None = None) -> tuple[int, int | None]:
    """Return (owner_id, team_id) for a new record: the given active user, else the actor; the team is the owner's."""
    if owner_id is None or owner_id == actor.id:
        return actor.id, actor.team_id
    query = select(User.id, User.team_id).where(User.id == owner_id, User.active)
    owner = remembered(session, (User,), owner_id, read=lambda: session.execute(query).one_or_none())
    if owner is None:
        raise Refused("unknown_user", _("There is no such user."), field="owner_id")
    return owner.id, owner.team_id


def _clean_email(email: str, *, strict: bool = True) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False, allow_smtputf8=True).normalized.casefold()
    except EmailNotValidError as error:
        if strict:
            raise Refused("bad_email", str(error), field="email") from None
        return email.strip().casefold()[:320]


def _known_zone(zone: str) -> str:
    if zone not in available_timezones():
        raise Refused("unknown_zone", _("There is no time zone “%(zone)s”.", zone=zone), field="zone")
    return zone


def _view(user: User) -> UserView:
    return UserView(user.id, user.name, user.email, user.role, user.team_id, user.active)
