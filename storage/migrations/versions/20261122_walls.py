"""Expand: walls between tenants on PostgreSQL. The owner still sees over them, so what runs as the
owner goes on; whoever owns nothing sees one tenant's rows, and none before it has named a tenant.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TENANTS_OWN = (
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
)
# Once it has been set in a session, a setting that is local to a transaction ends as ''.
ITS_OWN = "tenant_id = NULLIF(current_setting('frontdoor.tenant', true), '')"
# The pulse is no tenant's. It stays as small as this, whoever writes to it.
FEW = "id BETWEEN 1 AND 1024"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TENANTS_OWN:
        _wall(table, "only_its_own", ITS_OWN)
    _wall("pulse", "only_a_few", FEW)
    # A number that two tenants cannot both have would tell one of the other.
    op.execute("ALTER TABLE facts DROP CONSTRAINT pk_facts")
    op.execute("ALTER TABLE facts ADD CONSTRAINT pk_facts PRIMARY KEY (tenant_id, number)")


def _wall(table: str, policy: str, rows: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {policy} ON {table} FOR ALL USING ({rows}) WITH CHECK ({rows})")
