"""Tables of templates, batches and items."""

import sqlalchemy as sa
from alembic import op

from dealwright.sdk import UTC

revision = "email_followup_followups"
down_revision = None
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEMPLATES, BATCHES, ITEMS = "email_followup_templates", "email_followup_batches", "email_followup_items"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        TEMPLATES,
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("name", "language", name=op.f(f"uq_{TEMPLATES}_name_language")),
    )
    op.create_table(
        BATCHES,
        sa.Column("id", ID, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("starter_id", ID, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("team_id", ID, sa.ForeignKey("teams.id", ondelete="SET NULL")),
        sa.Column("template_id", ID, sa.ForeignKey(f"{TEMPLATES}.id", ondelete="SET NULL")),
        sa.Column("template_name", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("started_at", UTC),
        sa.UniqueConstraint("key", name=op.f(f"uq_{BATCHES}_key")),
        sa.CheckConstraint("state in ('draft', 'started')", name=op.f(f"ck_{BATCHES}_state")),
    )
    for first in ("starter_id", "team_id"):
        op.create_index(op.f(f"ix_{BATCHES}_{first}_id"), BATCHES, [first, "id"])
    _items()


def _items() -> None:
    op.create_table(
        ITEMS,
        sa.Column("id", ID, primary_key=True),
        sa.Column("batch_id", ID, sa.ForeignKey(f"{BATCHES}.id", ondelete="CASCADE"), nullable=False),
        sa.Column("deal_id", ID, sa.ForeignKey("deals.id", ondelete="CASCADE"), nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="SET NULL")),
        sa.Column("to_address", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("message_id", ID, sa.ForeignKey("mail_messages.id", ondelete="SET NULL")),
        sa.UniqueConstraint("batch_id", "deal_id", name=op.f(f"uq_{ITEMS}_batch_id_deal_id")),
        sa.CheckConstraint("state in ('waiting', 'queued', 'skipped')", name=op.f(f"ck_{ITEMS}_state")),
    )
    for columns in (["batch_id", "id"], ["deal_id", "id"], ["person_id", "id"], ["message_id"]):
        op.create_index(op.f(f"ix_{ITEMS}_{'_'.join(columns)}"), ITEMS, columns)


def downgrade() -> None:
    """Take the tables away."""
    for name in (ITEMS, BATCHES, TEMPLATES):
        op.drop_table(name)
