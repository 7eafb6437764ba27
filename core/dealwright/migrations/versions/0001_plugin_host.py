"""Plugin states, their epoch and plugins' faults."""

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC

revision = "plugin_host"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plugin_states",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("schema_version", sa.Text, nullable=False),
        sa.Column("enabled_at", UTC),
        sa.UniqueConstraint("name", name="uq_plugin_states_name"),
    )
    op.create_table("plugin_epoch", sa.Column("id", ID, primary_key=True), sa.Column("version", ID, nullable=False))
    op.execute("insert into plugin_epoch (id, version) values (1, 0)")
    op.create_table(
        "plugin_faults",
        sa.Column("id", ID, primary_key=True),
        sa.Column("plugin", sa.Text, nullable=False),
        sa.Column("hook", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("traceback", sa.Text, nullable=False),
        sa.Column("times", ID, nullable=False),
        sa.Column("first_at", UTC, nullable=False),
        sa.Column("last_at", UTC, nullable=False),
        sa.UniqueConstraint("plugin", "hook", "place", name="uq_plugin_faults_plugin_hook_place"),
    )


def downgrade() -> None:
    op.drop_table("plugin_faults")
    op.drop_table("plugin_epoch")
    op.drop_table("plugin_states")
