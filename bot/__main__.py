"""The ``frontdoor`` command. It parses, calls and prints; what it does stands elsewhere.

What a command needs is imported when it is called: a start need not wait for all the others'.
"""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click
import uvloop

COMMANDS = {
    "check": "bot.checking",
    "simulate": "bot.simulation",
    "screen": "bot.reading",
    "route": "bot.reading",
    "code": "bot.reading",
    "tenant": "bot.tenant_command",
}
"""Commands that are written elsewhere, each as ``NAME_command`` of a module."""

Result = TypeVar("Result")

FOLDER_OF_TENANTS = click.Path(exists=True, file_okay=False, path_type=Path)


class _Commands(click.Group):
    """Tells in one line, without a traceback, what an operator can mend."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), f"{cmd_name}_command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read our lines has read enough, which click knows how to end.
            raise
        except Exception as mistake:
            if not isinstance(mistake, _mistakes()):
                raise
            click.echo(f"frontdoor: {mistake}", err=True)
            sys.exit(1)


def _mistakes() -> tuple[type[Exception], ...]:
    """What an operator can mend."""
    from bot.settings import SettingsMistakeError  # noqa: PLC0415
    from storage.errors import StorageError  # noqa: PLC0415
    from tenants.reading import FileMistakeError  # noqa: PLC0415

    return StorageError, FileMistakeError, SettingsMistakeError, OSError


@click.group(cls=_Commands)
def frontdoor() -> None:
    """Front Door: the first conversation of a helpline, and the queue behind it."""


@frontdoor.command()
@click.option("--port", default=8080, help="0 asks for a free one.")
@click.option("--data", default="demo-data", type=click.Path(path_type=Path))
@click.option("--tenants", type=FOLDER_OF_TENANTS, help="Other ones than the samples.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON once it serves.")
def demo(port: int, data: Path, tenants: Path | None, *, as_json: bool) -> None:
    """Serve the three sample tenants on embedded storage until stopped."""
    _serve("run_demo", data, port, tenants, as_json=as_json)


@frontdoor.command()
def web() -> None:
    """Serve visitors and staff. Settings come from the environment."""
    _serve("run_web")


@frontdoor.command()
def worker() -> None:
    """Do what is due at a time, beside the web processes."""
    _serve("run_worker")


@frontdoor.command()
def migrate() -> None:
    """Bring the database to this version's schema, and publish every tenant's edition.

    Exit code 3: the schema is ready, and a tenant was refused, which keeps what it has.
    """
    from bot.publish_command import run_migrate  # noqa: PLC0415

    sys.exit(_run(run_migrate()))


@frontdoor.command()
@click.option("--tenant", default="", help="Only this one.")
def publish(tenant: str) -> None:
    """Prove and publish what the tenants' files say now; exit 1 with the reasons otherwise."""
    from bot.publish_command import run_publish  # noqa: PLC0415

    sys.exit(_run(run_publish(tenant)))


@frontdoor.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the embedded database to FILE, also while a server is running."""
    from bot.backup_command import run_backup  # noqa: PLC0415

    _run(run_backup(file))


@frontdoor.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put the copy in FILE in the embedded database's place, while no server is running."""
    from bot.backup_command import run_restore  # noqa: PLC0415

    _run(run_restore(file))


def _serve(command: str, *args: Any, **options: Any) -> None:
    # What a start makes stays to the end; `bot.serving.settle` begins to collect.
    gc.disable()
    try:
        _run(getattr(import_module("bot.serving"), command)(*args, **options))
    finally:
        gc.enable()


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    return _loop_runner().run(work)


def _loop_runner() -> asyncio.Runner:
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def main() -> None:
    """The console script."""
    frontdoor()


if __name__ == "__main__":
    main()
