"""People, organisations, and the keys by which other systems know a person."""

import sqlalchemy as sa
from alembic import op

from dealwright.kernel.db import ID, UTC

revision = "contacts"
down_revision = "jobs"
branch_labels = None
depends_on = None


def _owned() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("owner_id", ID, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("team_id", ID, sa.ForeignKey("teams.id")),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _sorted_by(table: str, *columns: str) -> None:
    for column in columns:
        for key in ([], ["owner_id"], ["team_id"]):
            parts = [*key, column, "id"]
            op.create_index(f"ix_{table}_{'_'.join(parts)}", table, parts)


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", ID, primary_key=True),
        *_texts("name", "sort_name", "city", "country", "tax_number", "website", "search_text"),
        *_owned(),
    )
    _sorted_by("organisations", "sort_name", "updated_at")
    op.create_index("ix_organisations_tax_number", "organisations", ["tax_number"])
    op.create_table(
        "people",
        sa.Column("id", ID, primary_key=True),
        *_texts("name", "sort_name", "email", "email_key", "phone", "phone_key", "job_title", "language", "city", "country", "search_text"),
        sa.Column("guest", sa.Boolean, nullable=False),
        sa.Column("organisation_id", ID, sa.ForeignKey("organisations.id")),
        *_owned(),
    )
    _sorted_by("people", "sort_name", "updated_at")
    op.create_index("ix_people_email_key", "people", ["email_key"])
    op.create_index("ix_people_phone_key", "people", ["phone_key"])
    op.create_index("ix_people_organisation_id_sort_name_id", "people", ["organisation_id", "sort_name", "id"])
    op.create_table(
        "contact_keys",
        sa.Column("id", ID, primary_key=True),
        *_texts("source", "external_id"),
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.UniqueConstraint("source", "external_id", name="uq_contact_keys_source_external_id"),
    )
    op.create_index("ix_contact_keys_person_id", "contact_keys", ["person_id"])


def downgrade() -> None:
    for table in ("contact_keys", "people", "organisations"):
        op.drop_table(table)
