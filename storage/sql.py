"""Writing batches of changes, the same for every SQL database. Synchronous, one connection.

A batch is tried whole in one transaction; only when that fails does each change get its own.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

from sqlalchemy import Connection, bindparam, func, insert, select, true
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, ProgrammingError

from handoff.transcript import Seq
from storage.audit import BEGINNING, link_up
from storage.errors import StorageError, StoreBusy, UnfitChange, code_of, is_taken
from storage.plan import Plan
from storage.records import Row, audit_row
from storage.statements import COUNTED, FIND_INBOX, FIND_VERSION, statements
from storage.store import Committed, Conflict, Repeated
from storage.tables import audit
from tenants.tenant import TenantId

Fate = Committed | Repeated | Conflict | StorageError

_IN_ID_ORDER = itemgetter("of_tenant", "of_id")

# Local to the transaction: what a session keeps would go on to the pool's next caller.
_ENTER = select(func.set_config("frontdoor.tenant", bindparam("tenant"), true()))

_LOCKED = "55P03"
_LOCKED_AT_MOST = 4
"""Each costs the whole batch a wait, so after so many the rest are told to come again."""


class _Stale(Exception):
    """A row was not there in the version that was read."""


def enter(connection: Connection, tenant: TenantId) -> Connection:
    """Show the database, until this transaction ends, what is this tenant's and nothing else.

    Where there is row-level security; an embedded database has none, and the queries' own condition
    keeps tenants apart.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_ENTER, {"tenant": tenant})
    return connection


def _say_nothing(_fates: Sequence[Fate]) -> None:
    """Nobody need know beforehand."""


def write(
    connection: Connection,
    batch: Sequence[Plan],
    *,
    writer: str,
    before_commit: Callable[[Sequence[Fate]], None] = _say_nothing,
) -> Sequence[Fate]:
    """Write the batch and commit; each plan's fate, in order. All is durable on return.

    ``before_commit`` is told the fates while they can still be undone. Raises the driver's error
    when the database as a whole fails: nothing was stored then, unless it failed at the commit.
    """
    fates: Sequence[Fate] = [Committed(plan.stored) for plan in batch]
    try:
        with connection.begin():
            for part in _by_tenant(connection, batch):
                _run(connection, part, writer)
            before_commit(fates)
    except Exception as error:
        if not _is_of_one_change(error):
            raise
        with connection.begin():
            fates = _replay_each(connection, batch, writer)
            before_commit(fates)
    return fates


def _by_tenant(connection: Connection, batch: Sequence[Plan]) -> Iterator[Sequence[Plan]]:
    """The batch in parts, the database showing what is that part's tenant's alone."""
    if connection.dialect.name != "postgresql":
        yield batch
        return
    parts: defaultdict[TenantId, list[Plan]] = defaultdict(list)
    for plan in batch:
        parts[plan.tenant].append(plan)
    # Always the same order, as with the ids in each.
    for tenant in sorted(parts):
        enter(connection, tenant)
        yield parts[tenant]


def _replay_each(connection: Connection, batch: Sequence[Plan], writer: str) -> Sequence[Fate]:
    """Each plan by itself, in its own order, so that another's misfortune is not its own."""
    fates: list[Fate] = []
    entered, locked = None, 0
    versions: dict[tuple[str, str, str], int | None] = {}
    for plan in batch:
        if locked >= _LOCKED_AT_MOST:
            fates.append(StoreBusy())
            continue
        if plan.tenant != entered:
            enter(connection, entered := plan.tenant)
        fates.append(_replay(connection, plan, writer, versions))
        locked += isinstance(fates[-1], StoreBusy)
    return fates


def _replay(
    connection: Connection,
    plan: Plan,
    writer: str,
    versions: dict[tuple[str, str, str], int | None],
) -> Fate:
    for inbox in plan.inboxes:
        place = {name: inbox[name] for name in ("tenant_id", "conversation_id", "inbox")}
        if (seq := connection.scalar(FIND_INBOX, place)) is not None:
            return Repeated(Seq(seq))
    if _is_stale(connection, plan, versions):
        return Conflict()
    try:
        with connection.begin_nested():
            _run(connection, [plan], writer)
    except Exception as error:
        if not _is_of_one_change(error):
            raise
        return _refusal(error)
    for kind in COUNTED:
        for row in plan.rows.get(kind, ()):
            versions[kind, *_IN_ID_ORDER(row)] = row["version"]
    return Committed(plan.stored)


def _is_stale(
    connection: Connection, plan: Plan, versions: dict[tuple[str, str, str], int | None]
) -> bool:
    """Whether it is known beforehand that somebody was first. A version never goes back.

    A crowd at one talk or case would else cost each of them a savepoint, and all of them a wait.
    """
    for kind, find in FIND_VERSION.items():
        for row in plan.rows.get(kind, ()):
            tenant, id = _IN_ID_ORDER(row)
            place = kind, tenant, id
            if place not in versions:
                versions[place] = connection.scalar(find, {"of_tenant": tenant, "of_id": id})
            if versions[place] != row["read_version"]:
                return True
    return False


def _is_of_one_change(error: Exception) -> bool:
    """Whether one change is at fault (stale, repeated, or unfit to be stored), not the database."""
    if not isinstance(error, DBAPIError):
        return True
    blamed = isinstance(error, IntegrityError | DataError | ProgrammingError | InterfaceError)
    return (blamed or code_of(error) == _LOCKED) and not error.connection_invalidated


def _refusal(error: Exception) -> Fate:
    if isinstance(error, _Stale) or (isinstance(error, IntegrityError) and is_taken(error)):
        return Conflict()
    if isinstance(error, DBAPIError) and code_of(error) == _LOCKED:
        return StoreBusy(f"({_LOCKED})")
    # The error's own text may quote what was to be stored.
    return UnfitChange(f"({type(error).__name__})")


def _run(connection: Connection, batch: Sequence[Plan], writer: str) -> None:
    gathered: defaultdict[str, list[Row]] = defaultdict(list)
    for plan in batch:
        for kind, rows in plan.rows.items():
            gathered[kind] += rows
    for kind, statement in statements(connection.dialect.name).items():
        if kind not in gathered:
            continue
        rows = gathered[kind]
        if kind in COUNTED:
            # Always the same order: two writers then wait for each other, never in a ring.
            rows.sort(key=_IN_ID_ORDER)
        changed = statement.run(connection, rows)
        if kind in COUNTED and changed != len(rows):
            raise _Stale
    for plan in batch:
        if plan.audit:
            _append_audit(connection, plan, writer)


def _append_audit(connection: Connection, plan: Plan, writer: str) -> None:
    head = connection.execute(
        select(audit.c.seq, audit.c.hash)
        .where(audit.c.tenant_id == plan.tenant, audit.c.writer == writer)
        .order_by(audit.c.seq.desc())
        .limit(1)
    ).first()
    seq, previous = (head.seq, head.hash) if head else (0, BEGINNING)
    for entry in plan.audit:
        seq += 1
        place = (plan.tenant, writer, seq)
        link = link_up(entry, key=plan.audit_key, place=place, previous=previous)
        connection.execute(insert(audit), audit_row(link))
        previous = link.hash
