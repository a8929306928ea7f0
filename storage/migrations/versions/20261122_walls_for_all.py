"""Contract: the walls hold for the tables' owner too. From here on, whoever changes rows in a
migration names the tenant first, one after the other.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WALLED = (
    "tenant_keys",
    "editions",
    "conversations",
    "conversation_keys",
    "sessions",
    "lines",
    "cases",
    "timers",
    "facts",
    "audit",
    "accounts",
    "staff_sessions",
    "pulse",
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in WALLED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
