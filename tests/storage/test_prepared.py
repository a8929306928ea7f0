"""A statement that is written out once: the same rows, the same errors, and no other columns."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError

from storage.prepared import Prepared
from storage.sqlite import SqliteStores

words = Table(
    "words",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("word", Text, nullable=False, default="none"),
)


async def test_what_is_written_is_found_by_name(stores: SqliteStores) -> None:
    put, find = Prepared(insert(words)), Prepared(select(words).order_by(words.c.id))
    await stores.do(words.create)
    assert await stores.do(lambda c: put.run(c, [{"id": n, "word": f"w{n}"} for n in (1, 2)])) == 2
    first = await stores.do(lambda c: find.first(c, {}))
    assert (first.id, first.word) == (1, "w1")
    assert await stores.do(lambda c: [row.word for row in find.rows(c, {})]) == ["w1", "w2"]


async def test_an_error_of_the_driver_has_its_name_and_quotes_nothing(
    stores: SqliteStores,
) -> None:
    put = Prepared(insert(words))
    await stores.do(words.create)
    with pytest.raises(Exception) as raised:  # noqa: PT011  Translated at the edge of storage.
        await stores.do(lambda c: put.run(c, [{"id": 1, "word": "secret"}] * 2))
    assert "secret" not in str(raised.value)
    assert not isinstance(raised.value, IntegrityError)


async def test_rows_with_other_columns_than_the_first_are_refused(stores: SqliteStores) -> None:
    put = Prepared(insert(words))
    await stores.do(words.create)
    await stores.do(lambda c: put.run(c, [{"id": 1, "word": "one"}]))
    with pytest.raises(ValueError, match="columns"):
        await stores.do(lambda c: put.run(c, [{"id": 2}]))
