"""Everything: the first shape of the database."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As storage.tables had them then: a migration never follows what the tables become later.
Instant = sa.BigInteger().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
RowNumber = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_OPEN = sa.column("closed_at").is_(None)
CAME_IN = sa.column("inbox").is_not(None)
IS_PENDING = sa.column("is_done", sa.Boolean()).is_(False)


def upgrade() -> None:
    _create_keys_and_editions()
    _create_talks()
    _create_cases()
    _create_facts_and_audit()
    _create_desk()


def _create_keys_and_editions() -> None:
    op.create_table(
        "tenant_keys",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "version", name="pk_tenant_keys"),
    )
    op.create_table(
        "editions",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sources", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_editions"),
    )


def _create_talks() -> None:
    op.create_table(
        "conversations",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_conversations"),
    )
    op.create_table(
        "conversation_keys",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversations.tenant_id", "conversations.id"],
            name="fk_conversation_keys_conversations",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "conversation_id", name="pk_conversation_keys"),
    )
    op.create_table(
        "sessions",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversations.tenant_id", "conversations.id"],
            name="fk_sessions_conversations",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "conversation_id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_device", "sessions", ["tenant_id", "device", "conversation_id"])
    op.create_index(
        "uq_sessions_sender", "sessions", ["tenant_id", "channel", "address"], unique=True
    )
    op.create_table(
        "lines",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("inbox", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversations.tenant_id", "conversations.id"],
            name="fk_lines_conversations",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "conversation_id", "seq", name="pk_lines"),
    )
    op.create_index(
        "uq_lines_inbox",
        "lines",
        ["tenant_id", "conversation_id", "inbox"],
        unique=True,
        sqlite_where=CAME_IN,
        postgresql_where=CAME_IN,
    )


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("rank_at", Instant, nullable=False),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversations.tenant_id", "conversations.id"],
            name="fk_cases_conversations",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "reference", name="pk_cases"),
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["tenant_id", "queue", "rank_at", "reference"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_index(
        "ix_cases_waiting",
        "cases",
        ["tenant_id", "queue", "owner", "rank_at", "reference"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_index(
        "uq_cases_open_of_conversation",
        "cases",
        ["tenant_id", "conversation_id"],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_table(
        "timers",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "conversation_id"],
            ["conversations.tenant_id", "conversations.id"],
            name="fk_timers_conversations",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_timers"),
    )
    op.create_index(
        "ix_timers_due",
        "timers",
        ["tenant_id", "due_at", "id"],
        sqlite_where=IS_PENDING,
        postgresql_where=IS_PENDING,
    )


def _create_facts_and_audit() -> None:
    op.create_table(
        "facts",
        sa.Column("number", RowNumber, autoincrement=True, nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("coded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_facts"),
    )
    op.create_index("ix_facts_at", "facts", ["tenant_id", "at", "number"])
    op.create_table(
        "audit",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("writer", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "writer", "seq", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["tenant_id", "subject", "at"])
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("beats", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pulse"),
    )


def _create_desk() -> None:
    op.create_table(
        "accounts",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_totp_step", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("shift_seen_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_accounts"),
    )
    op.create_index("uq_accounts_name", "accounts", ["tenant_id", "name"], unique=True)
    op.create_table(
        "staff_sessions",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("begun_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "staff_id"],
            ["accounts.tenant_id", "accounts.id"],
            name="fk_staff_sessions_accounts",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "token_hash", name="pk_staff_sessions"),
    )
    op.create_index("ix_staff_sessions_staff", "staff_sessions", ["tenant_id", "staff_id"])
