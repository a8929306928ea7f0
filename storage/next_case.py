"""The case that a worker would claim next: asked for often, and mostly of talks whose key is known.

It opens one case and no other.
"""

from collections.abc import Sequence
from operator import attrgetter

from sqlalchemy import Connection, bindparam, select

from flows.conversation import ConversationId, Owner
from handoff.case import Case, QueueName
from storage.prepared import Prepared
from storage.queries import sealer_of
from storage.records import read_case
from storage.tables import cases
from storage.vault import Vault

# Without the key, which is mostly at hand: to look it up takes as long as to find the case.
_NEXT = Prepared(
    select(cases.c.reference, cases.c.version, cases.c.sealed, cases.c.conversation_id)
    .where(
        cases.c.tenant_id == bindparam("tenant"),
        cases.c.queue == bindparam("queue"),
        cases.c.owner == bindparam("owner"),
        cases.c.closed_at.is_(None),
    )
    .order_by(cases.c.rank_at, cases.c.reference)
    .limit(1)
)


def next_waiting(connection: Connection, vault: Vault, queues: Sequence[QueueName]) -> Case | None:
    """The first case that waits in these queues; those still with the bot come after."""
    for owner in (Owner.QUEUE, Owner.BOT):
        first = [_next_in(connection, vault, queue, owner) for queue in dict.fromkeys(queues)]
        if found := [case for case in first if case is not None]:
            return min(found, key=attrgetter("rank_at", "reference"))
    return None


def _next_in(connection: Connection, vault: Vault, queue: QueueName, owner: Owner) -> Case | None:
    asked = {"tenant": vault.tenant, "queue": queue, "owner": owner.value}
    row = _NEXT.first(connection, asked)
    if row is None:
        return None
    id = ConversationId(row.conversation_id)
    sealer = vault.known(id) or sealer_of(connection, vault, id)
    return None if sealer is None else read_case(row, sealer)
