"""``frontdoor simulate``: a script of lines in, a dialogue with its effects and its case out.

It plays through the real door and a real store; nothing of it is kept.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

import click

from bot.logs import set_up_logs
from bot.reading import FIRST, choose_tenant
from bot.simulation_play import Player, simulating, whole_case
from bot.simulation_script import DeskMove, ScriptLine, ScriptMistakeError, Visit, read_script
from bot.simulation_telling import Played, as_dialogue
from tenants.tenant import Tenant, TenantId

HOUR_OF_DAY = click.DateTime(["%Y-%m-%dT%H:%M"])


@click.command("simulate")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--tenant", default="", help=FIRST)
@click.option("--language", default="", help="What it opens in; the tenant's own otherwise.")
@click.option("--at", type=HOUR_OF_DAY, help="When it begins, in UTC; now otherwise.")
@click.option("--staffed", is_flag=True, help="A worker is on shift from the start.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for every line of FILE.")
def simulate_command(  # noqa: PLR0913 - one parameter for each option
    file: TextIO,
    tenant: str,
    language: str,
    at: datetime | None,
    *,
    staffed: bool,
    as_json: bool,
) -> None:
    """Play FILE, one JSON object a line ("-" reads from standard input), and print what follows.

    \b
    The visitor: {"say": "words"} {"choose": "value"} {"choices": ["value", ..]} {"skip": true}
      {"back": true} {"person": true} {"numbers": true} {"limits": true}
      {"language": "ur"} {"door": "third-party"}
      {"exit": true} {"stop": true}
    Time:  {"wait": "30m"}
    Staff: {"staff": {"shift": "start"}} {"staff": {"claim": true}} {"staff": {"reply": "words"}}
      {"staff": {"give_back": true}} {"staff": {"close": "supported"}}; "as": "ben" names who
    """  # noqa: D301 - click wants the sign itself: it keeps the lines as they are
    set_up_logs("error")
    try:
        script = list(read_script(file, file.name))
        chosen = choose_tenant(tenant)
        _check(chosen, language)
        begins_at = (at or datetime.now(UTC)).replace(tzinfo=UTC)
        options = _Options(chosen.id, language, begins_at, staffed, as_json)
        asyncio.run(_simulate(script, options))
    except ScriptMistakeError as mistake:
        raise click.ClickException(str(mistake)) from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name}: this is not UTF-8 text") from None


def _check(tenant: Tenant, language: str) -> None:
    if language and language not in tenant.languages:
        names = ", ".join(tenant.languages)
        raise click.BadParameter(f"{tenant.id} does not speak {language!r}. Use one of: {names}")


@dataclass(frozen=True, slots=True)
class _Options:
    tenant: TenantId
    language: str
    begins_at: datetime
    staffed: bool
    as_json: bool


async def _simulate(script: Sequence[ScriptLine], options: _Options) -> None:
    began = simulating(options.tenant, options.begins_at, language=options.language)
    async with began as player:
        if options.staffed:
            await player.begin_shift("amira")
        is_open = False
        for line in script:
            if not is_open and isinstance(line.act, Visit | DeskMove):
                is_open = True
                _print(await player.open(), as_json=options.as_json)
            _print(await player.play(line), as_json=options.as_json)
        if not is_open:
            _print(await player.open(), as_json=options.as_json)
        await _print_case(player, as_json=options.as_json)


def _print(played: Played, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(played.as_json(), ensure_ascii=False))
    else:
        click.echo("\n".join(as_dialogue(played)))


async def _print_case(player: Player, *, as_json: bool) -> None:
    whole = await whole_case(player)
    click.echo(json.dumps(whole, ensure_ascii=False, indent=None if as_json else 2))
