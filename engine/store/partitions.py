"""Telemetry by time on PostgreSQL: partitions of a month or a day, made ahead and on demand, dropped whole.

All of it runs on a connection of its own in a thread, beside the writer, with locks that are waited for only
briefly. `telemetry_default` takes what has no partition yet, so a row never waits for one; it moves as soon as
its partition is made. The partition that begins at MINVALUE, the past, holds what retention leaves of the
dropped ones: the newest values of series that have been silent since, and rows of clocks that are wrong.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError

from engine.ids import now_ms
from engine.store.database import Database
from engine.store.span import Span
from engine.store.statements import PARTITIONS_LOCK

T = TypeVar("T")
Db = psycopg.Connection[Any]
log = logging.getLogger(__name__)

UNITS = ("month", "day")
AHEAD = 2
# Each costs two locks in a query over all of time, and a server has 6,400 by default
MOST = 400
_MIN, _MAX = -(2**63), 2**63 - 1
_TRIES = 40
_PAUSE_S = 5
_BOUNDS = re.compile(r"FROM \((?:'(-?\d+)'|MINVALUE)\) TO \((?:'(-?\d+)'|MAXVALUE)\)")
_CATALOG = """
  SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'telemetry'::regclass
"""
_LOOSE = """
  SELECT relname, obj_description(oid) FROM pg_class
  WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'telemetry'::regclass)
  AND relkind = 'r' AND NOT relispartition AND relname LIKE %s
