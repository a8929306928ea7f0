"""The ``frontdoor`` command. It parses, calls and prints; what it does stands elsewhere."""

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click
import uvloop

from bot.backup_command import run_backup, run_restore
from bot.checking import check_command
from bot.demo import FOLDER
from bot.reading import code_command, route_command, screen_command
from bot.serving import run_demo, run_migrate, run_web, run_worker
from bot.settings import SettingsMistakeError
from bot.simulation import simulate_command
from storage.errors import StorageError
from tenants.reading import FileMistakeError


class _Telling(click.Group):
    """Tells in one line, without a traceback, what an operator can mend."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read our lines has read enough, which click knows how to end.
            raise
        except (StorageError, FileMistakeError, SettingsMistakeError, OSError) as mistake:
            click.echo(f"frontdoor: {mistake}", err=True)
            sys.exit(1)


@click.group(cls=_Telling)
def frontdoor() -> None:
    """Front Door: the first conversation of a helpline, and the queue behind it."""


@frontdoor.command()
@click.option("--port", default=8080, help="0 asks for a free one.")
@click.option("--data", default=FOLDER, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One line of JSON once it serves.")
def demo(port: int, data: Path, *, as_json: bool) -> None:
    """Serve the three sample tenants on embedded storage until stopped."""
    _run(run_demo(data, port, as_json=as_json))


@frontdoor.command()
def web() -> None:
    """Serve visitors and staff. Settings come from the environment."""
    _run(run_web())


@frontdoor.command()
def worker() -> None:
    """Do what is due at a time, beside the web processes."""
    _run(run_worker())


@frontdoor.command()
def migrate() -> None:
    """Bring the database to this version's schema, and publish every tenant's edition."""
    _run(run_migrate())


@frontdoor.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the embedded database to FILE, also while a server is running."""
    _run(run_backup(file))


@frontdoor.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put the copy in FILE in the embedded database's place, while no server is running."""
    _run(run_restore(file))


for command in (check_command, simulate_command, screen_command, route_command, code_command):
    frontdoor.add_command(command)


def _run(work: Coroutine[Any, Any, None]) -> None:
    _loop_runner().run(work)


def _loop_runner() -> asyncio.Runner:
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def main() -> None:
    """The console script."""
    frontdoor()


if __name__ == "__main__":
    main()
