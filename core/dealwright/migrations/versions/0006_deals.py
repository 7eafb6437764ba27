"""Pipelines, stages, deals and the history of their stages."""

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC

revision = "deals"
down_revision = "contacts"
branch_labels = None
depends_on = None

INDEXES = (
    ("updated_at", "id"),
    ("owner_id", "updated_at", "id"),
    ("team_id", "updated_at", "id"),
    ("amount", "id"),
    ("owner_id", "amount", "id"),
    ("team_id", "amount", "id"),
    ("expected_close", "id"),
    ("owner_id", "expected_close", "id"),
    ("team_id", "expected_close", "id"),
    ("next_activity_at", "id"),
    ("owner_id", "next_activity_at", "id"),
    ("team_id", "next_activity_at", "id"),
    ("stage_id", "updated_at", "id"),
    ("pipeline_id", "stage_id", "rank", "id"),
    ("owner_id", "stage_id", "rank", "id"),
    ("team_id", "stage_id", "rank", "id"),
    ("organisation_id", "id"),
    ("person_id", "id"),
)


def upgrade() -> None:
    op.create_table(
        "pipelines",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "stages",
        sa.Column("id", ID, primary_key=True),
        sa.Column("pipeline_id", ID, sa.ForeignKey("pipelines.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("probability", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("colour", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("pipeline_id", "position", name="uq_stages_pipeline_id_position"),
    )
    op.create_table(
        "deals",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", sa.Text, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("pipeline_id", ID, sa.ForeignKey("pipelines.id"), nullable=False),
        sa.Column("stage_id", ID, sa.ForeignKey("stages.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("organisation_id", ID, sa.ForeignKey("organisations.id", ondelete="SET NULL")),
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="SET NULL")),
        sa.Column("amount", sa.BigInteger),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("net", sa.BigInteger),
        sa.Column("cost", sa.BigInteger),
        sa.Column("probability", sa.BigInteger, nullable=False),
        sa.Column("probability_pinned", sa.Boolean, nullable=False),
        sa.Column("expected_close", sa.Date),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("stage_since", UTC, nullable=False),
        sa.Column("closed_at", UTC),
        sa.Column("close_reason", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("next_step", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("next_activity_at", UTC),
        sa.Column("rank", sa.Text, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("owner_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("team_id", ID, sa.ForeignKey("teams.id")),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    for columns in INDEXES:
        op.create_index(f"ix_deals_{'_'.join(columns)}", "deals", list(columns))
    op.create_table(
        "deal_stage_events",
        sa.Column("id", ID, primary_key=True),
        sa.Column("deal_id", ID, sa.ForeignKey("deals.id", ondelete="CASCADE"), nullable=False),
        sa.Column("from_stage_id", ID, sa.ForeignKey("stages.id")),
        sa.Column("to_stage_id", ID, sa.ForeignKey("stages.id"), nullable=False),
        sa.Column("from_status", sa.Text),
        sa.Column("to_status", sa.Text, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("by_id", ID, sa.ForeignKey("users.id")),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_deal_stage_events_deal_id_id", "deal_stage_events", ["deal_id", "id"])


def downgrade() -> None:
    for table in ("deal_stage_events", "deals", "stages", "pipelines"):
        op.drop_table(table)
