"""Expand: the case file, and a tenant's registers. What ran before sees neither."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Instant = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
ITS_OWN = "tenant_id = NULLIF(current_setting('frontdoor.tenant', true), '')"


def upgrade() -> None:
    _create_entries()
    _create_registers()
    if op.get_bind().dialect.name == "postgresql":
        _wall("entries")
        _wall("registers")


def _wall(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    rows = f"USING ({ITS_OWN}) WITH CHECK ({ITS_OWN})"
    op.execute(f"CREATE POLICY only_its_own ON {table} FOR ALL {rows}")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reference"],
            ["cases.tenant_id", "cases.reference"],
            name="fk_entries_cases",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "reference", "number", name="pk_entries"),
    )
    op.create_index("ix_entries_kind", "entries", ["tenant_id", "kind", "at"])


def _create_registers() -> None:
    op.create_table(
        "registers",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "register", "id", name="pk_registers"),
    )
