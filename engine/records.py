"""Records that the engine makes and a store keeps; times are epoch milliseconds."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.message import Message


class Downlink(msgspec.Struct, eq=False):
    """A message for a device, waiting until its next exchange or poll takes it.

    `state` is queued, delivered, expired, cancelled or replaced; `status` 0 stands for the usual 200.
    """

    id: str
    tenant: str
    entity_id: str
    integration_id: str
    payload: bytes
    content_type: str
    created_ts: int
    expires_ts: int
    status: int = 0
    headers: Mapping[str, str] = {}
    state: str = "queued"
    message_id: str = ""
    trace_id: str = ""
    done_ts: int | None = None
    attempts: int = 0


class Queued(msgspec.Struct):
    """A message of the internal queue: enters `chain` (None: the root chain) at `node` (None: its entry)."""

    id: str
    tenant: str
    message: Message
    chain: str | None
    node: str | None
    due_ts: int
    attempts: int = 0
    error: str = ""


class DeadLetter(msgspec.Struct):
    """A message whose failure nobody handled, kept for a person to read and re-submit."""

    id: str
    tenant: str
    message: Message
    chain: str | None
    node: str | None
    node_name: str
    error: str
    trace_id: str
    attempts: int
    created_ts: int


class Event(msgspec.Struct):
    """What a person may want to know of: the In and Out of integrations and converters, errors, changes.

    `source` is integration, converter, node, device or system; `level` info or error; `kind` In, Out, Error...
    """

    id: str
    tenant: str
    ts: int
    source: str
    entity_id: str
    entity_name: str
    level: str
    kind: str
    text: str = ""
    payload: str = ""
    metadata: str = ""
    message_id: str = ""
    trace_id: str = ""
