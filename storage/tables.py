"""The tables, for SQLite and PostgreSQL alike. Only what is searched or ordered is in clear.

Everything that a person said, or that tells about them, is in a ``sealed`` column.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from storage.instant import Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is exactly INTEGER.
_RowNumber = BigInteger().with_variant(Integer(), "sqlite")


def _tenant() -> Column[str]:
    return Column("tenant_id", Text, nullable=False)


def _of_conversation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "conversation_id"], ["conversations.tenant_id", "conversations.id"]
    )


def _of_account() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "staff_id"], ["accounts.tenant_id", "accounts.id"])


tenant_keys = Table(
    "tenant_keys",
    metadata,
    _tenant(),
    Column("version", Integer, nullable=False),
    Column("root_id", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "version"),
)

editions = Table(
    "editions",
    metadata,
    _tenant(),
    Column("id", Text, nullable=False),
    Column("sources", LargeBinary, nullable=False),
    Column("published_at", Instant, nullable=False),
    PrimaryKeyConstraint("tenant_id", "id"),
)

# ``edition_id`` is no foreign key: what a talk is pinned to may be held outside the database.
conversations = Table(
    "conversations",
    metadata,
    _tenant(),
    Column("id", Text, nullable=False),
    Column("edition_id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "id"),
)

conversation_keys = Table(
    "conversation_keys",
    metadata,
    _tenant(),
    Column("conversation_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("tenant_version", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "conversation_id"),
    _of_conversation(),
)

sessions = Table(
    "sessions",
    metadata,
    _tenant(),
    Column("conversation_id", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("ends_at", Instant, nullable=False),
    PrimaryKeyConstraint("tenant_id", "conversation_id"),
    _of_conversation(),
    Index("uq_sessions_sender", "tenant_id", "channel", "address", unique=True),
    Index("ix_sessions_device", "tenant_id", "device", "conversation_id"),
)

lines = Table(
    "lines",
    metadata,
    _tenant(),
    Column("conversation_id", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("inbox", LargeBinary),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "conversation_id", "seq"),
    _of_conversation(),
)
_came_in = lines.c.inbox.is_not(None)
Index(
    "uq_lines_inbox",
    *(lines.c.tenant_id, lines.c.conversation_id, lines.c.inbox),
    unique=True,
    sqlite_where=_came_in,
    postgresql_where=_came_in,
)

cases = Table(
    "cases",
    metadata,
    _tenant(),
    Column("reference", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("rank_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("version", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "reference"),
    _of_conversation(),
)
_is_open = cases.c.closed_at.is_(None)
# Without the condition a claim grew from 65 microseconds to 338 ms at a million cases.
Index(
    "ix_cases_open",
    *(cases.c.tenant_id, cases.c.queue, cases.c.rank_at, cases.c.reference),
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)
Index(
    "ix_cases_waiting",
    *(cases.c.tenant_id, cases.c.queue, cases.c.owner, cases.c.rank_at, cases.c.reference),
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)
# A talk has one open case, never two (I5).
Index(
    "uq_cases_open_of_conversation",
    *(cases.c.tenant_id, cases.c.conversation_id),
    unique=True,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)

# A sheet is added to the file and never altered. Its talk says under which key it is sealed.
entries = Table(
    "entries",
    metadata,
    _tenant(),
    Column("reference", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "reference", "number"),
    ForeignKeyConstraint(["tenant_id", "reference"], ["cases.tenant_id", "cases.reference"]),
    Index("ix_entries_kind", "tenant_id", "kind", "at"),
)

timers = Table(
    "timers",
    metadata,
    _tenant(),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("conversation_id", Text),
    Column("reference", Text),
    Column("is_done", Boolean, nullable=False),
    PrimaryKeyConstraint("tenant_id", "id"),
    _of_conversation(),
)
_is_pending = timers.c.is_done.is_(False)
Index(
    "ix_timers_due",
    *(timers.c.tenant_id, timers.c.due_at, timers.c.id),
    sqlite_where=_is_pending,
    postgresql_where=_is_pending,
)

# Facts and audit outlive what they tell of, so neither refers to a talk or a case by a key.
facts = Table(
    "facts",
    metadata,
    Column("number", _RowNumber, primary_key=True, autoincrement=True),
    _tenant(),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("coded", Text, nullable=False),
    Index("ix_facts_at", "tenant_id", "at", "number"),
)

audit = Table(
    "audit",
    metadata,
    _tenant(),
    Column("writer", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "writer", "seq"),
    Index("ix_audit_subject", "tenant_id", "subject", "at"),
)

accounts = Table(
    "accounts",
    metadata,
    _tenant(),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("alias", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("totp_sealed", LargeBinary, nullable=False),
    Column("last_totp_step", BigInteger, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("shift_seen_at", Instant),
    PrimaryKeyConstraint("tenant_id", "id"),
    Index("uq_accounts_name", "tenant_id", "name", unique=True),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    _tenant(),
    Column("token_hash", LargeBinary, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    PrimaryKeyConstraint("tenant_id", "token_hash"),
    _of_account(),
    Index("ix_staff_sessions_staff", "tenant_id", "staff_id"),
)

# What a tenant keeps beside its cases, such as who speaks what. Each row is sealed and versioned.
registers = Table(
    "registers",
    metadata,
    _tenant(),
    Column("register", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "register", "id"),
)

# One row that readiness really writes (I17). It belongs to no tenant and says nothing.
pulse = Table(
    "pulse",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("beats", BigInteger, nullable=False),
)
