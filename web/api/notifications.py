"""Notifications: the lines behind the bell."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.store.tables import NotificationRow
from web.api.shapes import Cursor, EpochMs, Id, Limit, Shape
from web.api.wire import bad_request, caught_up, operation
from web.house import House


class NotificationView(Shape):
    """Something that a person may want to know; `kind` is Created (a device) or Failed (an integration), `entityId` which one."""

    id: str
    kind: str
    text: str
    entity_id: str
    created_ts: EpochMs
    read: bool


class NotificationList(Shape):
    """Notifications, newest first, and how many nobody has read."""

    items: list[NotificationView]
    next: str | None
    unread: int


class NotificationQuery(Shape):
    """Which notifications."""

    unread: bool = False
    cursor: Cursor = None
    limit: Limit = 50


class ReadBody(Shape):
    """Which ones were read: these, or all."""

    ids: Annotated[list[Id], Field(max_length=1000)] | None = None


class UnreadCount(Shape):
    """How many nobody has read."""

    unread: int


def blueprint(house: House) -> Blueprint:
    """The calls about notifications."""
    api = Blueprint("notifications", __name__, url_prefix="/notifications")
    tag_blueprint(api, ["Notifications"])

    @api.get("")
    @operation(NotificationList, query=NotificationQuery)
    async def list_notifications(query: NotificationQuery) -> NotificationList:
        """The notifications, newest first."""
        store = house.store.notifications
        await caught_up(house)
        with bad_request("?/cursor"):
            page = await store.page(house.tenant, query.unread, query.limit, query.cursor)
        unread = await store.unread(house.tenant)
        return NotificationList(items=[view(row) for row in page.items], next=page.next, unread=unread)

    @api.get("/unread")
    @operation(UnreadCount)
    async def count_unread_notifications() -> UnreadCount:
        """The number on the bell."""
        return UnreadCount(unread=await house.store.notifications.unread(house.tenant))

    @api.post("/read")
    @operation(UnreadCount, body=ReadBody, optional_body=True)
    async def read_notifications(body: ReadBody) -> UnreadCount:
        """Mark these as read, or all."""
        await house.store.notifications.mark_read(house.tenant, body.ids)
        return UnreadCount(unread=await house.store.notifications.unread(house.tenant))

    return api


def view(row: NotificationRow) -> NotificationView:
    """A notification for an answer."""
    return NotificationView(
        id=row.id,
        kind=row.kind,
        text=row.text,
        entity_id=row.entity_id,
        created_ts=row.created_ts,
        read=row.read,
    )
