"""Tables of stock entries, their lines and the products' balances."""

import sqlalchemy as sa
from alembic import op

from dealwright.sdk import UTC, Amount, Quantity, UnitAmount

revision = "inventory_costing_stock_entries"
down_revision = None
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DOCUMENTS, LINES, BALANCES = "inventory_costing_documents", "inventory_costing_lines", "inventory_costing_balances"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        DOCUMENTS,
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("effective_at", UTC, nullable=False),
        sa.Column("posted_at", UTC),
        sa.Column("reversed_at", UTC),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.UniqueConstraint("source", "external_id", name=op.f(f"uq_{DOCUMENTS}_source_external_id")),
        sa.CheckConstraint("kind in ('receipt', 'opening', 'issue')", name=op.f(f"ck_{DOCUMENTS}_kind")),
        sa.CheckConstraint("state in ('draft', 'posted', 'reversed')", name=op.f(f"ck_{DOCUMENTS}_state")),
    )
    op.create_index(op.f(f"ix_{DOCUMENTS}_effective_on_id"), DOCUMENTS, ["effective_on", "id"])
    _lines()
    _balances()


def _lines() -> None:
    op.create_table(
        LINES,
        sa.Column("id", ID, primary_key=True),
        sa.Column("document_id", ID, sa.ForeignKey(f"{DOCUMENTS}.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("product_id", ID, sa.ForeignKey("products.id", ondelete="SET NULL")),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("quantity", Quantity, nullable=False),
        sa.Column("unit_cost", UnitAmount),
        sa.Column("currency", sa.Text),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{LINES}_quantity")),
        sa.CheckConstraint("(unit_cost is null) = (currency is null)", name=op.f(f"ck_{LINES}_cost_has_currency")),
    )
    op.create_index(op.f(f"ix_{LINES}_document_id"), LINES, ["document_id"])
    op.create_index(op.f(f"ix_{LINES}_product_id"), LINES, ["product_id"])


def _balances() -> None:
    op.create_table(
        BALANCES,
        sa.Column("product_id", ID, sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("currency", sa.Text),
        sa.Column("quantity", Quantity, nullable=False),
        sa.Column("value", Amount, nullable=False),
        sa.Column("average", UnitAmount),
        sa.Column("last_number", sa.Text, nullable=False),
        sa.Column("last_received_on", sa.Date),
        sa.Column("last_unit_cost", UnitAmount),
    )
    op.create_index(op.f(f"ix_{BALANCES}_sku_product_id"), BALANCES, ["sku", "product_id"])


def downgrade() -> None:
    """Take the tables away."""
    for name in (BALANCES, LINES, DOCUMENTS):
        op.drop_table(name)
