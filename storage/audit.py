"""The audit's chain, one for each tenant and writer: an entry that is altered or taken out shows.

It does not show that a chain's last entries were cut off: for that, heads must be kept elsewhere.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Protocol

from storage.codec import dump
from storage.store import AuditEntry

BEGINNING = b""
"""What the first entry of a chain follows."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry in its place. ``hash`` covers the entry, its place and all before it."""

    tenant: str
    writer: str
    seq: int
    entry: AuditEntry
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """Where a chain does not hold."""

    writer: str
    seq: int


class Audited(Protocol):
    """A store that can show its whole audit."""

    async def audit_chain(self) -> tuple[bytes, Sequence[Link]]:
        """The tenant's audit key, and every entry."""


def link_up(entry: AuditEntry, *, key: bytes, place: tuple[str, str, int], previous: bytes) -> Link:
    """Put an entry at a place (tenant, writer, seq) after the one with this hash."""
    tenant, writer, seq = place
    digest = hmac.digest(key, dump((tenant, writer, seq, entry, previous.hex())), "sha256")
    return Link(tenant, writer, seq, entry, previous, digest)


async def verify(store: Audited) -> BrokenChain | None:
    """The first place where a chain is broken, or None when all hold (I11)."""
    key, links = await store.audit_chain()
    ordered = sorted(links, key=attrgetter("writer", "seq"))
    for _, chain in groupby(ordered, key=attrgetter("writer")):
        if broken := _first_break(list(chain), key):
            return broken
    return None


def _first_break(chain: Sequence[Link], key: bytes) -> BrokenChain | None:
    previous = BEGINNING
    for seq, link in enumerate(chain, start=1):
        place = (link.tenant, link.writer, seq)
        if link_up(link.entry, key=key, place=place, previous=previous) != link:
            return BrokenChain(link.writer, seq)
        previous = link.hash
    return None
