"""One tenant as this process serves it: settings, editions, store, and who is on shift."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import structlog

from bot.render import Wording
from flows.conversation import Conversation, EditionId
from flows.edition import Edition, edition_id, library_sources, make_edition, tenant_in
from flows.events import Moment
from flows.flow import Side
from flows.known import queue_of
from handoff.case import QueueName
from handoff.permissions import SIDES, Permission, permissions_of
from handoff.staff import SEEN_WITHIN, Staff, StaffId
from locales.lookup import Catalogues
from storage.store import EditionRecord, Store, Stores
from tenants.hours import is_open, next_opening
from tenants.publishing import leaks
from tenants.reading import FileMistakeError
from tenants.tenant import Tenant, TenantId, load_tenants, read_folders

log = structlog.get_logger()

ROTA_HOLDS = 1.0
"""Seconds for which who is on shift is remembered: a turn must not cost a read."""


@dataclass(slots=True, repr=False)
class Tenancy:
    """A tenant, its store, and the editions that talks are pinned to, the current one first."""

    tenant: Tenant
    store: Store
    edition: Edition
    older: dict[EditionId, Edition] = field(default_factory=dict)
    _everyone: Sequence[Staff] = ()
    _read_at: float | None = None
    _reading: asyncio.Task[None] | None = None
    _staffed_until: Mapping[Side, datetime] = field(default_factory=dict)
    _wordings: dict[tuple[EditionId, str], Wording] = field(default_factory=dict)
    _opening: tuple[datetime, datetime | None] | None = None

    async def edition_of(self, id: EditionId) -> Edition:
        """The edition a talk began in; where it is gone, the current one (P9)."""
        if id == self.edition.id:
            return self.edition
        if id not in self.older:
            record = await self.store.edition(id)
            self.older[id] = (
                self.edition if record is None else make_edition(record.sources, self.tenant)
            )
        return self.older[id]

    def wording(self, catalogues: Catalogues, edition: Edition, language: str) -> Wording:
        """The tenant's texts for a talk that is pinned to this edition, in one language."""
        place = edition.id, language
        if place not in self._wordings:
            current = self.edition.english
            self._wordings[place] = Wording(self.tenant, edition, catalogues, language, current)
        return self._wordings[place]

    def queue_of(self, door: str) -> QueueName:
        """The tenant's queue for a door. An unknown door has none: a guess might cross the wall."""
        return QueueName(self.tenant.doors[door])

    def side_of(self, queue: QueueName) -> Side:
        """Which side of the wall a queue is on (P6)."""
        is_apart = queue == self.tenant.doors["using-abuse"]
        return Side.USING_ABUSE if is_apart else Side.VICTIM

    @property
    def queues(self) -> tuple[QueueName, ...]:
        """Every queue of the tenant, once."""
        return tuple(QueueName(name) for name in dict.fromkeys(self.tenant.doors.values()))

    async def on_shift(self, now: datetime) -> Sequence[Staff]:
        """Everybody who is on shift, whatever they may do; read at most once a second."""
        if not self._is_rota_fresh():
            await self._read_rota()
        return [s for s in self._everyone if s.is_on_shift(now)]

    async def _read_rota(self) -> None:
        # Whoever comes meanwhile waits for this one read, and fails with it: a crowd would each
        # begin their own, one after the other.
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_everyone(), name="tenancy: rota")
            self._reading.add_done_callback(_note_failure)
        await asyncio.shield(self._reading)

    async def _read_everyone(self) -> None:
        everyone = await self.store.everyone()
        if self._reading is asyncio.current_task():
            self._everyone, self._read_at = everyone, monotonic()
            self._staffed_until = staffed_until(everyone)

    def _is_rota_fresh(self) -> bool:
        return self._read_at is not None and monotonic() - self._read_at <= ROTA_HOLDS

    async def touch_shift(self, id: StaffId, seen_at: datetime | None) -> None:
        """Record a sign of somebody on shift, or with None the end of their shift."""
        await self.store.touch_shift(id, seen_at)
        # What is being read now may have been read before this.
        self._read_at = self._reading = None

    async def is_staffed(self, now: datetime, side: Side = Side.VICTIM) -> bool:
        """Whether anybody is on shift who may take a case of that side and see it at all (P2, P6).

        Volunteers alone do not count (R49).
        """
        if not self._is_rota_fresh():
            await self._read_rota()
        return self._is_staffed(now, side)

    def _is_staffed(self, now: datetime, side: Side) -> bool:
        until = self._staffed_until.get(side)
        return until is not None and now <= until

    def side_of_talk(self, talk: Conversation) -> Side:
        """The side whose people a talk waits for, as its flow stands now."""
        if talk.flow not in self.edition.flows:
            return Side.VICTIM
        return self.side_of(self.queue_of(queue_of(self.edition, talk)))

    def session_end(self, now: datetime) -> datetime:
        """Until when a visitor who is heard of now may come back to their talk."""
        return now + max(self.tenant.settings.resume_within, timedelta(minutes=1))

    def _next_opening(self, now: datetime) -> datetime | None:
        """When somebody is next meant to be here; unknown where somebody should be here now."""
        minute = now.replace(second=0, microsecond=0)
        if self._opening is None or self._opening[0] != minute:
            # Hours are written in minutes, and every turn asks.
            hours = self.tenant.hours
            self._opening = minute, None if is_open(hours, now) else next_opening(hours, now)
        return self._opening[1]

    async def moment(
        self, now: datetime, *, ahead: int | None = None, heard_at: datetime | None = None
    ) -> Moment:
        """What is true now: whether anybody of each side is here, else when somebody will be.

        ``heard_at``: when the visitor whose event it is did something last, where that is known.
        """
        if not self._is_rota_fresh():
            await self._read_rota()
        staffed = self._is_staffed(now, Side.VICTIM)
        staffed_apart = self._is_staffed(now, Side.USING_ABUSE)
        opening = None if staffed and staffed_apart else self._next_opening(now)
        was_silent = self.is_after_silence(now, heard_at)
        return Moment(now, staffed, opening, ahead, staffed_apart, was_silent)

    def is_after_silence(self, now: datetime, heard_at: datetime | None) -> bool:
        """Whether it may not be safe any more, or be somebody else who is there now (P15)."""
        return heard_at is not None and now - heard_at > self.tenant.settings.ask_safety_after


