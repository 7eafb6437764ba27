"""Links between records, and number sequences."""

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID

revision = "records"
down_revision = "accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("id", ID, primary_key=True),
        sa.Column("from_kind", sa.Text, nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("to_kind", sa.Text, nullable=False),
        sa.Column("to_id", ID, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.UniqueConstraint("from_kind", "from_id", "to_kind", "to_id", "role", name="uq_links_from_kind_from_id_to_kind_to_id_role"),
    )
    op.create_index("ix_links_to_kind_to_id", "links", ["to_kind", "to_id"])
    op.create_table(
        "number_sequences",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("pattern", sa.Text, nullable=False),
        sa.Column("next", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("number_sequences")
    op.drop_table("links")
