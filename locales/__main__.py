"""`python -m locales`: from the English in the files to catalogues a translator can edit, and back.

It writes catalogues and nothing else, and `check` writes nothing at all.
"""

import sys
from pathlib import Path

import click
import polib

from locales.catalogue import (
    POT,
    WIDTH,
    file_of,
    languages_in,
    make_template,
    mistakes,
    update,
)
from locales.catalogue_file import FOLDER
from locales.extraction import ROOT, Source, collect
from locales.pseudo import LANGUAGE, make_pseudo

Folder = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    help="Where the catalogues lie.",
    show_default=False,
)


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Extract the English, update every catalogue, and check them."""
    if context.invoked_subcommand is None:
        context.invoke(update_all)
        context.invoke(check)


@main.command()
@Folder
def extract(folder: Path = FOLDER) -> None:
    """Write the English of every text to messages.pot."""
    sources = collect(ROOT)
    _save(make_template(sources), folder / POT)
    click.echo(f"{len(sources)} texts.")


@main.command("update")
@click.argument("new", nargs=-1)
@Folder
def update_all(new: tuple[str, ...] = (), folder: Path = FOLDER) -> None:
    """Bring every catalogue up to the English; a language named here is begun."""
    sources = collect(ROOT)
    _save(make_template(sources), folder / POT)
    for language in sorted({*languages_in(folder), *new} - {LANGUAGE}):
        path = file_of(folder, language)
        old = _open(path) if path.exists() else polib.POFile()
        _save(update(sources, old, language), path)


@main.command()
@Folder
def check(folder: Path = FOLDER) -> None:
    """Say what is missing, stale or broken, one line each; exit 1 when anything is."""
    sources = collect(ROOT)
    found = list(_all_mistakes(sources, folder))
    for line in found:
        click.echo(line)
    if found:
        sys.exit(1)
    click.echo(f"{len(sources)} texts in {', '.join(languages_in(folder))}: whole and current.")


@main.command()
@Folder
def pseudo(folder: Path = FOLDER) -> None:
    """Write the pseudo-language en-XA, to be named among a tenant's languages while one looks."""
    _save(make_pseudo(collect(ROOT)), file_of(folder, LANGUAGE))


def _all_mistakes(sources: list[Source], folder: Path) -> list[str]:
    pot = folder / POT
    if not pot.exists() or str(_open(pot)) != str(make_template(sources)):
        return [f"{POT} is not what the files say; run make locales"]
    languages = [language for language in languages_in(folder) if language != LANGUAGE]
    return [
        line
        for language in languages
        for line in mistakes(sources, _open(file_of(folder, language)), language)
    ]


def _open(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=WIDTH, check_for_duplicates=True)


def _save(catalogue: polib.POFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{catalogue}\n".replace("\n\n\n", "\n\n"), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
