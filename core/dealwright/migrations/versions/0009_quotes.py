"""Quotes and their lines."""

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC, Amount, Quantity, UnitAmount

revision = "quotes"
down_revision = "catalogue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", sa.Text, nullable=False, unique=True),
        sa.Column("deal_id", ID, sa.ForeignKey("deals.id", ondelete="CASCADE"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("counting", sa.Boolean, nullable=False),
        sa.Column("stated_total", Amount),
        sa.Column("stated_difference", Amount),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("accepted_at", UTC),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("status in ('draft', 'accepted')", name="ck_quotes_status"),
    )
    op.create_index("ix_quotes_deal_id_id", "quotes", ["deal_id", "id"])
    op.create_table(
        "quote_lines",
        sa.Column("id", ID, primary_key=True),
        sa.Column("quote_id", ID, sa.ForeignKey("quotes.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("product_id", ID, sa.ForeignKey("products.id", ondelete="SET NULL")),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("quantity", Quantity, nullable=False),
        sa.Column("unit_price", UnitAmount, nullable=False),
        sa.Column("discount", Amount, nullable=False),
        sa.Column("tax_rate", Quantity, nullable=False),
        sa.Column("net", Amount, nullable=False),
        sa.Column("tax", Amount, nullable=False),
        sa.Column("tax_stated", sa.Boolean, nullable=False),
        sa.Column("unit_cost", UnitAmount),
        sa.Column("cost_currency", sa.Text),
        sa.Column("cost_kind", sa.Text, nullable=False),
        sa.Column("cost_source", sa.Text, nullable=False),
        sa.Column("cost_plugin", sa.Text, nullable=False),
        sa.Column("cost_as_of", sa.Date),
        sa.Column("cost_failed", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.CheckConstraint("kind in ('item', 'free', 'charge')", name="ck_quote_lines_kind"),
        sa.CheckConstraint("(unit_cost is null) = (cost_currency is null)", name="ck_quote_lines_cost_has_currency"),
    )
    op.create_index("ix_quote_lines_quote_id_position", "quote_lines", ["quote_id", "position"])
    op.create_index("ix_quote_lines_product_id", "quote_lines", ["product_id"])


def downgrade() -> None:
    op.drop_table("quote_lines")
    op.drop_table("quotes")