def _note_failure(reading: asyncio.Task[None]) -> None:
    """Whoever waited has been told; where nobody did, nobody need be."""
    if not reading.cancelled():
        reading.exception()


def staffed_until(everyone: Iterable[Staff]) -> dict[Side, datetime]:
    """Until when each side has somebody who may take its cases, if no more is heard of them."""
    until: dict[Side, datetime] = {}
    for person in everyone:
        held = permissions_of(person)
        if person.shift_seen_at is None or Permission.TAKE_CASES_UNSUPERVISED not in held:
            continue
        for side in (side for side, seen in SIDES.items() if seen in held):
            last = person.shift_seen_at + SEEN_WITHIN
            until[side] = max(until.get(side, last), last)
    return until


async def open_tenancy(
    tenant: Tenant, store: Store, now: datetime, *, is_trial: bool = False
) -> Tenancy | None:
    """Serve what the tenant's files and the flow library say now.

    Outside the demo only what was published is served: where the present files were not, the
    edition and the files that were published last; None where none ever was. A trial asks nobody,
    but a place is told by neither (P18): a trial raises FileMistakeError.
    """
    told = leaks(tenant) if tenant.demo or is_trial else []
    if told and is_trial:
        path = Path(tenant.id) / told[0].file
        problem, _, cure = told[0].what.partition(". ")
        raise FileMistakeError(path, told[0].line, problem, cure=cure)
    if is_trial or (tenant.demo and not told):
        sources = library_sources(tenant)
        edition = make_edition(sources, tenant)
        await store.publish(EditionRecord(edition.id, dict(sources), now))
        return Tenancy(tenant, store, edition)
    return await _published(tenant, store)


async def _published(tenant: Tenant, store: Store) -> Tenancy | None:
    present = edition_id(library_sources(tenant), tenant)
    record = await store.edition(present) or await store.last_edition()
    if record is None:
        log.error("tenant-never-published", tenant=tenant.id)
        return None
    if record.id != present:
        log.warning("edition-not-published", tenant=tenant.id, serves=record.id)
    served = tenant_in(record.sources, tenant.id) or tenant
    edition = make_edition(record.sources, served)
    english = {**_english_now(tenant), **edition.english}
    return Tenancy(served, store, replace(edition, id=record.id, english=english))


async def tenants_still_in(root: Path, stores: Stores) -> Mapping[TenantId, Tenant]:
    """The tenants of a folder; one whose files cannot be read, as it was published last.

    A slip in one helpline's file must silence neither that one nor its neighbours. Raises
    FileMistakeError where nobody is left.
    """
    found: dict[TenantId, Tenant] = {}
    for folder in read_folders(root):
        id = TenantId(folder.id)
        if not isinstance(folder.found, FileMistakeError):
            found[id] = folder.found
            continue
        log.error("tenant-unreadable", tenant=id, line=folder.found.line)
        record = await stores.open(id).last_edition()
        if record is not None and (published := tenant_in(record.sources, id)):
            found[id] = published
    # With nobody left, what is wrong is told.
    return found or load_tenants(root)


def _english_now(tenant: Tenant) -> Mapping[str, str]:
    """Replies that a newer version says and an older edition has no words for."""
    try:
        return make_edition(library_sources(tenant), tenant).english
    except FileMistakeError:
        return {}
