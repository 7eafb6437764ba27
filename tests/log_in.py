"""Log-in rows for tests that are not about logging in."""

import secrets

from dealwright.accounts.actor import Actor
from dealwright.accounts.models import LoginSession
from dealwright.accounts.service import token_hash
from dealwright.kernel import clock
from dealwright.kernel.workspaces import Workspace


def log_in_row(workspace: Workspace, actor: Actor) -> str:
    """Store a log-in of `actor` and return its token."""
    token = secrets.token_urlsafe(16)
    with workspace.write() as s:
        now = clock.now()
        s.add(LoginSession(token_hash=token_hash(token), user_id=actor.id, created_at=now, seen_at=now, address="127.0.0.1", agent="test"))
    return token
