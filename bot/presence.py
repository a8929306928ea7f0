"""Who is here: open pages and open cases, counted in this process and told to the others.

Presence is a hint and is never stored; when a process dies, what it said of presence soon lapses.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from flows.conversation import ConversationId
from storage.bus import Bus, topic
from tenants.tenant import TenantId

Place = tuple[TenantId, ConversationId]

VISITOR, WORKER = "visitor-at", "worker-at"


def talk_topic(tenant: TenantId, conversation: ConversationId) -> str:
    """What is nudged when a talk has new lines, another owner, or somebody came or went."""
    return topic(tenant, "talk", conversation)


def desk_topic(tenant: TenantId) -> str:
    """What is nudged when any case of a tenant, or who is here, has changed."""
    return topic(tenant, "desk")


def _place(tenant: TenantId, side: str, conversation: ConversationId) -> str:
    return topic(tenant, side, conversation)


@dataclass(slots=True)
class Presence:
    """Open pages by talk, for both sides: this process's own, and what the others lately said."""

    bus: Bus
    _visitors: Counter[Place] = field(default_factory=Counter)
    _workers: Counter[Place] = field(default_factory=Counter)

    def visitor_is_here(self, tenant: TenantId, conversation: ConversationId) -> bool:
        """Whether a page of the visitor's is open on this talk."""
        here = self._visitors[tenant, conversation] > 0
        return here or self.bus.is_elsewhere(_place(tenant, VISITOR, conversation))

    def worker_is_here(self, tenant: TenantId, conversation: ConversationId) -> bool:
        """Whether a worker who holds this case has it open."""
        here = self._workers[tenant, conversation] > 0
        return here or self.bus.is_elsewhere(_place(tenant, WORKER, conversation))

    def visitor_at(
        self, tenant: TenantId, conversation: ConversationId
    ) -> AbstractContextManager[None]:
        """Count the visitor as here for as long as the block lasts."""
        return self._counted(self._visitors, VISITOR, (tenant, conversation))

    def worker_at(
        self, tenant: TenantId, conversation: ConversationId
    ) -> AbstractContextManager[None]:
        """Count the worker as here for as long as the block lasts."""
        return self._counted(self._workers, WORKER, (tenant, conversation))

    @contextmanager
    def _counted(self, pages: Counter[Place], side: str, place: Place) -> Iterator[None]:
        pages[place] += 1
        if pages[place] == 1:
            # Told before the nudge: whoever looks because of it finds it so.
            self.bus.announce(_place(place[0], side, place[1]), is_here=True)
        self._nudge(*place)
        try:
            yield
        finally:
            pages[place] -= 1
            if not pages[place]:
                del pages[place]
                self.bus.announce(_place(place[0], side, place[1]), is_here=False)
            self._nudge(*place)

    def _nudge(self, tenant: TenantId, conversation: ConversationId) -> None:
        self.bus.publish(talk_topic(tenant, conversation))
        self.bus.publish(desk_topic(tenant))
