"""The small commands that read lines and print lines: screen, route, and a one-time code."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pyotp

from bot.settings import read_settings
from flows.screening import Screener, as_json
from tenants.directory import route
from tenants.person import PersonMistakeError
from tenants.tenant import ReadFolder, Tenant, TenantId, load_tenants, read_folders

FIRST = "Its id; the first by order otherwise."
"""The help of an option that names a tenant."""


@click.command("screen")
@click.option("--language", default="auto", help="auto detects it.")
@click.option("--door", default=None, help="The door the words came in by, such as using-abuse.")
def screen_command(language: str, door: str | None) -> None:
    """Text lines in, JSON lines out: what a text says of danger, and in which words."""
    screener = Screener.load()
    for line in sys.stdin:
        text = line.rstrip("\n")
        found = as_json(text, screener.screen(text, language, door=door))
        click.echo(json.dumps(found, ensure_ascii=False))


@click.command("route")
@click.option("--tenant", default="", help=FIRST)
def route_command(tenant: str) -> None:
    """JSON lines in, JSON lines out: which services a person may be referred to, and why.

    A line that cannot be read is answered by a line with its `error`, and the next ones go on; the
    exit code is then 1.
    """
    chosen = choose_tenant(tenant)
    mistakes = 0
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            answer = _routed(chosen, line)
        except (LineMistakeError, PersonMistakeError) as mistake:
            mistakes += 1
            answer = {"error": f"line {number}: {mistake}"}
            click.echo(answer["error"], err=True)
        click.echo(json.dumps(answer, ensure_ascii=False))
    if mistakes:
        sys.exit(1)


def choose_tenant(name: str) -> Tenant:
    """The tenant that an option names; without a name, the first by order. Raises BadParameter."""
    if name:
        return find_tenant(name, "--tenant")
    return next(iter(load_tenants(read_settings().tenants).values()))


def find_tenant(name: str, hint: str) -> Tenant:
    """The tenant of that name; ``hint`` is the parameter that gave it. Raises BadParameter."""
    known = load_tenants(read_settings().tenants)
    if name not in known:
        names = ", ".join(known)
        mistake = f"there is no tenant {name!r}. Use one of: {names}"
        raise click.BadParameter(mistake, param_hint=hint)
    return known[TenantId(name)]


def choose_folders(root: Path, tenant: str | None = None) -> Sequence[ReadFolder]:
    """The folder that an option names, or all: a mistake in one must not leave out the others.

    Raises BadParameter for a name that is none, and FileMistakeError where there is no folder.
    """
    folders = read_folders(root)
    if not folders:
        load_tenants(root)
    if tenant is None:
        return folders
    chosen = [folder for folder in folders if folder.id == tenant]
    if not chosen:
        names = ", ".join(folder.id for folder in folders)
        mistake = f"there is no tenant {tenant!r}. Use one of: {names}"
        raise click.BadParameter(mistake, param_hint="--tenant")
    return chosen


class LineMistakeError(ValueError):
    """A line of `frontdoor route` has a form that cannot be read."""

    code = "line-mistake"


def _routed(tenant: Tenant, line: str) -> dict[str, object]:
    try:
        asked = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise LineMistakeError('this is not a JSON object such as {"person": {"role": "victim"}}')
    if asked and not {"person", "needs"} & asked.keys():
        raise LineMistakeError("there is neither 'person' nor 'needs'")
    person = asked.get("person", {})
    if not isinstance(person, dict):
        raise LineMistakeError("'person' is not a JSON object")
    return route(tenant, person, asked.get("needs")).as_json()


@click.command("code")
@click.argument("secret")
def code_command(secret: str) -> None:
    """The one-time code of a sample member of staff, now."""
    click.echo(pyotp.TOTP(secret).now())
