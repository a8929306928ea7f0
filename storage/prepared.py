"""Statements written out once and handed straight to SQLite's driver, which is where a turn waits.

SQLAlchemy says what they are; to let it run each as well takes six times as long as SQLite does.
PostgreSQL's go through it all the same, for there it also looks after the line.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, KeysView, Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, LargeBinary
from sqlalchemy.exc import DBAPIError

Row = Mapping[str, Any]

# Its fields are a statement's columns, which no type knows.
_named_row: Any = namedtuple  # noqa: PYI024


class Prepared:
    """One statement. What it finds is text, numbers and bytes, which need no reading."""

    def __init__(self, statement: Any) -> None:
        """It is written out when it is first run."""
        self.statement = statement
        self._sql = ""
        self._columns: KeysView[str] = {}.keys()
        self._values: Callable[[Row], Sequence[Any]] = _unknown
        self._found: Callable[[Sequence[Any]], Any] = tuple

    def rows(self, connection: Connection, asked: Row) -> Sequence[Any]:
        """Everything that is found, each with its columns by name."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, asked).all()
        if not self._sql:
            self._write_out(connection, asked)
        try:
            found = _driver(connection).execute(self._sql, self._values(asked)).fetchall()
        except sqlite3.Error as error:
            raise name_error(connection, error) from None
        return [self._found(row) for row in found]

    def first(self, connection: Connection, asked: Row) -> Any:
        """The first that is found, or None."""
        rows = self.rows(connection, asked)
        return rows[0] if rows else None

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Run it with each of these; how many rows it changed in all."""
        if connection.dialect.name != "sqlite":
            return cast(CursorResult[Any], connection.execute(self.statement, rows)).rowcount
        if not self._sql:
            self._write_out(connection, rows[0])
            self._columns = rows[0].keys()
        if any(row.keys() != self._columns for row in rows):
            # It was written out for these columns: with others, a value would be lost or misplaced.
            raise ValueError("columns")
        values = [self._values(row) for row in rows]
        try:
            return _driver(connection).executemany(self._sql, values).rowcount
        except sqlite3.Error as error:
            raise name_error(connection, error) from None

    def _write_out(self, connection: Connection, asked: Row) -> None:
        compiled = self.statement.compile(dialect=connection.dialect, column_keys=list(asked))
        places = [compiled.binds[name] for name in compiled.positiontup]
        columns = [column.key for column in getattr(self.statement, "selected_columns", ())]
        self._values = _values_of(connection, places)
        self._found = _named_row("Found", columns)._make
        self._sql = str(compiled)


def _values_of(connection: Connection, places: Sequence[Any]) -> Callable[[Row], Sequence[Any]]:
    """What puts named values into the statement's own order, each as the database keeps it."""
    names = [place.key for place in places]
    keeps = [_keep_of(connection, place.type) for place in places]
    if len(places) > 1 and not any(keeps) and all(place.required for place in places):
        return itemgetter(*names)
    fixed = {place.key: place.value for place in places if not place.required}
    both = list(zip(names, keeps, strict=True))

    def values(row: Row) -> Sequence[Any]:
        whole = {**fixed, **row}
        return [keep(whole[name]) if keep else whole[name] for name, keep in both]

    return values


def _keep_of(connection: Connection, kind: Any) -> Any:
    """What makes a value what the database keeps, where it is not that already; bytes are."""
    if isinstance(kind, LargeBinary):
        return None
    return kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)


def _unknown(_row: Row) -> Sequence[Any]:
    raise NotImplementedError


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def name_error(connection: Connection, error: sqlite3.Error) -> Exception:
    """The error as SQLAlchemy names it; it quotes nothing of what was to be stored."""
    named: Exception = DBAPIError.instance(
        None, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
    )
    return named
