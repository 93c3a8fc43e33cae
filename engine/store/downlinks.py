"""Downlinks on disk. Which one goes out, and when, is decided in `engine/downlinks.py`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from engine.ids import now_ms
from engine.message import Entity
from engine.ports import DownlinkRows
from engine.records import Downlink
from engine.store.batch import Batch, Parcel
from engine.store.checks import check_value
from engine.store.downlink_rows import (
    delete_rows,
    is_any_delivered,
    read_list,
    read_old,
    read_one,
    read_queued,
)
from engine.store.page import Page
from engine.store.reader import Reader
from engine.store.writer import Writer


class Downlinks(DownlinkRows):
    """The rows of downlinks; they keep the order of their ids."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
        self._parcels: dict[str, Parcel] = {}
        writer.on_close.append(self._pack)
        writer.on_failure.append(self._go_back)

    def put(self, downlink: Downlink, pending: list[Downlink]) -> None:
        """Store a new downlink with the open batch; it leaves `pending` when that fails.

        ValueError when a header cannot be stored.
        """
        if downlink.headers:
            check_value(dict(downlink.headers))
        self._writer.join().made.append((downlink, pending))

    def release(self, downlink: Downlink) -> None:
        """The answer was lost: the downlink waits again."""
        if downlink.id in self._parcels:
            batch = self._writer.join()
            batch.downlinks_done.pop((downlink.entity_id, downlink.id), None)
            batch.downlinks.append(downlink)
            self._settle(downlink.id)

    def deliver(self, downlinks: Sequence[Downlink]) -> None:
        """The answer that carried these has left."""
        for downlink in downlinks:
            downlink.state = "delivered"
            if not self._settle(downlink.id):
                self._mark(downlink.id, downlink.entity_id, "delivered", now_ms())

    def _pack(self, batch: Batch) -> None:
        """Downlinks that leave with the answers of the commit that stores them are one row of the outbox.

        A tenth of the work of rows of their own. The row goes when all of them have been settled, by `deliver`, `mark`
        or `release`; until then a crash brings them back.
        """
        if not batch.made:
            return
        leaving: list[Downlink] = []
        for downlink, _ in batch.made:
            (leaving if downlink.state == "sending" else batch.downlinks).append(downlink)
        if leaving:
            batch.outbox = parcel = Parcel(leaving)
            self._parcels.update(dict.fromkeys([downlink.id for downlink in leaving], parcel))

    def _go_back(self, failed: Batch) -> None:
        """What was never stored does not wait."""
        for downlink, pending in failed.made:
            if downlink in pending:
                pending.remove(downlink)

    def _settle(self, downlink_id: str) -> bool:
        """Whether the downlink was in a parcel; with the last of them the parcel goes."""
        parcel = self._parcels.pop(downlink_id, None)
        if parcel is None:
            return False
        parcel.left -= 1
        if parcel.left == 0:
            self._writer.join().outbox_gone.append((parcel.id,))
        return True

    def mark(self, downlink_id: str, entity_id: str, state: str, done_ts: int | None) -> None:
        """Store what became of a downlink with the open batch."""
        if not self._settle(downlink_id):
            self._mark(downlink_id, entity_id, state, done_ts)

    def _mark(self, downlink_id: str, entity_id: str, state: str, done_ts: int | None) -> None:
        # After `downlinks` in the list of statements, so one put in this same batch is marked as well
        self._writer.join().downlinks_done[entity_id, downlink_id] = (entity_id, downlink_id, state, done_ts)

    async def get(self, tenant: str, entity_id: str, id: str) -> Downlink | None:
        """One downlink."""
        return await self._reader.read(partial(read_one, tenant=tenant, entity_id=entity_id, id=id))

    async def page(
        self,
        tenant: str,
        entity_id: str,
        state: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Downlink]:
        """Downlinks of a device, newest first."""
        where: dict[str, Any] = {"tenant": tenant, "entity_id": entity_id, "state": state}
        return await self._reader.read(partial(read_list, **where, limit=limit, cursor=cursor))

    async def any_delivered(self, tenant: str) -> bool:
        """Whether a downlink of this tenant that had to wait has reached its device."""
        return await self._reader.read(partial(is_any_delivered, tenant=tenant))

    async def queued(self, entity: Entity) -> list[Downlink]:
        """The downlinks of a device that wait, oldest first."""
        return await self._reader.read(partial(read_queued, entity_id=entity.id))

    async def purge(self, older_than_ms: int) -> int:
        """Delete downlinks made before `older_than_ms` that no longer wait; how many."""
        last, total = ("", ""), 0
        while old := await self._reader.read(partial(read_old, after=last, older_than_ms=older_than_ms)):
            last = old[-1]
            total += await self._writer.run(partial(delete_rows, keys=old))
        return total
