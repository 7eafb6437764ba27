"""Tasks."""

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC

revision = "activities"
down_revision = "deals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", ID, primary_key=True),
        sa.Column("deal_id", ID, sa.ForeignKey("deals.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("due_at", UTC),
        sa.Column("done_at", UTC),
        sa.Column("done_by_id", ID, sa.ForeignKey("users.id")),
        sa.Column("owner_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("key", sa.Text, unique=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_tasks_deal_id_done_at_due_at", "tasks", ["deal_id", "done_at", "due_at"])
    op.create_index("ix_tasks_owner_id_done_at_due_at", "tasks", ["owner_id", "done_at", "due_at"])


def downgrade() -> None:
    op.drop_table("tasks")
