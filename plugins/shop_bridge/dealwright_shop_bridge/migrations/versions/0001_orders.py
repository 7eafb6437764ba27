"""Tables of shops, of what they sent, and of their orders."""

import sqlalchemy as sa
from alembic import op

from dealwright.sdk import UTC, Amount

revision = "shop_bridge_orders"
down_revision = None
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "shop_bridge_shops",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("secret_sealed", sa.Text, nullable=False),
        sa.Column("owner_id", ID, sa.ForeignKey("users.id", ondelete="SET NULL")),
        sa.Column("pipeline_id", ID, sa.ForeignKey("pipelines.id", ondelete="SET NULL")),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.UniqueConstraint("name", name="uq_shop_bridge_shops_name"),
    )
    op.create_table(
        "shop_bridge_events",
        sa.Column("id", ID, primary_key=True),
        sa.Column("shop_id", ID, sa.ForeignKey("shop_bridge_shops.id", ondelete="CASCADE"), nullable=False),
        sa.Column("delivery_id", sa.Text),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("received_at", UTC, nullable=False),
        sa.Column("over_at", UTC),
        sa.UniqueConstraint("shop_id", "delivery_id", name="uq_shop_bridge_events_shop_id_delivery_id"),
    )
    op.create_index(op.f("ix_shop_bridge_events_shop_id_body_hash"), "shop_bridge_events", ["shop_id", "body_hash"])
    op.create_index(op.f("ix_shop_bridge_events_state_id"), "shop_bridge_events", ["state", "id"])
    _orders()


def _orders() -> None:
    op.create_table(
        "shop_bridge_orders",
        sa.Column("id", ID, primary_key=True),
        sa.Column("shop_id", ID, sa.ForeignKey("shop_bridge_shops.id", ondelete="CASCADE"), nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("guest", sa.Boolean, nullable=False),
        sa.Column("placed_at", UTC, nullable=False),
        sa.Column("changed_at", UTC, nullable=False),
        sa.Column("sameness", sa.Text, nullable=False),
        sa.Column("goods", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        *(sa.Column(name, Amount, nullable=False) for name in ("total", "parts_total", "captured", "refunded")),
        sa.Column("paid_at", UTC),
        sa.Column("deal_id", ID, sa.ForeignKey("deals.id", ondelete="SET NULL")),
        sa.UniqueConstraint("shop_id", "external_id", name="uq_shop_bridge_orders_shop_id_external_id"),
    )
    op.create_index(op.f("ix_shop_bridge_orders_deal_id"), "shop_bridge_orders", ["deal_id"])
    op.create_index(op.f("ix_shop_bridge_orders_placed_at_id"), "shop_bridge_orders", ["placed_at", "id"])


def downgrade() -> None:
    """Take the tables away."""
    for name in ("shop_bridge_orders", "shop_bridge_events", "shop_bridge_shops"):
        op.drop_table(name)