"""
_XID = "(%s::text::numeric %% 4294967296)::bigint"
_NOW = f"SELECT {_XID % 'pg_snapshot_xmin(pg_current_snapshot())'}, {_XID % 'pg_current_xact_id()'}"


class Partition(NamedTuple):
    """One partition: start <= ts < end, in epoch ms."""

    start: int
    end: int
    name: str


class Partitions:
    """The partitions of one database; the loop's side of it, all methods are for the loop thread.

    `covered` is the time around now that surely has partitions.
    """

    def __init__(self, database: Database, unit: str) -> None:
        if unit not in UNITS:
            raise ValueError(f"a partition of telemetry is a {' or a '.join(UNITS)}, not {unit!r}")
        self.covered = Span(0, 0)
        self._database = database
        self._unit = unit
        self._known: list[Partition] = []
        self._wanted: dict[int, int] = {}
        self._not_before_s = 0.0
        self._making: asyncio.Future[None] | None = None

    async def tend(self) -> None:
        """Make the partitions of the coming time; those which others have made become known."""
        await self._run(lambda db: tend(db, self._unit, self._database.gate))

    async def cover(self, ts: int) -> None:
        """Make the partition of `ts`, unless there is one, or are too many."""
        if not covers(self._known, ts):
            await self._run(lambda db: make(db, ts, self._unit, self._database.gate))

    def want(self, ts: int) -> None:
        """Somebody saves something at a time outside of `first` to `last`: make its partition, soon."""
        if covers(self._known, ts) or len(self._known) >= MOST or time.monotonic() < self._not_before_s:
            return
        self._wanted[period(ts, self._unit)[0]] = ts
        if self._making is None:
            self._making = asyncio.ensure_future(self._make())

    async def _make(self) -> None:
        """Make what is wanted, one after the other."""
        try:
            while self._wanted:
                start, ts = next(iter(self._wanted.items()))
                try:
                    await self.cover(ts)
                finally:
                    del self._wanted[start]
        except (psycopg.Error, DBAPIError) as error:
            log.warning(
                "a partition of telemetry is not made yet, its rows wait in the default one: %s", error
            )
        finally:
            self._making = None

    def limit(self, older_than_ms: int) -> int:
        """Up to which time (epoch ms) retention deletes row by row; partitions that begin later are dropped whole."""
        holder = next((p for p in self._known if p.start <= older_than_ms < p.end), None)
        if holder is None or holder.start == _MIN:
            return older_than_ms
        return holder.start

    def loose(self) -> list[str]:
        """The partitions whose rows retention deletes one by one."""
        return [p.name for p in self._known if p.start == _MIN] + ["telemetry_default"]

    async def drop(self, older_than_ms: int) -> int:
        """Drop the partitions that end at `older_than_ms` or before; how many rows went with them."""
        return await self._run(lambda db: retire(db, older_than_ms))

    async def close(self) -> None:
        """Wait for what is under way."""
        if self._making is not None:
            await self._making

    async def _run(self, act: Callable[[Db], T]) -> T:
        def work() -> tuple[T, list[Partition]]:
            with connected(self._database) as db:
                return act(db), catalog(db)

        result, known = await asyncio.to_thread(work)
        self._learn(known)
        return result

    def _learn(self, known: list[Partition]) -> None:
        self._known = known
        self.covered.first, self.covered.last = around(known, now_ms())


def period(ts: int, unit: str) -> tuple[int, int]:
    """The month or day (UTC) that `ts` is in, as start and end in epoch ms."""
    day = datetime.fromtimestamp(ts // 1000, UTC).replace(hour=0, minute=0, second=0)
    if unit == "day":
        return _ms(day), _ms(day + timedelta(days=1))
    first = day.replace(day=1)
    return _ms(first), _ms((first + timedelta(days=31)).replace(day=1))


def ahead(now: int, unit: str) -> list[int]:
    """Times in the period of `now` and those that follow."""
    times = [now]
    for _ in range(AHEAD):
        times.append(period(times[-1], unit)[1])
    return times


def _ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def covers(known: list[Partition], ts: int) -> bool:
    """Whether one of these partitions takes `ts`."""
    place = bisect_right(known, ts, key=lambda p: p.start) - 1
    return place >= 0 and ts < known[place].end


def around(known: list[Partition], now: int) -> tuple[int, int]:
    """The longest stretch around `now` without a gap."""
    first = last = now
    for partition in known:
        if partition.start <= last < partition.end:
            last = partition.end
    for partition in reversed(known):
        if partition.start < first <= partition.end or partition.start <= first < partition.end:
            first = partition.start
    return first, last


def catalog(db: Db) -> list[Partition]:
    """The partitions that are there, by time, without the default one."""
    found = []
    for name, text in db.execute(_CATALOG).fetchall():
        if (match := _BOUNDS.search(text)) is not None:
            start, end = match.groups()
            found.append(
                Partition(_MIN if start is None else int(start), _MAX if end is None else int(end), name)
            )
    return sorted(found)


@contextmanager
def connected(database: Database) -> Iterator[Db]:
    """A connection of its own, without a transaction."""
    connection = database.connect()
    try:
        driver: Any = connection.connection.driver_connection
        driver.autocommit = True
        yield driver
    finally:
        connection.invalidate()
        connection.close()


@contextmanager
def patiently(db: Db) -> Iterator[None]:
    """A transaction whose locks are waited for so briefly that those who queue behind hardly notice."""
    with db.transaction():
        db.execute("SET LOCAL lock_timeout = '250ms'")
        yield


def insisting(act: Callable[[], T]) -> T:
    """The result of `act`, tried again while others hold the locks."""
    for attempt in range(_TRIES):
        try:
            return act()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.05 * (1 + attempt % 20))
    raise AssertionError


def tend(db: Db, unit: str, gate: Lock) -> None:
    """Make the partitions of now and soon, and those of rows that wait in the default one."""
    for ts in ahead(now_ms(), unit):
        make(db, ts, unit, gate)
    last = _MIN
    for _ in range(MOST):
        row = db.execute("SELECT min(ts) FROM telemetry_default WHERE ts > %s", (last,)).fetchone()
        if row is None or (ts := row[0]) is None:
            return
        make(db, ts, unit, gate)
        last = period(ts, unit)[1] - 1


def make(db: Db, ts: int, unit: str, gate: Lock) -> None:
    """Make the partition of `ts` and move there what the default one holds of it; no commit may run meanwhile.

    A row that waits for the default partition while another one takes over its time would be refused.
    """

    def attempt() -> None:
        with gate, patiently(db):
            db.execute("SELECT pg_advisory_xact_lock(%s)", (PARTITIONS_LOCK,))
            known = catalog(db)
            if covers(known, ts) or len(known) >= MOST:
                return
            start, end = gap(known, ts, unit)
            name = f"telemetry_{datetime.fromtimestamp(start / 1000, UTC):%Y%m%d}"
            db.execute("LOCK TABLE ONLY telemetry IN SHARE UPDATE EXCLUSIVE MODE")
            # Nobody reads or writes the default one until the end: a moment, for hardly anything is in it
            db.execute("LOCK TABLE telemetry_default IN ACCESS EXCLUSIVE MODE")
            run(db, f"CREATE TABLE {name} (LIKE telemetry INCLUDING ALL)")
            moved = f"DELETE FROM telemetry_default WHERE ts >= {start} AND ts < {end} RETURNING *"
            run(db, f"WITH moved AS ({moved}) INSERT INTO {name} SELECT * FROM moved")
            run(db, f"ALTER TABLE telemetry ATTACH PARTITION {name} FOR VALUES FROM ({start}) TO ({end})")

    insisting(attempt)


def gap(known: list[Partition], ts: int, unit: str) -> tuple[int, int]:
    """The period of `ts`, as far as it is free: the unit may have been another one before."""
    start, end = period(ts, unit)
    return (
        max([start, *(p.end for p in known if p.end <= ts)]),
        min([end, *(p.start for p in known if p.start > ts)]),
    )


def run(db: Db, sql: str) -> int:
    """Run a statement that is made of names and numbers of our own; how many rows it concerned."""
    return db.execute(sql.encode()).rowcount


# ---------------------------------------------------------------------- retention


def retire(db: Db, older_than_ms: int) -> int:
    """Replace the past and all partitions up to `older_than_ms` by a new past; how many rows that deletes.

    The new past is filled beside the old partitions, takes their place in one short transaction, and then gets
    what was saved in the meantime.
    """
    (mine,) = db.execute("SELECT pg_try_advisory_lock(%s)", (PARTITIONS_LOCK + 1,)).fetchone() or (False,)
    if not mine:
        return 0  # another process is at it
    try:
        return _retire(db, older_than_ms)
    finally:
        # With the connection it would end as well, but later: the server takes its time to see that
        with suppress(psycopg.Error):
            db.execute("SELECT pg_advisory_unlock(%s)", (PARTITIONS_LOCK + 1,))


def _retire(db: Db, older_than_ms: int) -> int:
    deleted = finish(db)
    known = catalog(db)
    old = [p for p in known if p.end <= older_than_ms and p.start != _MIN]
    if not old:
        return deleted
    end = max(p.end for p in old)
    names = [p.name for p in known if p.end <= end]
    past = f"telemetry_past_{end}"
    kept, note = fill_past(db, past, names, end)
    insisting(lambda: swap(db, past, names, end, note))
    return deleted - kept + finish(db)


def fill_past(db: Db, past: str, names: list[str], end: int) -> tuple[int, str]:
    """Make a table of the newest rows of series that have none after `end`; how many, and what `finish` must know.

    That is the table's name, the oldest transaction whose rows it may lack, and the one that filled it.
    """
    for name, _ in db.execute(_LOOSE, ("telemetry\\_past\\_%",)).fetchall():
        run(db, f"DROP TABLE {name}")  # of an attempt that was interrupted
    with db.transaction():
        since, filled_by = db.execute(_NOW.encode()).fetchone() or (0, 0)
        run(db, f"CREATE TABLE {past} (LIKE telemetry INCLUDING ALL)")
        newer = f"SELECT 1 FROM telemetry AS n WHERE n.series = o.series AND n.ts >= {end}"
        kept = run(db, f"INSERT INTO {past} {newest_of(names, f'NOT EXISTS ({newer})')}")
        # It says what its bounds will say, so that nothing has to be checked under the lock
        run(db, f"ALTER TABLE {past} ADD CONSTRAINT {past}_end CHECK (ts < {end})")
    return kept, f"{past} {since} {filled_by}"


def newest_of(names: list[str], condition: str) -> str:
    """The newest row of each series in these tables, among the rows `o` that meet a condition."""
    parts = " UNION ALL ".join(
        f"SELECT series, ts, value FROM {name} AS o WHERE {condition}" for name in names
    )
    return f"SELECT DISTINCT ON (series) series, ts, value FROM ({parts}) AS r ORDER BY series, ts DESC"


def swap(db: Db, past: str, names: list[str], end: int, note: str) -> None:
    """The new past takes the place of the old partitions, which wait for `finish` under other names."""
    with patiently(db):
        db.execute("LOCK TABLE telemetry IN ACCESS EXCLUSIVE MODE")
        for name in names:
            left = "telemetry_retired_" + name.removeprefix("telemetry_")
            run(db, f"ALTER TABLE telemetry DETACH PARTITION {name}")
            run(db, f"ALTER TABLE {name} RENAME TO {left}")
            run(db, f"COMMENT ON TABLE {left} IS '{note}'")
        moved = f"DELETE FROM telemetry_default WHERE ts < {end} RETURNING *"
        run(db, f"WITH moved AS ({moved}) INSERT INTO {past} SELECT * FROM moved")
        run(db, f"ALTER TABLE telemetry ATTACH PARTITION {past} FOR VALUES FROM (MINVALUE) TO ({end})")


def finish(db: Db) -> int:
    """Drop retired partitions, but for what came after they were looked at; how many rows that deletes."""
    deleted = 0
    for name, note in db.execute(_LOOSE, ("telemetry\\_retired\\_%",)).fetchall():
        past, since, filled_by = note.split()
        (rows,) = db.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() or (0,)
        newer = "SELECT 1 FROM telemetry AS n WHERE n.series = o.series AND n.ts > o.ts"
        late = newest_of([name], f"age(o.xmin) <= age('{since}'::xid) AND NOT EXISTS ({newer})")
        # What was copied, and is still as it was, gives way to what was written over its original
        put = (
            f"INSERT INTO {past} AS p {late} ON CONFLICT (series, ts) DO UPDATE SET value = excluded.value"
            f" WHERE p.xmin = '{filled_by}'::xid"
        )
        with db.transaction():
            deleted += rows - run(db, put)
            run(db, f"DROP TABLE {name}")
    return deleted
