"""``frontdoor check``: the proofs over everything that each tenant publishes, and what to look at.

It passes the catalogues to ``flows.proofs``, which may not know them, and prints what comes back.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click

from bot.reading import choose_folders
from bot.recordings import broken_recordings, missing_recordings
from bot.settings import read_settings
from flows.breaks import Break
from flows.edition import CHOICES, LIBRARY, REPLIES, library_sources, make_edition
from flows.proofs import Proof, Walks, prove
from flows.wording_proofs import ENGLISH, Lookup, Wording
from locales.catalogue_file import FOLDER, files_in, read
from locales.extraction import Source, collect
from tenants.publishing import Gap, gaps, notes, still_to_come
from tenants.reading import FileMistakeError, read_source
from tenants.tenant import Tenant, TenantFileError
from tenants.texts import texts as tenant_texts

Catalogue = Mapping[tuple[str, str], Wording]
"""Key and the English it was made from -> the translation, with where it stands."""


@click.command("check")
@click.option("--tenant", default=None, help="Only this one.")
@click.option("--notes/--no-notes", "with_notes", default=True, help="Print what to look at.")
def check_command(tenant: str | None, *, with_notes: bool) -> None:
    """Prove every flow, text and number of the tenants; exit 1 and one line for each break.

    What only waits for somebody to look at it is a note here, and refuses `publish`.
    """
    catalogues, sources = read_catalogues(), collect()
    broken = False
    for folder in choose_folders(read_settings().tenants, tenant):
        try:
            checked = folder.tenant()
            proof = check_tenant(checked, catalogues, sources)
        except FileMistakeError as mistake:
            broken = True
            click.echo(f"{mistake} [{folder.id}]")
            continue
        broken = broken or bool(proof.breaks)
        for line in _report(checked, proof, catalogues, with_notes=with_notes):
            click.echo(line)
    if broken:
        sys.exit(1)


def check_tenant(
    tenant: Tenant,
    catalogues: Mapping[str, Catalogue],
    sources: Sequence[Source],
) -> Proof:
    """Prove what a tenant publishes now: its flows, and every text beside them.

    Raises FileMistakeError where this version has not what it names.
    """
    check_fits(tenant, catalogues)
    edition = make_edition(library_sources(tenant), tenant)
    beside = {source.key: source.english for source in sources if _is_beside(source)}
    proof = prove(
        edition, tenant, with_own(tenant, look_up(catalogues)), more=beside, walk=_walks().walk
    )
    keys = (*edition.english, *dict(tenant_texts(tenant)), *beside)
    return replace(proof, breaks=(*proof.breaks, *broken_recordings(tenant, keys)))


@cache
def _walks() -> Walks:
    """What this process has walked before: most tenants publish the same flows."""
    return Walks()


def check_fits(tenant: Tenant, languages: Mapping[str, object]) -> None:
    """Whether this version has the tenant's languages and flows. Raises FileMistakeError."""
    path = Path(tenant.id) / "tenant.yaml"
    fields = read_source(tenant.files[path.name], path, TenantFileError).named()
    fields["languages"].some_of(tuple(languages))
    flows = {file.name for file in LIBRARY.glob("*.yaml")} - {CHOICES, REPLIES}
    fields["flows"].some_of(sorted(name.removesuffix(".yaml") for name in flows))
    make_edition(library_sources(tenant), tenant)


def unfinished(tenant: Tenant, catalogues: Mapping[str, Catalogue]) -> Sequence[Break]:
    """What waits for somebody to look at it, and refuses publishing outside the demo (P8, P13)."""
    waiting = [gap for gap in gaps(replace(tenant, demo=False)) if gap.is_unfinished]
    waiting += still_to_come(tenant, datetime.now(UTC).date())
    return [
        *(gap_as_break(tenant, gap) for gap in waiting),
        *unread_texts(tenant, catalogues),
    ]


