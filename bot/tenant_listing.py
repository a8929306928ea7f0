"""What a tenant is, and what stands in the way of publishing it, without the proofs' seconds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.checking import Catalogue, check_fits, read_catalogues, unread_texts
from tenants.publishing import gaps
from tenants.reading import FileMistakeError
from tenants.tenant import ReadFolder, Tenant, read_folders


@dataclass(frozen=True, slots=True)
class Listed:
    """One folder. Where its files cannot be read there is no tenant, and one thing in the way."""

    id: str
    tenant: Tenant | None
    in_the_way: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The shape of ``--json`` (docs/architecture.md)."""
        tenant = self.tenant
        return {
            "id": self.id,
            "title": tenant.title if tenant else None,
            "demo": tenant.demo if tenant else None,
            "languages": list(tenant.languages) if tenant else [],
            "doors": list(tenant.doors) if tenant else [],
            "in_the_way": list(self.in_the_way),
        }


def list_tenants(root: Path) -> list[Listed]:
    """Every folder of a tenant, the unreadable ones too and first, then by order and name."""
    catalogues = read_catalogues()
    return [_listed(read, catalogues) for read in read_folders(root)]


def _listed(read: ReadFolder, catalogues: Mapping[str, Catalogue]) -> Listed:
    if isinstance(read.found, FileMistakeError):
        return Listed(read.id, None, (str(read.found),))
    try:
        check_fits(read.found, catalogues)
    except FileMistakeError as mistake:
        return Listed(read.id, read.found, (str(mistake),))
    return Listed(read.id, read.found, tuple(_in_the_way(read.found, catalogues)))


def _in_the_way(tenant: Tenant, catalogues: Mapping[str, Catalogue]) -> Iterator[str]:
    """As it would be outside the demo, which publishes anything."""
    for gap in gaps(replace(tenant, demo=False)):
        yield f"{gap.rule}, {gap.what}"
    for unread in unread_texts(tenant, catalogues):
        yield f"P8, {unread.what} ({unread.file})"
