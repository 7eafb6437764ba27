"""Users, teams, log-ins, the workspace's facts and the audit log."""

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC

revision = "accounts"
down_revision = "plugin_host"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("teams", sa.Column("id", ID, primary_key=True), sa.Column("name", sa.Text, nullable=False, unique=True))
    op.create_table(
        "users",
        sa.Column("id", ID, primary_key=True),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("team_id", ID, sa.ForeignKey("teams.id")),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("theme", sa.Text, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("user_id", ID, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("seen_at", UTC, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
    )
    op.create_table(
        "login_failures",
        sa.Column("id", ID, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("at", UTC, nullable=False),
    )
    op.create_index("ix_login_failures_subject_at", "login_failures", ["subject", "at"])
    op.create_table(
        "workspace_facts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("base_currency", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("tax_number", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "audit_rows",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", UTC, nullable=False),
        sa.Column("actor_id", ID),
        sa.Column("plugin", sa.Text),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
    )
    op.create_index("ix_audit_rows_kind_record_id_id", "audit_rows", ["kind", "record_id", "id"])


def downgrade() -> None:
    for table in ("audit_rows", "workspace_facts", "login_failures", "login_sessions", "users", "teams"):
        op.drop_table(table)
