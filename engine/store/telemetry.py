"""Time series: one dict entry per value on the loop, one statement per commit in the writer."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sqlmodel import Session

from engine.message import Entity
from engine.services import Stamped
from engine.store.aggregate import AGGREGATIONS, read_aggregate, read_values
from engine.store.batch import Batch
from engine.store.checks import check_name, check_value
from engine.store.memory import Memory
from engine.store.reader import Reader
from engine.store.retention import delete_range, drop_series, purge_some, read_latest, read_series
from engine.store.span import Span
from engine.store.writer import Writer
from engine.values import Value

if TYPE_CHECKING:
    from engine.store.partitions import Partitions

# As far as JSON numbers are exact; the year 287396
MAX_TS = 2**53
_CHUNK = 1_000


class Telemetry:
    """Implements engine.services.TelemetryService."""

    def __init__(self, writer: Writer, reader: Reader, partitions: Partitions | None = None) -> None:
        self._writer = writer
        self._reader = reader
        self._partitions = partitions
        # What is saved at other times may have no partition yet
        self._covered = Span(-MAX_TS, MAX_TS + 1) if partitions is None else partitions.covered
        writer.on_failure.append(self._go_back)

    def save(self, entity: Entity, ts: int, values: Mapping[str, Value]) -> None:
        """Put values at `ts` (epoch milliseconds); a value at the same key and ts is replaced.

        `values` is kept as it is and must not be changed afterwards. ValueError for a bad key, value or time,
        MissingError for a deleted entity; nothing is written then.
        """
        memory: Memory = entity.memory
        series: dict[str, int] = memory.series
        recent: Mapping[str, Value] = memory.recent
        is_known, again = True, 0
        for key, value in values.items():
            kind = type(value)
            # Finite numbers, the usual case, are not worth a call
            if kind is not int and not (kind is float and value - value == 0.0):
                check_value(value)
            if key not in series:
                is_known = False
            if key in recent:
                again += 1
        if (
            not is_known
            or type(ts) is not int
            or not self._covered.first <= ts < self._covered.last
            or memory.gone
            or not values
        ):
            self._prepare(memory, ts, values)
            if not values:
                return
        rows = self._writer.join(len(values)).telemetry
        place = (memory, ts)
        if place in rows:
            rows[place] = {**rows[place], **values}
        else:
            rows[place] = values
        # The usual case of Memory.learn, spelled out
        if again == len(recent) and ts >= memory.recent_ts:
            memory.recent_ts = ts
            memory.recent = values
        else:
            memory.learn(ts, values)

    async def latest(self, entity: Entity, keys: Sequence[str] | None = None) -> dict[str, Stamped]:
        """The newest value of each key that has one."""
        memory: Memory = entity.memory
        wanted = list(memory.series) if keys is None else [key for key in keys if key in memory.series]
        unknown = {memory.series[key]: key for key in wanted if key not in memory.known}
        if unknown:
            found = await self._reader.read(lambda session: read_latest(session, list(unknown)))
            for id, (ts, value) in found.items():
                memory.learn(ts, {unknown[id]: value})
            memory.known = memory.known.union(unknown.values())
        newest = {key: memory.newest(key) for key in wanted}
        return {key: stamped for key, stamped in newest.items() if stamped is not None}

    async def query(
        self,
        entity: Entity,
        keys: Sequence[str],
        start: int,
        end: int,
        *,
        aggregation: str = "NONE",
        step: int = 0,
        limit: int = 100,
        descending: bool = True,
    ) -> dict[str, list[Stamped]]:
        """Values with start <= ts < end; with MIN MAX AVG SUM COUNT one value per interval of `step` ms.

        An interval is named by its start. Only numbers are aggregated; COUNT counts all values. MIN and MAX are
        exact, SUM of integers is exact on PostgreSQL and up to 64 bits an item on SQLite. ValueError for an
        unknown aggregation or a step below 1.
        """
        if aggregation not in AGGREGATIONS:
            raise ValueError(f"the aggregation must be one of {', '.join(AGGREGATIONS)}, not {aggregation!r}")
        if aggregation != "NONE" and step < 1:
            raise ValueError("an aggregation needs a step of at least 1 ms")
        series = {key: entity.memory.series[key] for key in keys if key in entity.memory.series}
        start, end = max(start, -MAX_TS), min(end, MAX_TS + 1)

        def read(session: Session) -> dict[str, list[Stamped]]:
            if aggregation == "NONE":
                return {
                    k: read_values(session, id, start, end, limit, descending) for k, id in series.items()
                }
            args = (start, end, aggregation, step, limit, descending)
            return {k: read_aggregate(session, id, *args) for k, id in series.items()}

        return await self._reader.read(read) if series else {}

    def keys(self, entity: Entity) -> list[str]:
        """The keys an entity has series of."""
        return sorted(entity.memory.series)

    async def delete(self, entity: Entity, keys: Sequence[str], start: int, end: int) -> int:
        """Delete values with start <= ts < end; how many there were."""
        memory: Memory = entity.memory
        deleted = 0
        for key in keys:
            if (id := memory.series.get(key)) is not None:
                deleted += await self._in_chunks(partial(delete_range, id=id, start=start, end=end))
        self._forget(memory)
        return deleted

    async def drop(self, series: Sequence[int]) -> None:
        """Delete whole series, a few thousand values at a time."""
        for id in series:
            await self._in_chunks(partial(drop_series, id=id))

    async def purge(self, older_than_ms: int) -> int:
        """Delete values before `older_than_ms` (epoch ms), except the newest of each series; how many.

        On PostgreSQL whole partitions are dropped, so values stay until all of their partition is that old. The
        rest goes in short transactions with pauses, so that other writes hardly wait. Also clears what a deletion
        of an entity left behind when it was interrupted.
        """
        deleted, last, tables = 0, -1, list[str]()
        if self._partitions is not None:
            deleted = await self._partitions.drop(older_than_ms)
            older_than_ms, tables = self._partitions.limit(older_than_ms), self._partitions.loose()
        read = partial(read_series, older_than_ms=older_than_ms, tables=tables)
        while (part := await self._reader.read(partial(read, after=last))) is not None:
            last = part.last
            await self.drop(part.orphans)
            if part.old:
                act = partial(purge_some, ids=part.old, older_than_ms=older_than_ms)
                deleted += await self._in_chunks(act)
        return deleted

    async def _in_chunks(self, act: Callable[..., int]) -> int:
        """Call `act(session, limit=...)` in one short transaction after the other until little is left."""
        total, clock = 0, asyncio.get_running_loop().time
        while True:
            begun = clock()
            count = await self._writer.run(partial(act, limit=_CHUNK))
            total += count
            # Three quarters of the time belong to others
            await asyncio.sleep(3 * (clock() - begun))
            if count < _CHUNK:
                return total

    def _prepare(self, memory: Memory, ts: int, values: Mapping[str, Value]) -> None:
        """Number the keys that are new."""
        if memory.gone:
            memory.refuse()
        if ts.__class__ is not int or not -MAX_TS <= ts <= MAX_TS:
            raise ValueError("a time is an integer in epoch milliseconds")
        new = [key for key in values if key not in memory.series]
        for key in new:
            check_name(key, "key")
        if self._partitions is not None and not self._covered.first <= ts < self._covered.last:
            self._partitions.want(ts)
            self._writer.batch.is_early = True
        if not new:
            return
        batch = self._writer.join(len(new))
        for key in new:
            id = memory.series[key] = series_id(memory.id, key, memory.series.values())
            batch.series[id] = (id, memory.tenant, memory.id, key)
        memory.known = memory.known.union(new)

    def _forget(self, memory: Memory) -> None:
        """Forget the newest values, except those that the open batch and the one under way bring."""
        memory.forget()
        for batch in (self._writer.flying, self._writer.batch):
            for (other, ts), values in batch.telemetry.items() if batch is not None else ():
                if other is memory:
                    memory.learn(ts, values)

    def _go_back(self, failed: Batch) -> None:
        """Newest values are forgotten; new series stay and go along with the next batch."""
        batch = self._writer.batch
        batch.series.update(failed.series)
        failing = {memory for memory, _ in failed.telemetry}
        for memory in failing:
            memory.forget()
        for (memory, ts), values in batch.telemetry.items():
            if memory in failing:
                memory.learn(ts, values)


def series_id(entity_id: str, key: str, others: Container[int] = ()) -> int:
    """The number of a series: 63 bits of two hashes, so that nobody has to hand it out.

    The upper 43 bits are of the entity, so its series lie together: a message of many keys meets one page, where
    numbers at random would meet one for each key. The lower 20 are of the key; `others`, the numbers of the
    entity's other series, are passed over. Among ten million series of five million entities the chance that
    any two share a number is one in half a million.
    """
    upper = int.from_bytes(_digest(entity_id)) >> 21 << 20
    lower = int.from_bytes(_digest(f"{entity_id}\0{key}"))
    while (number := upper | (lower & 0xFFFFF)) in others:
        lower += 1
    return number


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()
