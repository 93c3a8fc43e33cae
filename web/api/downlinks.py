"""Downlinks of a device: what waits for its next exchange, and what became of earlier ones."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import ConflictError, MissingError
from engine.records import Downlink
from web.api.devices import device
from web.api.scripts import text_or_base64
from web.api.shapes import Cursor, EpochMs, Limit, Shape
from web.api.wire import bad_request, caught_up, operation
from web.house import House

State = Literal["queued", "delivered", "expired", "cancelled", "replaced"]


class DownlinkView(Shape):
    """A message for a device; `payload` is text, or base64 when `encoding` says so."""

    id: str
    state: State
    integration_id: str
    payload: str
    encoding: Literal["text", "base64"]
    content_type: str
    status: int = Field(description="HTTP status of the answer that carries it; 0: the usual 200")
    headers: dict[str, str]
    message_id: str
    trace_id: str
    created_ts: EpochMs
    expires_ts: EpochMs
    done_ts: int | None = Field(description="When it left the queue, epoch milliseconds")
    attempts: int


class DownlinkList(Shape):
    """Downlinks, newest first."""

    items: list[DownlinkView]
    next: str | None


class DownlinkQuery(Shape):
    """Which downlinks."""

    state: State | None = None
    cursor: Cursor = None
    limit: Limit = 50


class CancelledCount(Shape):
    """How many were taken back."""

    cancelled: int


def blueprint(house: House) -> Blueprint:
    """The calls about downlinks."""
    api = Blueprint("downlinks", __name__, url_prefix="/devices")
    tag_blueprint(api, ["Downlinks"])

    @api.get("/<id:id>/downlinks")
    @operation(DownlinkList, query=DownlinkQuery)
    async def list_downlinks(id: str, query: DownlinkQuery) -> DownlinkList:
        """The downlinks of a device, those that wait among them, newest first."""
        await device(house, id)
        await caught_up(house)
        with bad_request("?/cursor"):
            page = await house.store.downlinks.page(house.tenant, id, query.state, query.limit, query.cursor)
        return DownlinkList(items=[view(row) for row in page.items], next=page.next)

    @api.delete("/<id:id>/downlinks")
    @operation(CancelledCount)
    async def cancel_downlinks(id: str) -> CancelledCount:
        """Take back everything that waits for a device."""
        entity = await device(house, id)
        waiting = [downlink.id for downlink in tuple(entity.memory.pending)]
        cancelled = sum(house.downlinks.cancel(entity, downlink) for downlink in waiting)
        await house.store.writer.durable()
        return CancelledCount(cancelled=cancelled)

    @api.get("/<id:id>/downlinks/<id:downlink>")
    @operation(DownlinkView)
    async def get_downlink(id: str, downlink: str) -> DownlinkView:
        """One downlink."""
        await device(house, id)
        return view(await _must(id, downlink))

    @api.delete("/<id:id>/downlinks/<id:downlink>")
    @operation(None, 204)
    async def cancel_downlink(id: str, downlink: str) -> None:
        """Take back a downlink that waits; 409 when it is on its way or does not wait any more."""
        entity = await device(house, id)
        if house.downlinks.cancel(entity, downlink):
            await house.store.writer.durable()
            return
        row = await _must(id, downlink)
        state = "on its way" if row.state == "queued" else row.state
        raise ConflictError(f"the downlink cannot be cancelled: it is {state}")

    async def _must(id: str, downlink: str) -> Downlink:
        row = await house.store.downlinks.get(house.tenant, id, downlink)
        if row is None:
            raise MissingError("downlink", downlink)
        return row

    return api


def view(row: Downlink) -> DownlinkView:
    """A downlink for an answer."""
    payload, encoding = text_or_base64(row.payload)
    return DownlinkView(
        id=row.id,
        state=row.state,
        integration_id=row.integration_id,
        payload=payload,
        encoding=encoding,
        content_type=row.content_type,
        status=row.status,
        headers=dict(row.headers),
        message_id=row.message_id,
        trace_id=row.trace_id,
        created_ts=row.created_ts,
        expires_ts=row.expires_ts,
        done_ts=row.done_ts,
        attempts=row.attempts,
    )
