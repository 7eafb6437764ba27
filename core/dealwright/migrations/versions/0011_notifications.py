"""What people are told."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC

revision = "notifications"
down_revision = "mail"
branch_labels = None
depends_on = None

UNREAD: Any = {"sqlite_where": sa.text("read_at IS NULL"), "postgresql_where": sa.text("read_at IS NULL")}


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", ID, primary_key=True),
        sa.Column("user_id", ID, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("event_id", ID, sa.ForeignKey("outbox_events.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("record_kind", sa.Text, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("read_at", UTC),
        sa.UniqueConstraint("user_id", "event_id"),
    )
    op.create_index("ix_notifications_user_id_id", "notifications", ["user_id", "id"])
    op.create_index("ix_notifications_unread", "notifications", ["user_id", "id"], **UNREAD)


def downgrade() -> None:
    op.drop_table("notifications")
