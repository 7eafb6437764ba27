"""Products and supplier prices."""

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC, Quantity, UnitAmount

revision = "catalogue"
down_revision = "activities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", ID, primary_key=True),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("sku_folded", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sort_name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("list_price", UnitAmount),
        sa.Column("currency", sa.Text),
        sa.Column("tax_rate", Quantity, nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("kind in ('product', 'service')", name="ck_products_kind"),
        sa.CheckConstraint("(list_price is null) = (currency is null)", name="ck_products_price_has_currency"),
    )
    op.create_index("ix_products_sort_name_id", "products", ["sort_name", "id"])
    op.create_table(
        "supplier_prices",
        sa.Column("id", ID, primary_key=True),
        sa.Column("product_id", ID, sa.ForeignKey("products.id", ondelete="CASCADE"), nullable=False),
        sa.Column("supplier_id", ID, sa.ForeignKey("organisations.id", ondelete="SET NULL")),
        sa.Column("supplier_name", sa.Text, nullable=False),
        sa.Column("supplier_sku", sa.Text, nullable=False),
        sa.Column("price", UnitAmount, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("min_qty", Quantity, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
    )
    op.create_index("ix_supplier_prices_product_id_valid_from", "supplier_prices", ["product_id", "valid_from"])
    op.create_index("ix_supplier_prices_supplier_id", "supplier_prices", ["supplier_id"])


def downgrade() -> None:
    op.drop_table("supplier_prices")
    op.drop_table("products")
