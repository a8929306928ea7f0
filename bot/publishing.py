"""Publishing: a tenant's edition is made, judged and kept. Outside the demo a break refuses it.

What is refused leaves the edition that was published before as it is: a helpline goes on with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from bot.checking import Catalogue, check_tenant, gap_as_break, read_catalogues, unfinished
from flows.breaks import Break
from flows.conversation import EditionId
from flows.edition import library_sources, make_edition
from locales.extraction import Source, collect
from storage.store import EditionRecord, Store, Stores
from tenants.publishing import leaks
from tenants.reading import FileMistakeError
from tenants.tenant import ReadFolder, Tenant, TenantId


@dataclass(frozen=True, slots=True)
class Published:
    """The tenant is served by this edition from the next start on."""

    tenant: TenantId
    edition: EditionId
    is_new: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was stored. ``kept`` is the edition that it goes on with; None: it has none."""

    tenant: TenantId
    breaks: tuple[Break, ...]
    kept: EditionId | None


Outcome = Published | Refused
Judge = Callable[[Tenant], Sequence[Break]]


def judge(tenant: Tenant) -> Sequence[Break]:
    """What refuses a tenant: its gaps, a break of the proofs, a text unread (P8, P13, P18).

    The demo publishes whatever can be read and tells no place.
    """
    if tenant.demo:
        return [gap_as_break(tenant, gap) for gap in leaks(tenant)]
    catalogues, sources = _texts()
    try:
        proof = check_tenant(tenant, catalogues, sources)
        return (*proof.breaks, *unfinished(tenant, catalogues))
    except FileMistakeError as mistake:
        return (_as_break(mistake),)


def _as_break(mistake: FileMistakeError) -> Break:
    file = f"{mistake.path.parent.name}/{mistake.path.name}"
    return Break(file, mistake.line, "P7", f"{mistake.problem}. {mistake.cure}")


async def publish_all(
    folders: Iterable[ReadFolder], stores: Stores, now: datetime, judge: Judge = judge
) -> Sequence[Outcome]:
    """Publish each tenant that nothing refuses; the others keep what they have.

    A file that cannot be read refuses its own tenant alone.
    """
    outcomes: list[Outcome] = []
    for folder in folders:
        store = stores.open(TenantId(folder.id))
        if isinstance(folder.found, FileMistakeError):
            outcomes.append(await _refuse(folder.id, (_as_break(folder.found),), store))
        else:
            outcomes.append(await publish(folder.found, store, now, judge))
    return outcomes


async def _refuse(id: str, breaks: tuple[Break, ...], store: Store) -> Refused:
    last = await store.last_edition()
    return Refused(TenantId(id), breaks, None if last is None else last.id)


async def publish(tenant: Tenant, store: Store, now: datetime, judge: Judge = judge) -> Outcome:
    """Judge and keep one tenant's edition. Raises FileMistakeError for a demo that is unreadable.

    A tenant that was published before with the very same sources is judged again: what may be
    said can have changed, and whoever asks wants to know.
    """
    if breaks := tuple(judge(tenant)):
        return await _refuse(tenant.id, breaks, store)
    sources = library_sources(tenant)
    edition = make_edition(sources, tenant)
    is_new = await store.edition(edition.id) is None
    await store.publish(EditionRecord(edition.id, dict(sources), now))
    return Published(tenant.id, edition.id, is_new)


@cache
def _texts() -> tuple[Mapping[str, Catalogue], Sequence[Source]]:
    """Every catalogue and every English text, which take a while to read."""
    return read_catalogues(), collect()
