"""Showers."""

import sqlalchemy as sa
from alembic import op

revision = "weather_showers"
down_revision = None


def upgrade() -> None:
    op.create_table("weather_showers", sa.Column("id", sa.Integer, primary_key=True), sa.Column("deal_id", sa.BigInteger, nullable=False))


def downgrade() -> None:
    op.drop_table("weather_showers")
