"""SMTP accounts and messages."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC

revision = "mail"
down_revision = "quotes"
branch_labels = None
depends_on = None

OPEN: Any = {"sqlite_where": sa.text("due_at IS NOT NULL"), "postgresql_where": sa.text("due_at IS NOT NULL")}


def upgrade() -> None:
    op.create_table(
        "mail_accounts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("port", sa.Integer, nullable=False),
        sa.Column("security", sa.Text, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("password_sealed", sa.Text, nullable=False),
        sa.Column("sender_address", sa.Text, nullable=False),
        sa.Column("sender_name", sa.Text, nullable=False),
        sa.Column("per_minute", sa.Integer, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "mail_messages",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", ID, sa.ForeignKey("mail_accounts.id"), nullable=False),
        sa.Column("actor_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("plugin", sa.Text),
        sa.Column("key", sa.Text, unique=True),
        sa.Column("message_id", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("to_address", sa.Text, nullable=False),
        sa.Column("to_name", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("due_at", UTC),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("tried_at", UTC),
        sa.Column("sent_at", UTC),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
    )
    op.create_index("ix_mail_messages_due", "mail_messages", ["account_id", "due_at", "id"], **OPEN)
    op.create_index("ix_mail_messages_account_id_tried_at", "mail_messages", ["account_id", "tried_at"])
    op.create_index("ix_mail_messages_actor_id_id", "mail_messages", ["actor_id", "id"])


def downgrade() -> None:
    op.drop_table("mail_messages")
    op.drop_table("mail_accounts")
