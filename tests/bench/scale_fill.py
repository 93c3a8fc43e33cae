"""Fills a database with devices and telemetry as years of traffic would, but in minutes."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg

from engine.ids import now_ms
from engine.store import Store
from engine.store.telemetry import series_id

KEYS = ("temperature", "humidity")
DAYS = 60
# Telemetry arrives by time, not by series: the table grows in so many sweeps over all series
SWEEPS = 5
WINDOWS = 10
_ENTITY = "id, tenant, kind, name, type, label, token, created_ts, last_activity_ts"
_VALUES = (
    "SELECT s.id, {start} + CAST(n.value AS bigint) * {step}, CAST((s.id + n.value * 7) % 400 / 10.0 AS text)"
)
_INSERT = {
    "sqlite": "INSERT OR IGNORE INTO telemetry "
    + _VALUES
    + " FROM series s NOT INDEXED CROSS JOIN (WITH RECURSIVE c(value) AS"
    " (VALUES({first}) UNION ALL SELECT value + 1 FROM c WHERE value < {last}) SELECT value FROM c) n"
    " WHERE s.id BETWEEN {low} AND {high} ORDER BY s.id",
    "postgresql": "INSERT INTO telemetry "
    + _VALUES.replace("/ 10.0", "/ 10.0::float8")
    + " FROM series s CROSS JOIN generate_series({first}, {last}) AS n(value)"
    " WHERE s.id BETWEEN {low} AND {high} ON CONFLICT DO NOTHING",
}


def device_name(number: int) -> str:
    """The name of a device, the same as in `scale_server`."""
    return f"D{number}"


def entity_id(number: int) -> str:
    """Like the real ids: 24 digits, in the order they were made."""
    return f"{number:024x}"


def entities(devices: int) -> Iterator[tuple[object, ...]]:
    """The rows of the devices."""
    now = now_ms()
    for n in range(devices):
        yield (entity_id(n), "default", "DEVICE", device_name(n), "t", "", f"{n:020d}", now, now)


def series(devices: int) -> Iterator[tuple[object, ...]]:
    """The rows of their series."""
    for n in range(devices):
        id, mine = entity_id(n), set[int]()
        for key in KEYS:
            number = series_id(id, key, mine)
            mine.add(number)
            yield (number, "default", id, key)


def sweeps(dialect: str, devices: int, rows: int) -> Iterator[str]:
    """The statements that make the telemetry."""
    each = rows // (devices * len(KEYS))
    span = DAYS * 86_400_000
    start, step = now_ms() - span, span // (each + 1)
    count = min(SWEEPS, each)
    for sweep in range(count):
        first, last = each * sweep // count, each * (sweep + 1) // count - 1
        for window in range(WINDOWS):
            low, high = 2**63 // WINDOWS * window, 2**63 // WINDOWS * (window + 1) - 1
            if window == WINDOWS - 1:
                high = 2**63 - 1
            names = {"start": start, "step": step, "first": first, "last": last, "low": low, "high": high}
            yield _INSERT[dialect].format(**names)


def fill_sqlite(path: str, devices: int, rows: int, tell: Callable[[str], None]) -> None:
    """Fill a SQLite database that has its tables."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in ("synchronous=OFF", "cache_size=-2000000", "wal_autocheckpoint=100000"):
            db.execute(f"PRAGMA {pragma}")
        for table, made in (("entity", entities(devices)), ("series", sorted(series(devices)))):
            marks = "?, ?, ?, ?" + ", ?, ?, ?, ?, ?" * (table == "entity")
            db.execute("BEGIN")
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", made)
            db.execute("COMMIT")
            tell(f"{table} is full")
        done = 0
        for statement in sweeps("sqlite", devices, rows):
            done += db.execute(statement).rowcount
            tell(f"{done:,} rows of telemetry")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("ANALYZE")


def fill_postgresql(url: str, devices: int, rows: int, tell: Callable[[str], None]) -> None:
    """Fill a PostgreSQL database that has its tables."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("SET synchronous_commit = off")
        copies = (
            (f"entity ({_ENTITY})", entities(devices)),
            ("series (id, tenant, entity_id, key)", series(devices)),
        )
        for target, made in copies:
            with db.cursor().copy(f"COPY {target} FROM STDIN".encode()) as copy:
                for row in made:
                    copy.write_row(row)
            tell(f"{target.split()[0]} is full")
        done = 0
        for statement in sweeps("postgresql", devices, rows):
            done += db.execute(statement.encode()).rowcount
            tell(f"{done:,} rows of telemetry")
        db.execute("VACUUM ANALYZE")


async def make_tables(url: str) -> None:
    """Bring an empty database to the schema, with room for what will come."""
    store = await Store.open(url)
    if store.partitions is not None:
        day = 86_400_000
        for ts in range(now_ms() - (DAYS + 1) * day, now_ms(), day):
            await store.partitions.cover(ts)
    await store.close()


def fill(url: str, devices: int, rows: int) -> float:
    """Make and fill the database of a URL, telling how far it is; the seconds it took."""
    started = time.perf_counter()

    def tell(text: str) -> None:
        print(f"  {time.perf_counter() - started:6.0f} s: {text}", file=sys.stderr, flush=True)

    asyncio.run(make_tables(url))
    if url.startswith("sqlite"):
        fill_sqlite(url.removeprefix("sqlite:///"), devices, rows, tell)
    else:
        fill_postgresql(url, devices, rows, tell)
    return time.perf_counter() - started
