"""Records that the engine makes and a store keeps; times are epoch milliseconds."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.ids import new_id, now_ms
from engine.message import Message


class Downlink(msgspec.Struct, eq=False, gc=False, array_like=True):
    """A message for a device, waiting until its next exchange or poll takes it.

    `state` is queued, delivered, expired, cancelled or replaced (and, only in memory, sending while an answer
    carries it); `status` 0 stands for the usual 200.
    """

    id: str
    tenant: str
    entity_id: str
    integration_id: str
    payload: bytes
    content_type: str
    created_ts: int
    expires_ts: int
    state: str = "queued"
    status: int = 0
    headers: Mapping[str, str] = {}
    message_id: str = ""
    trace_id: str = ""
    done_ts: int | None = None
    attempts: int = 0


class Queued(msgspec.Struct, kw_only=True):
    """A message of the internal queue: enters `chain` (None: the root chain) at `node` (None: its entry).

    `due_ts` says when it may run. Read back from a store, the message's originator has no memory.
    """

    id: str
    tenant: str
    message: Message
    chain: str | None = None
    node: str | None = None
    attempts: int = 0
    due_ts: int = 0
    error: str = ""


class DeadLetter(msgspec.Struct, kw_only=True):
    """A message whose failure nobody handled, and where, kept for a person to read and re-submit."""

    id: str
    tenant: str
    message: Message
    chain: str = ""
    node_id: str = ""
    node_name: str = ""
    error: str = ""
    trace_id: str = ""
    attempts: int = 0
    created_ts: int


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may want to know of: the In and Out of integrations and converters, errors, news.

    `source` is integration, converter, node, device or system; `level` info or error; `kind` In, Out, ...
    `chain` is that of a node, whose id is its own only there.
    """

    tenant: str
    source: str
    ts: int = msgspec.field(default_factory=now_ms)
    id: str = msgspec.field(default_factory=new_id)
    entity_id: str = ""
    entity_name: str = ""
    level: str = "info"
    kind: str = ""
    text: str = ""
    payload: str = ""
    metadata: dict[str, str] = {}
    message_id: str = ""
    trace_id: str = ""
    error: str = ""
    chain: str = ""
