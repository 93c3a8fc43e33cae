"""Message and the message types: what travels a chain."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from engine.ids import new_id, now_ms
from engine.values import Value


class Entity(msgspec.Struct, frozen=True, weakref=True, eq=False):
    """What a message is about: a device, an asset or the tenant itself.

    `memory` belongs to the store: what it keeps at hand about this entity, found without a look-up.
    """

    kind: str
    id: str
    name: str
    type: str = ""
    label: str = ""
    created_ts: int = 0
    memory: Any = None


DEVICE: Final = "DEVICE"
ASSET: Final = "ASSET"
TENANT: Final = "TENANT"

# kind -> the name a person reads, which is also the relation of an entity type switch
ENTITY_NAMES: Final = {DEVICE: "Device", ASSET: "Asset", TENANT: "Tenant"}


class Message(msgspec.Struct, frozen=True, gc=False):
    """A frozen value that travels a chain; a change makes a copy.

    `data` is a JSON value that nobody may write in place, `metadata` maps text to text, `ts` is in epoch
    milliseconds, `parent` is the id of the message (or exchange) that this one came from.
    """

    id: str
    type: str
    originator: Entity
    data: Value
    metadata: dict[str, str]
    ts: int
    parent: str | None = None

    def child(self) -> Message:
        """The same content as a new message that names this one as its parent."""
        return Message(new_id(), self.type, self.originator, self.data, self.metadata, self.ts, self.id)

    def with_data(self, data: Value) -> Message:
        """The same message with other data."""
        return Message(self.id, self.type, self.originator, data, self.metadata, self.ts, self.parent)

    def with_metadata(self, metadata: dict[str, str]) -> Message:
        """The same message with other metadata."""
        return Message(self.id, self.type, self.originator, self.data, metadata, self.ts, self.parent)

    def derived(self, type: str, data: Value, metadata: dict[str, str]) -> Message:
        """A new message with other content that names this one as its parent."""
        return Message(new_id(), type, self.originator, data, metadata, self.ts, self.id)


def message(
    type: str,
    originator: Entity,
    data: Value,
    metadata: dict[str, str] | None = None,
    ts: int | None = None,
    parent: str | None = None,
) -> Message:
    """A new message with a fresh id; `ts` in epoch milliseconds, now by default."""
    return Message(new_id(), type, originator, data, metadata or {}, now_ms() if ts is None else ts, parent)


POST_TELEMETRY: Final = "POST_TELEMETRY_REQUEST"
POST_ATTRIBUTES: Final = "POST_ATTRIBUTES_REQUEST"
ATTRIBUTES_UPDATED: Final = "ATTRIBUTES_UPDATED"
ATTRIBUTES_DELETED: Final = "ATTRIBUTES_DELETED"
RPC_FROM_DEVICE: Final = "TO_SERVER_RPC_REQUEST"
RPC_TO_DEVICE: Final = "RPC_CALL_FROM_SERVER_TO_DEVICE"
ENTITY_CREATED: Final = "ENTITY_CREATED"

# The message types of ThingsBoard's rule engine with the relation that its message type switch gives them.
LABELS: Final[dict[str, str]] = {
    POST_ATTRIBUTES: "Post attributes",
    POST_TELEMETRY: "Post telemetry",
    RPC_FROM_DEVICE: "RPC Request from Device",
    RPC_TO_DEVICE: "RPC Request to Device",
    "ACTIVITY_EVENT": "Activity Event",
    "INACTIVITY_EVENT": "Inactivity Event",
    "CONNECT_EVENT": "Connect Event",
    "DISCONNECT_EVENT": "Disconnect Event",
    ENTITY_CREATED: "Entity Created",
    "ENTITY_UPDATED": "Entity Updated",
    "ENTITY_DELETED": "Entity Deleted",
    "ENTITY_ASSIGNED": "Entity Assigned",
    "ENTITY_UNASSIGNED": "Entity Unassigned",
    "ENTITY_ASSIGNED_FROM_TENANT": "Entity Assigned From Tenant",
    "ENTITY_ASSIGNED_TO_TENANT": "Entity Assigned To Tenant",
    ATTRIBUTES_UPDATED: "Attributes Updated",
    ATTRIBUTES_DELETED: "Attributes Deleted",
    "TIMESERIES_UPDATED": "Timeseries Updated",
    "TIMESERIES_DELETED": "Timeseries Deleted",
    "ALARM": "Alarm",
    "ALARM_CREATED": "Alarm Created",
    "ALARM_UPDATED": "Alarm Updated",
    "ALARM_SEVERITY_UPDATED": "Alarm Severity Updated",
    "ALARM_ACK": "Alarm Acknowledged",
    "ALARM_CLEAR": "Alarm Cleared",
    "ALARM_ASSIGNED": "Alarm Assigned",
    "ALARM_UNASSIGNED": "Alarm Unassigned",
    "COMMENT_CREATED": "Comment Created",
    "COMMENT_UPDATED": "Comment Updated",
    "RPC_QUEUED": "RPC Queued",
    "RPC_SENT": "RPC Sent",
    "RPC_DELIVERED": "RPC Delivered",
    "RPC_SUCCESSFUL": "RPC Successful",
    "RPC_TIMEOUT": "RPC Timeout",
    "RPC_EXPIRED": "RPC Expired",
    "RPC_FAILED": "RPC Failed",
    "RPC_DELETED": "RPC Deleted",
    "RELATION_ADD_OR_UPDATE": "Relation Added or Updated",
    "RELATION_DELETED": "Relation Deleted",
    "RELATIONS_DELETED": "All Relations Deleted",
    "REST_API_REQUEST": "REST API request",
}
