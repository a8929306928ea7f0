"""``frontdoor tenant``: list, add, export and import the folders that TENANTS holds. No code."""

import json
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot.checking import check_fits, read_catalogues
from bot.reading import find_tenant
from bot.settings import read_settings
from bot.tenant_listing import Listed, list_tenants
from tenants.beginning import ID, ID_RULE, begin_tenant
from tenants.folder import write_folder
from tenants.packing import pack, unpack
from tenants.tenant import PACKAGED, Tenant, folders_in, load_tenant

LONGEST_TITLE = 200
A_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("tenant")
def tenant_command() -> None:
    """The helplines that are served: each a folder of files in TENANTS."""


@tenant_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def list_command(*, as_json: bool) -> None:
    """Each tenant, and what stands in the way of publishing it but the proofs of `check`."""
    listed = list_tenants(read_settings().tenants)
    if as_json:
        click.echo(json.dumps([each.as_json() for each in listed], ensure_ascii=False))
        return
    if not listed:
        click.echo("no tenant has a folder in TENANTS; `frontdoor tenant add` writes one", err=True)
    for each in listed:
        click.echo("\n".join(_as_lines(each)))


@tenant_command.command("add")
@click.argument("id")
@click.option("--title", required=True, help="For staff; visitors never see it.")
@click.option("--like", default="", help="A tenant whose directory, areas and flows to begin with.")
def add_command(id: str, title: str, like: str) -> None:
    """Write a new tenant's folder: no demo, closed at every hour, every number not verified."""
    root = read_settings().tenants
    _check_words(id, title)
    liked = _liked(root, like) if like else None
    files = begin_tenant(id, title.strip(), order=_next_order(root), like=liked)
    folder = write_folder(root, id, files)
    click.echo("\n".join(_what_next(folder, id)))


@tenant_command.command("export")
@click.argument("id")
@click.argument("file", type=A_FILE)
def export_command(id: str, file: Path) -> None:
    """Pack a tenant's files into FILE, one .zip that is the same to the byte each time."""
    tenant = find_tenant(id, "ID")
    packed = pack(tenant)
    draft = file.with_name(f".{file.name}.draft")
    try:
        draft.write_bytes(packed)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    click.echo(f"{file}: {len(packed)} bytes")
    for recording in tenant.recordings:
        click.echo(f"not in it, to be carried beside it: {recording.file}", err=True)


@tenant_command.command("import")
@click.argument("file", type=A_FILE)
@click.option("--replace", "may_replace", is_flag=True, help="Also where the id is taken.")
def import_command(file: Path, *, may_replace: bool) -> None:
    """Take the tenant in FILE, whole or not at all. It is served once it is published."""
    tenant = unpack(file)
    check_fits(tenant, read_catalogues())
    folder = write_folder(read_settings().tenants, tenant.id, tenant.files, may_replace=may_replace)
    click.echo(f"{folder}: written. Next: frontdoor publish --tenant {tenant.id}")
    if tenant.demo:
        click.echo("It is a demo, which shows numbers that nobody has called. See tenant.yaml.")


def _check_words(id: str, title: str) -> None:
    if not ID.fullmatch(id):
        raise click.BadParameter(f"{id!r} cannot be a tenant's id. {ID_RULE}", param_hint="ID")
    if not title.strip() or len(title) > LONGEST_TITLE or not title.isprintable():
        rule = f"Write one line of at most {LONGEST_TITLE} letters"
        raise click.BadParameter(rule, param_hint="--title")


def _liked(root: Path, name: str) -> Tenant:
    """One of ours, or else of the samples, which are there in every house."""
    for folder in (root, PACKAGED):
        if (folder / name / "tenant.yaml").is_file() and ID.fullmatch(name):
            return load_tenant(folder / name)
    names = ", ".join(sorted({each.name for each in (*folders_in(root), *folders_in(PACKAGED))}))
    mistake = f"there is no tenant {name!r}. Use one of: {names}"
    raise click.BadParameter(mistake, param_hint="--like")


def _next_order(root: Path) -> int:
    """After all the others."""
    return 1 + max((load_tenant(folder).order for folder in folders_in(root)), default=0)


def _as_lines(listed: Listed) -> Iterator[str]:
    tenant = listed.tenant
    if tenant is None:
        yield f"{listed.id}: cannot be read"
    else:
        yield f"{listed.id}: {tenant.title}{' (a demo)' if tenant.demo else ''}"
        yield from _wrapped("  languages: ", ", ".join(tenant.languages))
        yield from _wrapped("  doors: ", ", ".join(tenant.doors))
    yield "  in the way of publishing it:"
    for line in listed.in_the_way or ("nothing but the proofs of `frontdoor check`",):
        yield from _wrapped("  - ", line)
    yield ""


def _wrapped(start: str, text: str) -> Sequence[str]:
    """A text in the width of the terminal, so that a list can be read down its left edge."""
    width = max(shutil.get_terminal_size((100, 24)).columns, 40)
    return textwrap.wrap(
        text,
        width,
        initial_indent=start,
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _what_next(folder: Path, id: str) -> Iterator[str]:
    yield f"{folder}: written. Next:"
    yield "  1. tenant.yaml: languages, doors, and the harmless page that exit leads to"
    yield "  2. hours.yaml: when your people are there; until then the line is closed"
    yield "  3. areas.yaml and services.yaml: where, and whom a worker can put people in touch with"
    yield "  4. numbers.yaml: call each number, and write the day instead of 'not verified'"
    yield f"  5. frontdoor check --tenant {id}; then frontdoor publish --tenant {id}"
    if folder.parent.samefile(PACKAGED):
        yield f"{PACKAGED} belongs to the code: set TENANTS to a folder of your own to keep it"
