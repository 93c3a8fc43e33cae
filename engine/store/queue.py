"""Queued messages and dead letters on disk. What runs when is decided in `engine/queue.py`."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import delete, func, select
from sqlmodel import col

from engine.message import Entity, Message
from engine.records import DeadLetter, Queued
from engine.store.checks import check_value, clean
from engine.store.page import Order, Page, read_page
from engine.store.reader import Reader
from engine.store.retention import deleted
from engine.store.tables import DeadLetterRow, QueueRow
from engine.store.writer import Writer
from engine.values import Value

_CHUNK = 1_000


class StoredMessage(msgspec.Struct, frozen=True, rename="camel"):
    """A message as it lies on disk: its originator by id, kind and name."""

    id: str
    type: str
    originator_id: str
    originator_kind: str
    originator_name: str
    data: Value
    metadata: dict[str, str]
    ts: int
    parent: str | None = None

    def as_message(self) -> Message:
        """The message; its originator has no memory."""
        originator = Entity(self.originator_kind, self.originator_id, self.originator_name)
        return Message(self.id, self.type, originator, self.data, self.metadata, self.ts, self.parent)

    @classmethod
    def of(cls, message: Message) -> StoredMessage:
        """The message without its originator's memory."""
        m, o = message, message.originator
        return cls(m.id, m.type, o.id, o.kind, o.name, m.data, m.metadata, m.ts, m.parent)


class Queue:
    """The rows of queued messages and dead letters."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    def put(self, queued: Queued) -> None:
        """Store a message with the open batch; ValueError when its data is not JSON."""
        q = queued
        message = _stored(q.message)
        batch = self._writer.join()
        batch.queue_gone.pop(q.id, None)
        batch.queue_due.pop(q.id, None)
        batch.queue[q.id] = (q.id, q.tenant, q.chain, q.node, message, q.attempts, q.due_ts, clean(q.error))

    def remove(self, id: str) -> None:
        """Forget a message with the open batch."""
        batch = self._writer.join()
        batch.queue.pop(id, None)
        batch.queue_due.pop(id, None)
        batch.queue_gone[id] = (id,)

    def postpone(self, id: str, attempts: int, due_ts: int, error: str) -> None:
        """Store with the open batch when to try again."""
        self._writer.join().queue_due[id] = (id, attempts, due_ts, clean(error))

    async def due(self, limit: int, after: str = "", before_ts: int | None = None) -> list[Queued]:
        """Messages of all tenants in the order they were put, from behind the id `after`.

        With `before_ts` (epoch ms) only those that may run by then.
        """
        row = QueueRow
        query = select(row).where(col(row.id) > after).order_by(col(row.id)).limit(limit)
        if before_ts is not None:
            query = query.where(col(row.due_ts) <= before_ts)
        return await self._reader.read(lambda s: [_queued(found) for found in s.execute(query).scalars()])

    async def count(self) -> int:
        """How many messages wait, of all tenants."""
        query = select(func.count()).select_from(QueueRow)
        return await self._reader.read(lambda session: int(session.execute(query).scalar_one()))

    def bury(self, letter: DeadLetter) -> None:
        """Store a message that failed for good with the open batch."""
        d = letter
        head = (d.id, d.tenant, _stored(d.message), d.chain, d.node_id, clean(d.node_name), clean(d.error))
        self._writer.join().dead_letters[d.id] = (*head, d.trace_id, d.attempts, d.created_ts)

    async def dead_page(
        self, tenant: str, q: str = "", limit: int = 50, cursor: str | None = None
    ) -> Page[DeadLetter]:
        """Dead letters, newest first; `q` is looked for in the error."""
        row = DeadLetterRow
        query = select(row).where(col(row.tenant) == tenant)
        if q:
            query = query.where(col(row.error).icontains(clean(q), autoescape=True))
        order = Order((col(row.created_ts), col(row.id)), descending=True)
        page = await self._reader.read(lambda s: read_page(s, query, order, limit, cursor, _place))
        return Page([_letter(found) for found in page.items], page.next)

    async def dead_count(self, tenant: str) -> int:
        """How many dead letters there are."""
        query = select(func.count()).select_from(DeadLetterRow).where(col(DeadLetterRow.tenant) == tenant)
        return await self._reader.read(lambda session: int(session.execute(query).scalar_one()))

    async def dead_get(self, tenant: str, id: str) -> DeadLetter | None:
        """One dead letter."""
        row = DeadLetterRow
        query = select(row).where(col(row.tenant) == tenant, col(row.id) == id)
        found = await self._reader.read(lambda session: session.execute(query).scalars().first())
        return None if found is None else _letter(found)

    async def dead_remove(self, tenant: str, id: str) -> bool:
        """Delete a dead letter; whether there was one."""
        row = DeadLetterRow
        statement = delete(row).where(col(row.tenant) == tenant, col(row.id) == id)
        return await self._writer.run(lambda session: deleted(session, statement)) == 1

    async def dead_purge(self, older_than_ms: int) -> int:
        """Delete dead letters made before `older_than_ms`; how many."""
        row, total = DeadLetterRow, 0
        old = select(col(row.id)).where(col(row.created_ts) < older_than_ms).limit(_CHUNK)
        while count := await self._writer.run(lambda s: deleted(s, delete(row).where(col(row.id).in_(old)))):
            total += count
        return total


def _stored(message: Message) -> StoredMessage:
    check_value(message.type)
    check_value(message.data)
    check_value(message.metadata)
    return StoredMessage.of(message)


def _queued(row: QueueRow) -> Queued:
    values = {name: getattr(row, name) for name in Queued.__struct_fields__}
    return Queued(**values | {"message": msgspec.convert(row.message, StoredMessage).as_message()})


def _letter(row: DeadLetterRow) -> DeadLetter:
    values = {name: getattr(row, name) for name in DeadLetter.__struct_fields__}
    return DeadLetter(**values | {"message": msgspec.convert(row.message, StoredMessage).as_message()})


def _place(row: DeadLetterRow) -> tuple[Any, ...]:
    return (row.created_ts, row.id)
