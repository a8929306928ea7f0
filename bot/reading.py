"""The small commands that read lines and print lines: screen, route, and a one-time code."""

import json
import sys

import click
import pyotp

from flows.screening import Screener, as_json
from tenants.directory import route
from tenants.person import PersonMistakeError
from tenants.tenant import TenantId, load_tenants


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
@click.option("--tenant", default="llr")
def route_command(tenant: str) -> None:
    """JSON lines in, JSON lines out: which services a person may be referred to, and why."""
    tenants = load_tenants()
    if tenant not in tenants:
        raise click.BadParameter(f"there is no tenant {tenant!r}", param_hint="--tenant")
    for number, line in enumerate(sys.stdin, start=1):
        if line.strip():
            click.echo(_routed(tenants[TenantId(tenant)], line, number))


def _routed(tenant: object, line: str, number: int) -> str:
    try:
        asked = json.loads(line)
        found = route(tenant, asked.get("person", {}), asked.get("needs"))  # type: ignore[arg-type]
    except (json.JSONDecodeError, AttributeError):
        raise click.ClickException(f"line {number}: this is not a JSON object") from None
    except PersonMistakeError as mistake:
        raise click.ClickException(f"line {number}: {mistake}") from None
    return json.dumps(found.as_json(), ensure_ascii=False)


@click.command("code")
@click.argument("secret")
def code_command(secret: str) -> None:
    """The one-time code of a sample member of staff, now."""
    click.echo(pyotp.TOTP(secret).now())
