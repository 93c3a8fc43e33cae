"""A commit on PostgreSQL in one round trip: all or nothing, whatever its size, and an error is told."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlmodel import Session

from engine.errors import UnavailableError
from engine.message import DEVICE
from engine.store import Store
from tests.conftest import Postgres

from .given import a_device

REFUSE = """
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.{column} LIKE '%refuse%' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON {table} DEFERRABLE INITIALLY {when}
    FOR EACH ROW EXECUTE FUNCTION refuse()
"""


@pytest.fixture
async def store(postgres: Postgres) -> AsyncIterator[Store]:
    name = postgres.new_database()
    opened = await Store.open(postgres.url(name))
    yield opened
    await opened.close()
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("when", ["IMMEDIATE", "DEFERRED"])
@pytest.mark.parametrize("is_with_work", [False, True])
async def test_one_bad_row_takes_the_whole_commit_back_and_leaves_the_next_alone(
    store: Store, when: str, is_with_work: bool, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a row that is refused at once, or only when its transaction ends
    caplog.set_level(logging.CRITICAL)
    sql = REFUSE.format(table="attribute", column="key", when=when)
    await store.writer.run(lambda session: session.execute(text(sql)) and None)
    device = a_device(store, "d")
    await store.writer.durable()

    # When it is written between others
    store.telemetry.save(device, 1, {"t": 1})
    store.attributes.save(device, "shared", {"refuse": 1})
    store.values.put("default", "other", 1)
    if is_with_work:
        with pytest.raises(UnavailableError):
            await store.writer.run(_rename)
    else:
        with pytest.raises(UnavailableError):
            await store.writer.durable()

    # Then nothing of it is there, and what comes next is stored
    assert await _count(store, "telemetry") == await _count(store, "setting") == 0
    store.telemetry.save(device, 2, {"t": 2})
    await store.writer.durable()
    assert await _count(store, "telemetry") == 1
    assert await _count(store, "entity WHERE label = 'renamed'") == 0


async def test_rows_and_management_writes_are_one_transaction(store: Store) -> None:
    def look(session: Session) -> int:
        _rename(session)
        mine = "xmin::text::bigint = pg_current_xact_id()::text::bigint % 4294967296"
        return session.execute(text(f"SELECT count(*) FROM telemetry WHERE {mine}")).scalar_one()

    device = a_device(store, "d")
    await store.writer.durable()
    store.telemetry.save(device, 1, {"t": 1, "u": 2})

    assert await store.writer.run(look) == 2


async def test_a_commit_of_megabytes_goes_through(store: Store) -> None:
    device = a_device(store, "d")
    values = {f"k{n}": f'{n}"\\{{}},\n\x7f\u20ac\0' + "x" * 20_000 for n in range(300)}
    store.telemetry.save(device, 1, values)
    store.attributes.save(device, "shared", values)
    await store.writer.durable()

    found = await store.telemetry.query(device, list(values), 0, 10)

    assert {key: points[0].value for key, points in found.items()} == values
    store.cache.remove(device.memory)
    again = await store.entities.find("default", DEVICE, "d")
    assert again is not None
    attributes = store.attributes.cached(again)
    assert attributes is not None
    assert {key: stamped.value for key, stamped in attributes["shared"].items()} == values


def _rename(session: Session) -> None:
    session.execute(text("UPDATE entity SET label = 'renamed' WHERE name = 'd'"))


async def _count(store: Store, table: str) -> int:
    query = text(f"SELECT count(*) FROM {table}")
    return await store.read(lambda session: int(session.execute(query).scalar_one()))
