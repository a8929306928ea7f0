"""Counts every resume of every coroutine of a server, and every statement, and strikes at one.

A strike is one of: kill (SIGKILL), cancel (while it waits), drop (as it resumes), raise; or, at a
statement or commit: sql-kill, sql-fail, sql-doubt (committed, and then said to have failed).
"""

import asyncio
import mmap
import os
import signal
import sqlite3
import struct
from collections.abc import Coroutine, Generator
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

COROUTINE_KINDS = ("kill", "cancel", "drop", "raise")
SQL_KINDS = ("sql-kill", "sql-fail", "sql-doubt")
SIZE = 512
_HEAD = struct.Struct("<QQQ")


class StruckError(Exception):
    """Thrown into a coroutine by the harness."""


@dataclass(frozen=True, slots=True)
class Strike:
    """What to do at which step, counted from one; 0 only counts."""

    kind: str = "kill"
    at: int = 0


class Tally:
    """The counts, in a file that outlives the process: resumes, statements, and where it struck."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(SIZE))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), SIZE)

    @property
    def resumes(self) -> int:
        return int(_HEAD.unpack_from(self._map)[0])

    @property
    def statements(self) -> int:
        return int(_HEAD.unpack_from(self._map)[1])

    @property
    def struck(self) -> bool:
        return bool(_HEAD.unpack_from(self._map)[2])

    @property
    def place(self) -> str:
        return self._map[_HEAD.size :].rstrip(b"\0").decode(errors="replace")

    def count(self, *, resumes: int = 0, statements: int = 0) -> None:
        a, b, c = _HEAD.unpack_from(self._map)
        _HEAD.pack_into(self._map, 0, a + resumes, b + statements, c)

    def strike(self, place: str) -> None:
        a, b, _ = _HEAD.unpack_from(self._map)
        _HEAD.pack_into(self._map, 0, a, b, 1)
        text = place.encode()[: SIZE - _HEAD.size]
        self._map[_HEAD.size : _HEAD.size + len(text)] = text


class Steps:
    """Armed in the server's process, from the moment it serves."""

    def __init__(self, tally: Tally, strike: Strike) -> None:
        self.tally = tally
        self.strike = strike

    def arm(self) -> None:
        """Count from here on: every task of the running loop, every statement of every engine."""
        asyncio.get_running_loop().set_task_factory(self._make)
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)

    def _make(
        self,
        loop: asyncio.AbstractEventLoop,
        coroutine: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
        context: Context | None = None,
    ) -> asyncio.Task[Any]:
        stepped = Stepped(coroutine, self)  # type: ignore[arg-type]
        return asyncio.Task(stepped, loop=loop, context=context)

    def resumed(self, coroutine: Any) -> str:
        """One more resume; what to do with this one, killed here if that is it."""
        self.tally.count(resumes=1)
        kind = self.strike.kind
        if kind not in COROUTINE_KINDS or self.tally.resumes != self.strike.at:
            return ""
        self.tally.strike(f"{kind} {_place(coroutine)}")
        if kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        return kind

    def _statement(self, _c: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        self._database(statement.partition("(")[0][:60])

    def _commit(self, connection: Connection) -> None:
        if self._is_next() and self.strike.kind == "sql-doubt":
            driver: Any = connection.connection.driver_connection
            driver.commit()
        self._database("commit")

    def _is_next(self) -> bool:
        return self.tally.statements + 1 == self.strike.at

    def _database(self, what: str) -> None:
        self.tally.count(statements=1)
        kind = self.strike.kind
        if kind not in SQL_KINDS or self.tally.statements != self.strike.at:
            return
        if kind == "sql-doubt" and what != "commit":
            return
        self.tally.strike(f"{kind} {what}")
        if kind == "sql-kill":
            os.kill(os.getpid(), signal.SIGKILL)
        broken = sqlite3.OperationalError("struck")
        broken.sqlite_errorname = "SQLITE_FULL" if kind == "sql-fail" else "SQLITE_IOERR"
        raise OperationalError(None, None, broken)


class Stepped(Coroutine[Any, Any, Any]):
    """A coroutine whose every resume is counted first."""

    def __init__(self, inner: Coroutine[Any, Any, Any], steps: Steps) -> None:
        self._inner = inner
        self._steps = steps

    def send(self, value: Any) -> Any:
        return self._step(lambda: self._inner.send(value))

    def throw(self, *error: Any) -> Any:
        return self._step(lambda: self._inner.throw(*error))

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()

    def _step(self, resume: Any) -> Any:
        todo = self._steps.resumed(self._inner)
        if todo == "drop":
            return self._inner.throw(asyncio.CancelledError())
        if todo == "raise":
            return self._inner.throw(StruckError())
        yielded = resume()
        task = asyncio.current_task()
        if todo == "cancel" and task is not None:
            task.cancel()
        return yielded


def _place(coroutine: Any) -> str:
    """The innermost frame that is about to go on: names and lines of code only."""
    name = getattr(coroutine, "__qualname__", type(coroutine).__name__)
    inner, last = coroutine, ""
    for _ in range(64):
        frame = getattr(inner, "cr_frame", None) or getattr(inner, "gi_frame", None)
        if frame is not None:
            code = frame.f_code
            last = f"{Path(code.co_filename).stem}.{code.co_name}:{frame.f_lineno}"
        inner = getattr(inner, "cr_await", None) or getattr(inner, "gi_yieldfrom", None)
        if inner is None:
            break
    return f"{name} > {last}"
