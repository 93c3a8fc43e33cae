"""What the stories of the store begin with."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec

from engine.ids import new_id, now_ms
from engine.message import DEVICE, Entity
from engine.records import Downlink
from engine.store import Store

_numbers = itertools.count(1)


def a_device(store: Store, name: str = "", **options: Any) -> Entity:
    """A new device of the default tenant."""
    return store.entities.create(
        "default", DEVICE, name or f"device {next(_numbers)}", "thermometer", **options
    )


def a_downlink(device: Entity, payload: bytes = b"on", **options: Any) -> Downlink:
    """A downlink that waits for a device."""
    now = now_ms()
    fixed = {"id": new_id(), "tenant": "default", "entity_id": device.id, "integration_id": "i1"}
    times = {"created_ts": now, "expires_ts": now + 60_000}
    return Downlink(**fixed | times | {"payload": payload, "content_type": "text/plain"} | options)


def contents(record: Any) -> Any:
    """A record as plain values, to compare those that differ in identity only."""
    if isinstance(record, Entity):
        return (record.kind, record.id, record.name)
    if not isinstance(record, msgspec.Struct):
        return record
    return {name: contents(getattr(record, name)) for name in record.__struct_fields__}


async def reopened(store: Store, url: str) -> Store:
    """The same database, opened anew with nothing in memory."""
    await store.close()
    return await Store.open(url)
