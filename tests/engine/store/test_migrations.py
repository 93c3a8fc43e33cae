"""The schema: made by migrations, equal to the models, and never older than the data."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlmodel import SQLModel

from engine.errors import UnavailableError
from engine.message import DEVICE
from engine.store import Store, StoreSettings
from engine.store.database import Database
from engine.store.migrate import alembic_config, migrate
from engine.store.schema import current, newest
from engine.store.statements import Statement, statements
from engine.values import encode_text

from .given import contents


def test_the_migrations_make_what_the_models_say(empty_database_url: str) -> None:
    database = Database(empty_database_url, StoreSettings())
    with database.connect() as connection, connection.begin():
        migrate(connection)
        opts = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith("telemetry_")}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_each_revision_leads_to_the_next(empty_database_url: str) -> None:
    database = Database(empty_database_url, StoreSettings())
    for revision in ("0001", "head", "head"):
        with database.connect() as connection, connection.begin():
            migrate(connection, revision)
    database.close()


def test_the_schema_is_known_without_alembic(empty_database_url: str) -> None:
    database = Database(empty_database_url, StoreSettings())
    with database.connect() as connection, connection.begin():
        assert current(connection) == ""
        migrate(connection)
        heads = ScriptDirectory.from_config(alembic_config(connection)).get_heads()
        assert [current(connection)] == [newest()] == heads
    database.close()


async def test_events_of_the_second_schema_stay_readable(empty_database_url: str) -> None:
    database = Database(empty_database_url, StoreSettings())
    with database.connect() as connection, connection.begin():
        migrate(connection, "0002")
        connection.execute(text("INSERT INTO tenant VALUES ('default', 'Default', 1)"))
        columns = "tenant, ts, id, source, entity_id, entity_name, level, kind, text, payload, metadata"
        row = "'default', 7, 'e', 'node', 'hot', 'Hot?', 'info', 'In', 'told', '{}', '{}'"
        more = ", message_id, trace_id, error", ", '', '', ''"
        connection.execute(text(f"INSERT INTO event ({columns}{more[0]}) VALUES ({row}{more[1]})"))
    database.close()

    store = await Store.open(empty_database_url)
    for chain in (None, "any"):
        (event,) = (await store.events.page("default", entity="hot", chain=chain)).items
        assert (event.text, event.chain) == ("told", "")
    await store.close()


async def test_downlinks_under_way_in_the_third_schema_wait_again(empty_database_url: str) -> None:
    # Given outboxes as earlier versions wrote them: fields in their order, and fields with their names
    database = Database(empty_database_url, StoreSettings())
    fields = {
        "id": "d1",
        "tenant": "default",
        "entity_id": "e",
        "integration_id": "i",
        "payload": "AP8=",
        "content_type": "text/plain",
        "state": "sending",
        "status": 202,
        "headers": {"X": "\u00fc"},
        "message_id": "m",
        "trace_id": "t",
        "created_ts": 5,
        "expires_ts": 2**53,
        "done_ts": None,
        "attempts": 1,
    }
    with database.connect() as connection, connection.begin():
        migrate(connection, "0003")
        columns = "id, tenant, kind, name, type, label, created_ts, last_activity_ts"
        connection.execute(text("INSERT INTO tenant VALUES ('default', 'Default', 1)"))
        connection.execute(
            text(
                f"INSERT INTO entity ({columns}) VALUES ('e', 'default', 'DEVICE', 'pump', 'device', '', 1, 1)"
            )
        )
        insert = text("INSERT INTO outbox (id, document) VALUES (:id, :document)")
        connection.execute(insert, {"id": "o1", "document": encode_text([list(fields.values())])})
        connection.execute(insert, {"id": "o2", "document": encode_text([fields | {"id": "d2"}])})
    database.close()

    # When this version opens it
    store = await Store.open(empty_database_url)

    # Then they wait, with every byte
    device = await store.entities.find("default", DEVICE, "pump")
    assert device is not None
    waiting = [contents(downlink) for downlink in device.memory.pending]
    assert waiting == [fields | {"id": id, "payload": b"\x00\xff", "state": "queued"} for id in ("d1", "d2")]
    await store.close()


async def test_a_store_opens_again_and_finds_its_default_tenant(empty_database_url: str) -> None:
    for _ in range(2):
        store = await Store.open(empty_database_url)
        assert [tenant.id for tenant in await store.tenants.all()] == ["default"]
        assert (await store.tenants.entity("default")).kind == "TENANT"
        await store.close()


async def test_a_newer_schema_is_refused(empty_database_url: str) -> None:
    await (await Store.open(empty_database_url)).close()
    database = Database(empty_database_url, StoreSettings())
    with database.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    with pytest.raises(RuntimeError, match=r"schema 9999.*newer"):
        await Store.open(empty_database_url)


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
async def test_a_bad_url_is_a_value_error(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite|database URL"):
        await Store.open(url)


async def test_a_database_out_of_reach_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="cannot open the database"):
        await Store.open(f"sqlite:///{tmp_path}/no/such/folder.db")
    with pytest.raises(UnavailableError) as caught:
        await Store.open("postgresql://me:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)


async def test_no_statement_of_a_commit_walks_through_a_table(sqlite_url: str) -> None:
    await (await Store.open(sqlite_url)).close()
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        with_json = [each for each in statements("sqlite") if isinstance(each, Statement)]
        assert len(with_json) > 10
        for statement in with_json:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", ("[]",))]
            scans = [step.split()[1] for step in plan if step.startswith("SCAN")]
            assert scans == ["json_each", "r"]
