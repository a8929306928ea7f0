"""What a tenant is, and what stands in the way of publishing it, without the proofs' seconds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.checking import Catalogue, read_catalogues, unread_texts
from flows.edition import CHOICES, LIBRARY, REPLIES, library_sources, make_edition
from tenants.publishing import gaps
from tenants.reading import FileMistakeError, read_source
from tenants.tenant import Tenant, TenantFileError, folders_in, load_tenant


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
    """Every folder of a tenant, the unreadable ones too, by order and name."""
    catalogues = read_catalogues()
    listed = [_listed(folder, catalogues) for folder in folders_in(root)]
    return sorted(listed, key=lambda each: (each.tenant.order if each.tenant else 0, each.id))


def check_fits(tenant: Tenant, folder: Path, languages: Mapping[str, object]) -> None:
    """Whether this version has the tenant's languages and flows. Raises FileMistakeError."""
    path = folder / "tenant.yaml"
    fields = read_source(tenant.files[path.name], path, TenantFileError).named()
    fields["languages"].some_of(tuple(languages))
    flows = {file.name for file in LIBRARY.glob("*.yaml")} - {CHOICES, REPLIES}
    fields["flows"].some_of(sorted(name.removesuffix(".yaml") for name in flows))
    make_edition(library_sources(tenant), tenant)


def _listed(folder: Path, catalogues: Mapping[str, Catalogue]) -> Listed:
    try:
        tenant = load_tenant(folder)
    except FileMistakeError as mistake:
        return Listed(folder.name, None, (str(mistake),))
    try:
        check_fits(tenant, folder, catalogues)
    except FileMistakeError as mistake:
        return Listed(folder.name, tenant, (str(mistake),))
    return Listed(folder.name, tenant, tuple(_in_the_way(tenant, catalogues)))


def _in_the_way(tenant: Tenant, catalogues: Mapping[str, Catalogue]) -> Iterator[str]:
    """As it would be outside the demo, which publishes anything."""
    for gap in gaps(replace(tenant, demo=False)):
        yield f"{gap.rule}, {gap.what}"
    for language in tenant.languages:
        unread = list(unread_texts(replace(tenant, languages=(language,)), catalogues))
        if files := Counter(found.file for found in unread):
            yield f"P8, {len(unread)} safety texts in {language} are not reviewed ({min(files)})"
