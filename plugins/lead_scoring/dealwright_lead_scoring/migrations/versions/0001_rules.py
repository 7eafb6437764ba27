"""Tables of rules, their edition, scores and events."""

import sqlalchemy as sa
from alembic import op

from dealwright.sdk import UTC, clock

revision = "lead_scoring_rules"
down_revision = None
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
RULES, SETS, SCORES, EVENTS = "lead_scoring_rules", "lead_scoring_rule_sets", "lead_scoring_scores", "lead_scoring_events"


def upgrade() -> None:
    """Make the tables and the first edition, which has no rule."""
    op.create_table(
        RULES,
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("condition", sa.JSON, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.CheckConstraint("points between -100 and 100", name=op.f(f"ck_{RULES}_points")),
    )
    sets = op.create_table(
        SETS,
        sa.Column("id", ID, primary_key=True),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("active_from", UTC, nullable=False),
    )
    op.bulk_insert(sets, [{"id": 1, "edition": 1, "active_from": clock.now()}])
    _scores()
    _events()


def _scores() -> None:
    op.create_table(
        SCORES,
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("computed_at", UTC, nullable=False),
        sa.CheckConstraint("total between 0 and 100", name=op.f(f"ck_{SCORES}_total")),
    )
    op.create_index(op.f(f"ix_{SCORES}_total_person_id"), SCORES, ["total", "person_id"])
    op.create_index(op.f(f"ix_{SCORES}_edition"), SCORES, ["edition"])


def _events() -> None:
    op.create_table(
        EVENTS,
        sa.Column("id", ID, primary_key=True),
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("deal_id", ID, sa.ForeignKey("deals.id", ondelete="CASCADE"), nullable=False),
        sa.Column("happened_at", UTC, nullable=False),
        sa.UniqueConstraint("kind", "deal_id", name=op.f(f"uq_{EVENTS}_kind_deal_id")),
    )
    op.create_index(op.f(f"ix_{EVENTS}_person_id"), EVENTS, ["person_id"])


def downgrade() -> None:
    """Drop them, the children first."""
    for table in (EVENTS, SCORES, SETS, RULES):
        op.drop_table(table)
