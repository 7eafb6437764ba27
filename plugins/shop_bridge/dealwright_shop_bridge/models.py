"""Tables of the bridge: the shops, what they have sent, and which deal each of their orders became."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dealwright.sdk import UTC, Amount, Model, Stamped, Versioned, clock

RECEIVED, DONE, SKIPPED, QUARANTINED = "received", "done", "skipped", "quarantined"


class Shop(Stamped, Versioned, Model):
    """A web shop. Its orders become deals of `owner_id`, in `pipeline_id` (None: the default one). The secret is kept sealed."""

    __tablename__ = "shop_bridge_shops"
    __audit__ = "shop_bridge_shop"
    __audit_masked__ = frozenset({"secret_sealed"})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    """woocommerce or canonical: who reads its payloads (adapters.py)."""
    secret_sealed: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    pipeline_id: Mapped[int | None] = mapped_column(ForeignKey("pipelines.id", ondelete="SET NULL"))
    enabled: Mapped[bool] = mapped_column(default=False)
    """Whether webhooks are taken in; never without a secret."""


class Event(Model):
    """What a shop sent, byte for byte, stored before it was answered. `reason` is a code, `detail` what was found."""

    __tablename__ = "shop_bridge_events"
    __table_args__ = (
        UniqueConstraint("shop_id", "delivery_id"),
        Index(None, "shop_id", "body_hash"),
        Index(None, "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey(Shop.id, ondelete="CASCADE"))
    delivery_id: Mapped[str | None]
    topic: Mapped[str] = mapped_column(default="")
    external_id: Mapped[str] = mapped_column(default="")
    body: Mapped[bytes] = mapped_column(LargeBinary)
    body_hash: Mapped[str]
    state: Mapped[str] = mapped_column(default=RECEIVED)
    reason: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    received_at: Mapped[datetime] = mapped_column(UTC, default=clock.now)
    over_at: Mapped[datetime | None] = mapped_column(UTC)


class ShopOrder(Model):
    """An order as it was last taken in, and its deal. Amounts are the shop's, in `currency`; the deal may have been changed since."""

    __tablename__ = "shop_bridge_orders"
    __table_args__ = (UniqueConstraint("shop_id", "external_id"), Index(None, "deal_id"), Index(None, "placed_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey(Shop.id, ondelete="CASCADE"))
    external_id: Mapped[str]
    number: Mapped[str]
    customer: Mapped[str] = mapped_column(default="")
    guest: Mapped[bool] = mapped_column(default=False)
    placed_at: Mapped[datetime] = mapped_column(UTC)
    changed_at: Mapped[datetime] = mapped_column(UTC)
    """When the shop last changed it; what is older is ignored."""
    sameness: Mapped[str]
    goods: Mapped[str]
    """Hash of lines, charges and total: a new quote is made only when these change."""
    state: Mapped[str]
    outcome: Mapped[str]
    currency: Mapped[str]
    total: Mapped[Decimal] = mapped_column(Amount)
    parts_total: Mapped[Decimal] = mapped_column(Amount)
    captured: Mapped[Decimal] = mapped_column(Amount)
    refunded: Mapped[Decimal] = mapped_column(Amount)
    paid_at: Mapped[datetime | None] = mapped_column(UTC)
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id", ondelete="SET NULL"))
