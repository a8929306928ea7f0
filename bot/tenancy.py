"""One tenant as this process serves it: settings, editions, store, and who is on shift."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from flows.conversation import Conversation, EditionId
from flows.edition import Edition, library_sources, make_edition
from flows.events import Moment
from flows.flow import Side
from handoff.case import QueueName
from handoff.permissions import SIDES, Permission, permissions_of
from handoff.staff import Staff, StaffId
from storage.store import EditionRecord, Store
from tenants.hours import is_open, next_opening
from tenants.tenant import Tenant

ROTA_HOLDS = 1.0
"""Seconds for which who is on shift is remembered: a turn must not cost a read."""


@dataclass(slots=True)
class Tenancy:
    """A tenant, its store, and the editions that talks are pinned to, the current one first."""

    tenant: Tenant
    store: Store
    edition: Edition
    older: dict[EditionId, Edition] = field(default_factory=dict)
    _everyone: Sequence[Staff] = ()
    _read_at: float | None = None

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
        if self._read_at is None or monotonic() - self._read_at > ROTA_HOLDS:
            self._everyone = await self.store.everyone()
            self._read_at = monotonic()
        return [s for s in self._everyone if s.is_on_shift(now)]

    async def touch_shift(self, id: StaffId, seen_at: datetime | None) -> None:
        """Record a sign of somebody on shift, or with None the end of their shift."""
        await self.store.touch_shift(id, seen_at)
        self._read_at = None

    async def is_staffed(self, now: datetime, side: Side = Side.VICTIM) -> bool:
        """Whether anybody is on shift who may take a case of that side and see it at all (P2, P6).

        Volunteers alone do not count (R49).
        """
        needed = {Permission.TAKE_CASES_UNSUPERVISED, SIDES[side]}
        return any(needed <= permissions_of(s) for s in await self.on_shift(now))

    def side_of_talk(self, talk: Conversation) -> Side:
        """The side whose people a talk waits for, as its flow stands now."""
        flow = self.edition.flows.get(talk.flow)
        return self.side_of(self.queue_of(flow.queue)) if flow else Side.VICTIM

    def _next_opening(self, now: datetime) -> datetime | None:
        """When somebody is next meant to be here; unknown where somebody should be here now."""
        hours = self.tenant.hours
        return None if is_open(hours, now) else next_opening(hours, now)

    async def moment(self, now: datetime, *, ahead: int | None = None) -> Moment:
        """What is true now: whether anybody of each side is here, else when somebody will be."""
        staffed = await self.is_staffed(now)
        staffed_apart = await self.is_staffed(now, Side.USING_ABUSE)
        opening = None if staffed and staffed_apart else self._next_opening(now)
        return Moment(now, staffed, opening, ahead, staffed_apart)


async def open_tenancy(tenant: Tenant, store: Store, now: datetime) -> Tenancy:
    """Publish what the tenant's files and the flow library say now, and serve it."""
    sources = library_sources(tenant)
    edition = make_edition(sources, tenant)
    await store.publish(EditionRecord(edition.id, dict(sources), now))
    return Tenancy(tenant, store, edition)
