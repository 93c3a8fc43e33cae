"""Events: what a person reads to find out why. Cut to size and capped, so that they cannot fill the disk."""

from __future__ import annotations

import time
from typing import Any

import msgspec
from sqlalchemy import delete, func, or_, select, tuple_
from sqlmodel import col

from engine.errors import UnavailableError
from engine.ids import now_ms
from engine.records import Event
from engine.store.checks import clean
from engine.store.page import Order, Page, read_page
from engine.store.papers import Tenant
from engine.store.reader import Reader
from engine.store.retention import deleted
from engine.store.tables import EventRow
from engine.store.writer import Writer

MAX_TEXT = 4096
HOUR_MS = 3_600_000
CAPPED = "Capped"
_CHUNK = 2_000


class Tally(msgspec.Struct):
    """How many events of a tenant and source this hour brought, and how many were dropped."""

    hour: int = 0
    kept: int = 0
    dropped: int = 0


class Events:
    """The events of all tenants."""

    def __init__(self, writer: Writer, reader: Reader, per_hour: int) -> None:
        self._writer = writer
        self._reader = reader
        self._per_hour = per_hour
        self._tallies: dict[tuple[str, str], Tally] = {}

    async def recount(self) -> None:
        """Take up the counts of this hour where an earlier run of the process has left them."""
        if not self._per_hour:
            return
        row, hour = EventRow, now_ms() // HOUR_MS
        count = (
            select(col(row.tenant), col(row.source), func.count())
            .where(col(row.tenant).in_(select(col(Tenant.id))))  # so that the times are found by the key
            .where(col(row.ts) >= hour * HOUR_MS, col(row.kind) != CAPPED)
            .group_by(col(row.tenant), col(row.source))
        )
        for tenant, source, kept in await self._reader.read(lambda s: s.execute(count).all()):
            self._tallies[tenant, source] = Tally(hour, kept)

    def record(self, event: Event) -> bool:
        """Store an event with the open batch; False when it was dropped: over the cap, or the store is behind.

        The last one kept of an hour is followed by one that says until when the others are dropped.
        """
        try:
            return self._record(event)
        except UnavailableError:
            return False

    def dropped(self, tenant: str, source: str) -> int:
        """How many events this hour dropped."""
        tally = self._tallies.get((tenant, source))
        return tally.dropped if tally is not None and tally.hour == now_ms() // HOUR_MS else 0

    async def page(
        self,
        tenant: str,
        source: str | None = None,
        entity: str | None = None,
        level: str | None = None,
        start: int | None = None,
        end: int | None = None,
        q: str = "",
        limit: int = 50,
        cursor: str | None = None,
        chain: str | None = None,
    ) -> Page[Event]:
        """Events with start <= ts < end, newest first; `entity` is an id, `q` is looked for in the texts.

        With `chain` only those of its nodes, and of nodes whose chain is not known: events older than that column.
        """
        row = EventRow
        wanted = ((row.source, source), (row.entity_id, entity), (row.level, level))
        query = select(row).where(col(row.tenant) == tenant)
        query = query.where(*(col(column) == value for column, value in wanted if value is not None))
        if chain is not None:
            query = query.where(col(row.source) == "node", col(row.chain).in_((chain, "")))
        if start is not None:
            query = query.where(col(row.ts) >= start)
        if end is not None:
            query = query.where(col(row.ts) < end)
        if q:
            texts = (row.text, row.payload, row.error, row.entity_name, row.kind)
            query = query.where(or_(*(col(text).icontains(clean(q), autoescape=True) for text in texts)))
        order = Order((col(row.ts), col(row.id)), descending=True)
        page = await self._reader.read(lambda s: read_page(s, query, order, limit, cursor, _place))
        return Page([_event(found) for found in page.items], page.next)

    async def purge(self, older_than_ms: int) -> int:
        """Delete events before `older_than_ms` (epoch ms); how many."""
        row, total = EventRow, 0
        key = tuple_(col(row.tenant), col(row.ts), col(row.id))
        old = (
            select(col(row.tenant), col(row.ts), col(row.id)).where(col(row.ts) < older_than_ms).limit(_CHUNK)
        )
        while count := await self._writer.run(
            lambda session: deleted(session, delete(row).where(key.in_(old)))
        ):
            total += count
        return total

    def _record(self, event: Event) -> bool:
        if not self._per_hour:
            self._put(event)
            return True
        hour = now_ms() // HOUR_MS
        tally = self._tallies.setdefault((event.tenant, event.source), Tally(hour))
        if tally.hour != hour:
            tally.hour, tally.kept, tally.dropped = hour, 0, 0
        if tally.kept >= self._per_hour:
            tally.dropped += 1
            return False
        self._put(event)
        tally.kept += 1
        if tally.kept == self._per_hour:
            self._put(self._cap(event, hour))
        return True

    def _cap(self, event: Event, hour: int) -> Event:
        until = time.strftime("%H:%M", time.gmtime((hour + 1) * HOUR_MS / 1000))
        text = (
            f"{self._per_hour} events of source {event.source} this hour: more are dropped until {until} UTC"
        )
        return Event(
            tenant=event.tenant, source=event.source, ts=event.ts, level="error", kind=CAPPED, text=text
        )

    def _put(self, e: Event) -> None:
        head = (e.tenant, e.ts, e.id, e.source, e.entity_id, cut(e.entity_name), e.level, e.kind)
        metadata = {cut(key): cut(value) for key, value in e.metadata.items()}
        texts = (cut(e.text), cut(e.payload), metadata, e.message_id, e.trace_id, cut(e.error), e.chain)
        self._writer.join().events[e.id] = (*head, *texts)


def cut(text: str) -> str:
    """At most MAX_TEXT characters of a text, with a mark that says how many there were."""
    if len(text) <= MAX_TEXT:
        return clean(text)
    mark = f" ... ({len(text)} characters)"
    return clean(text[: MAX_TEXT - len(mark)]) + mark


def _event(row: EventRow) -> Event:
    values = {name: getattr(row, name) for name in Event.__struct_fields__ if name != "metadata"}
    return Event(**values, metadata=row.metadata_)


def _place(row: EventRow) -> tuple[Any, ...]:
    return (row.ts, row.id)