def gap_as_break(tenant: Tenant, gap: Gap) -> Break:
    """A gap, with the file of the tenant that it is in."""
    return Break(f"tenants/{tenant.id}/{gap.file}", gap.line, gap.rule, gap.what)


def read_catalogues(folder: Path = FOLDER) -> Mapping[str, Catalogue]:
    """Every catalogue as it is written: each text with all its forms, its file and its line."""
    return {language: dict(_wordings(file)) for language, file in files_in(folder).items()}


def look_up(catalogues: Mapping[str, Catalogue]) -> Lookup:
    """The lookup that the proofs ask: no fallback to English, which would hide a gap."""

    def find(language: str, key: str, english: str) -> Wording | None:
        return catalogues.get(language, {}).get((key, english))

    return find


def with_own(tenant: Tenant, find: Lookup) -> Lookup:
    """The same, with the texts that a tenant's own files hold: no catalogue need know a helpline.

    Their English stands in the files, and every other language in its ``wording.yaml``.
    """
    texts = dict(tenant_texts(tenant))

    def find_own(language: str, key: str, english: str) -> Wording | None:
        if texts.get(key) != english:
            return find(language, key, english)
        written = tenant.wording.get(key, {}).get(language)
        own = written or (english if language == ENGLISH else None)
        return Wording((own,)) if own else find(language, key, english)

    return find_own


def _wordings(file: Path) -> Iterator[tuple[tuple[str, str], Wording]]:
    name = file.relative_to(FOLDER.parent) if file.is_relative_to(FOLDER.parent) else file
    for text in read(file):
        wording = Wording(text.forms, name.as_posix(), text.line, is_reviewed=text.is_reviewed)
        yield (text.key, text.english), wording


def _is_beside(source: Source) -> bool:
    """Whether a text is shown beside the flows; what people type is no text of ours."""
    parts = source.file.split("/")
    return parts[:2] == ["bot", "channels"]


def unread_texts(tenant: Tenant, catalogues: Mapping[str, Catalogue]) -> Iterator[Break]:
    """P8: a native speaker has read what safety hangs on. Each language of which that is not so."""
    for language in tenant.languages:
        unread = [
            (wording.file, wording.line, key)
            for (key, _), wording in catalogues.get(language, {}).items()
            if is_critical(key) and not wording.is_reviewed
        ]
        if unread:
            file, line, key = min(unread)
            what = f"{len(unread)} safety texts in {language} are not reviewed, {key} the first"
            cure = "Have a native speaker who knows the field read and mark each"
            yield Break(file, line, "P8", f"{what}. {cure}")


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


def _critical_texts(catalogues: Mapping[str, Catalogue]) -> frozenset[str]:
    """The keys of what is said to somebody; what people type is nothing to be recorded."""
    keys = {key for key, _ in catalogues.get(ENGLISH, {})}
    return frozenset(key for key in keys if is_critical(key) and not key.startswith("typed."))


def _report(
    tenant: Tenant, proof: Proof, catalogues: Mapping[str, Catalogue], *, with_notes: bool
) -> Iterator[str]:
    for found in proof.breaks:
        yield f"{found} [{tenant.id}]"
    if with_notes:
        if not tenant.demo:
            for waiting in unfinished(tenant, catalogues):
                yield f"note: before it is published: {waiting} [{tenant.id}]"
        for note in (*notes(tenant), *missing_recordings(tenant, _critical_texts(catalogues))):
            yield f"note: {tenant.id}: {note}"
        for language in tenant.languages:
            unread = sum(1 for w in catalogues.get(language, {}).values() if not w.is_reviewed)
            yield f"note: {tenant.id}: {unread} texts in {language} are not reviewed"
    counted = f"{proof.states} states, {proof.moves} turns, {proof.texts} texts"
    languages = ", ".join(tenant.languages)
    yield f"{tenant.id}: {len(proof.breaks) or 'no'} breaks ({counted} in {languages})"
