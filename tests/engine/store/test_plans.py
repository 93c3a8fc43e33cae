"""No read and no deletion of telemetry walks through the whole of it: the databases say so themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text
from sqlmodel import Session

from engine.ids import now_ms
from engine.store import Store
from engine.store.loading import SQL, parameters
from engine.store.telemetry import Telemetry

from .given import a_device

DAY = 86_400_000
DEVICES = 30
VALUES = 60
Statement = tuple[str, Any]


@contextmanager
def listened(store: Store) -> Iterator[list[Statement]]:
    """The statements about telemetry that run meanwhile, with their parameters."""
    heard: list[Statement] = []

    def hear(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        if "telemetry" in statement and not statement.startswith("EXPLAIN"):
            heard.append((statement, values))

    engines = (store._database.reader, store._database.writer)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    yield heard
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)


def walks(session: Session, statement: Statement) -> list[str]:
    """Where the plan of a statement reads a whole table that is not small."""
    sql, values = statement
    if session.get_bind().dialect.name == "sqlite":
        driver: Any = session.connection().connection.driver_connection
        steps = [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        # Parts of a statement that are no tables: its parameter, what it has put together itself
        parts = ("SCAN (", "SCAN json_each", "SCAN j ", "SCAN r", "SCAN CONSTANT ROW")
        wide = [step for step in steps if step.startswith(("SCAN", "SEARCH")) and "=?" not in step]
        return [step for step in wide if step not in ("SCAN s", "SCAN e") and not step.startswith(parts)]
    # Tables of a test are so small that reading them whole is right: only where there is no other way, it is wrong
    session.execute(text("SET LOCAL enable_seqscan = off"))
    rows = session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", values).scalar_one()
    return list(_scanned(rows[0]["Plan"]))


def _scanned(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _scanned(child)


async def filled(store: Store) -> list[Any]:
    """Devices with telemetry of three months, and the database knows how it is spread."""
    now = now_ms()
    devices = [a_device(store) for _ in range(DEVICES)]
    for n in range(VALUES):
        for device in devices:
            store.telemetry.save(device, now - n * DAY, {"t": n})
        await store.writer.durable()
    if store.partitions is not None:
        await store.partitions.close()
    await store.writer.run(lambda session: session.execute(text("ANALYZE")) and None)
    return devices


async def test_reads_and_deletions_go_by_the_index(store: Store) -> None:
    devices = await filled(store)
    device, now = devices[7], now_ms()
    acts: dict[str, Any] = {
        "latest": lambda t: t.latest(device),
        "range": lambda t: t.query(device, ["t"], now - 20 * DAY, now, limit=50),
        "all": lambda t: t.query(device, ["t"], 0, 2**53, limit=50),
        **{
            kind: lambda t, kind=kind: t.query(
                device, ["t"], now - 60 * DAY, now, aggregation=kind, step=DAY, limit=100
            )
            for kind in ("MIN", "MAX", "AVG", "SUM", "COUNT")
        },
        "delete": lambda t: t.delete(device, ["t"], now - 2 * DAY, now - DAY),
        "drop": lambda t: t.drop([devices[8].memory.series["t"]]),
    }
    for name, act in acts.items():
        device.memory.forget()
        with listened(store) as heard:
            await act(Telemetry(store.writer, store._reader))
        assert heard, name
        for statement in heard:
            found = await store.read(lambda session, statement=statement: walks(session, statement))  # type: ignore[misc]
            assert found == [], (name, statement)


async def test_retention_row_by_row_goes_by_the_index(store: Store) -> None:
    await filled(store)
    # As without partitions, so that PostgreSQL deletes row by row as well
    with listened(store) as heard:
        await Telemetry(store.writer, store._reader).purge(now_ms() - 30 * DAY)

    deletions = [statement for statement in heard if statement[0].lstrip().startswith("DELETE")]
    assert deletions
    for statement in deletions:
        found = await store.read(lambda session, statement=statement: walks(session, statement))  # type: ignore[misc]
        assert found == [], statement


async def test_devices_are_loaded_by_the_index(store: Store) -> None:
    devices = await filled(store)
    dialect = store._database.dialect
    keys = [("default", "DEVICE", devices[3].name), (devices[4].id,), ("token", "none")]

    found = await store.read(lambda session: walks(session, (SQL[dialect], tuple(parameters(keys)))))

    # The entities that it found, once more
    assert found == (["SCAN t"] if dialect == "sqlite" else [])


async def test_the_check_sees_a_walk(store: Store) -> None:
    await filled(store)

    found = await store.read(lambda session: walks(session, ("SELECT max(value) FROM telemetry", ())))

    assert found != []
