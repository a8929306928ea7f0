"""``frontdoor check``: the proofs over everything that each tenant publishes, and what to look at.

It passes the catalogues to ``flows.proofs``, which may not know them, and prints what comes back.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from flows.breaks import Break
from flows.edition import library_sources, make_edition
from flows.proofs import Proof, prove
from flows.wording_proofs import Lookup, Wording
from locales.catalogue_file import FOLDER, files_in, read
from locales.extraction import Source, collect
from tenants.publishing import notes
from tenants.tenant import Tenant, TenantId, load_tenants

Catalogue = Mapping[tuple[str, str], Wording]
"""Key and the English it was made from -> the translation, with where it stands."""


@click.command("check")
@click.option("--tenant", default=None, help="Only this one.")
@click.option("--notes/--no-notes", "with_notes", default=True, help="Print what to look at.")
def check_command(tenant: str | None, *, with_notes: bool) -> None:
    """Prove every flow, text and number of the tenants; exit 1 and one line for each break."""
    tenants = load_tenants()
    if tenant is not None and tenant not in tenants:
        raise click.BadParameter(f"there is no tenant {tenant!r}", param_hint="--tenant")
    chosen = list(tenants.values()) if tenant is None else [tenants[TenantId(tenant)]]
    broken = False
    catalogues = read_catalogues()
    sources = collect()
    for each in chosen:
        proof = check_tenant(each, catalogues, sources)
        broken = broken or bool(proof.breaks)
        for line in _report(each, proof, catalogues, with_notes=with_notes):
            click.echo(line)
    if broken:
        sys.exit(1)


def check_tenant(
    tenant: Tenant, catalogues: Mapping[str, Catalogue], sources: Sequence[Source]
) -> Proof:
    """Prove what a tenant publishes now: its flows, and every text beside them."""
    edition = make_edition(library_sources(tenant), tenant)
    beside = {source.key: source.english for source in sources if _is_beside(source)}
    proof = prove(edition, tenant, look_up(catalogues), more=beside)
    unread = [] if tenant.demo else list(_unreviewed(tenant, catalogues))
    return Proof((*proof.breaks, *unread), proof.states, proof.moves, proof.texts)


def read_catalogues(folder: Path = FOLDER) -> Mapping[str, Catalogue]:
    """Every catalogue as it is written: each text with all its forms, its file and its line."""
    return {language: dict(_wordings(file)) for language, file in files_in(folder).items()}


def look_up(catalogues: Mapping[str, Catalogue]) -> Lookup:
    """The lookup that the proofs ask: no fallback to English, which would hide a gap."""

    def find(language: str, key: str, english: str) -> Wording | None:
        return catalogues.get(language, {}).get((key, english))

    return find


def _wordings(file: Path) -> Iterator[tuple[tuple[str, str], Wording]]:
    name = file.relative_to(FOLDER.parent) if file.is_relative_to(FOLDER.parent) else file
    for text in read(file):
        wording = Wording(text.forms, name.as_posix(), text.line, is_reviewed=text.is_reviewed)
        yield (text.key, text.english), wording


def _is_beside(source: Source) -> bool:
    """Whether a text is shown beside the flows; what people type is no text of ours."""
    parts = source.file.split("/")
    return parts[:2] == ["bot", "channels"]


def _unreviewed(tenant: Tenant, catalogues: Mapping[str, Catalogue]) -> Iterator[Break]:
    """P8: outside the demo a native speaker has read what safety hangs on."""
    for language in tenant.languages:
        for (key, _), wording in catalogues.get(language, {}).items():
            if is_critical(key) and not wording.is_reviewed:
                what = f"{key} ({language}) has not been read by a native speaker"
                yield Break(wording.file, wording.line, "P8", what)


CRITICAL = (
    # Is it safe here, and is anyone in danger.
    "entry.safe-to-talk.",
    "entry.danger-now.",
    "entry.whose-danger.",
    "replies.danger-heard",
    "typed.danger-now.",
    "using-abuse.hurt-someone-today.",
    # What we may have to tell, and what we cannot do.
    "entry.keeping.",
    "third-party.what-we-can.",
    "using-abuse.limits.",
    "young-people.",
    # Leaving, and the page that keeps quiet.
    "entry.leaving.",
    "entry.quiet.",
    "page.exit",
    "page.leaving",
    "page.quiet.",
    "replies.quiet-",
    "typed.exit",
    # Suicide.
    "using-abuse.own-life",
    "victim.own-life",
    # Harm that shows nothing, and how a refusal of contact is heard.
    "victim.neck.",
    "typed.refusing",
    "typed.own-life.",
    # When we ourselves cannot go on.
    "replies.trouble",
)
"""How the keys begin on whose texts safety hangs."""


def is_critical(key: str) -> bool:
    """Whether a text must be reviewed before it is published outside the demo (P8)."""
    return key.startswith(CRITICAL)


def _report(
    tenant: Tenant, proof: Proof, catalogues: Mapping[str, Catalogue], *, with_notes: bool
) -> Iterator[str]:
    for found in proof.breaks:
        yield f"{found} [{tenant.id}]"
    if with_notes:
        for note in notes(tenant):
            yield f"note: {tenant.id}: {note}"
        for language in tenant.languages:
            unread = sum(1 for w in catalogues.get(language, {}).values() if not w.is_reviewed)
            yield f"note: {tenant.id}: {unread} texts in {language} are not reviewed"
    counted = f"{proof.states} states, {proof.moves} turns, {proof.texts} texts"
    languages = ", ".join(tenant.languages)
    yield f"{tenant.id}: {len(proof.breaks) or 'no'} breaks ({counted} in {languages})"
