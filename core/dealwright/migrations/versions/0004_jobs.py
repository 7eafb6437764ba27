"""Jobs and the outbox."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC

revision = "jobs"
down_revision = "records"
branch_labels = None
depends_on = None

OPEN: Any = {"sqlite_where": sa.text("due_at IS NOT NULL"), "postgresql_where": sa.text("due_at IS NOT NULL")}
WAITING: Any = {"sqlite_where": sa.text("NOT fanned_out"), "postgresql_where": sa.text("NOT fanned_out")}


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("key", sa.Text, unique=True),
        sa.Column("order_key", sa.Text),
        sa.Column("actor_id", ID),
        sa.Column("plugin", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", UTC),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("over_at", UTC),
    )
    op.create_index("ix_jobs_due", "jobs", ["due_at", "id"], **OPEN)
    op.create_index("ix_jobs_order", "jobs", ["order_key", "id"], **OPEN)
    op.create_table(
        "outbox_events",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("fact", sa.JSON, nullable=False),
        sa.Column("record_kind", sa.Text, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("actor_id", ID),
        sa.Column("plugins", sa.JSON, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("fanned_out", sa.Boolean, nullable=False),
    )
    op.create_index("ix_outbox_events_waiting", "outbox_events", ["id"], **WAITING)


def downgrade() -> None:
    op.drop_table("outbox_events")
    op.drop_table("jobs")
