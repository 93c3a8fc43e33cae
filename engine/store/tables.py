"""The tables that messages write: many rows, plain keys, no foreign keys on the hot path.

A row of one of these goes down as one element of a JSON array (see `statements.py`), in the order of its
columns. Clustered keys (`sqlite_with_rowid=False`) keep what belongs together on the same pages.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from engine.store.columns import big_column, bytes_column, int_column, json_column, text_column, ts_column

CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


class EntityRow(SQLModel, table=True):
    """A device, an asset or the tenant itself."""

    __tablename__: ClassVar[Any] = "entity"
    __table_args__ = (
        UniqueConstraint("tenant", "kind", "name", name="entity_name"),
        UniqueConstraint("token", name="entity_token"),
        CLUSTERED,
    )
    id: str = text_column(primary_key=True)
    tenant: str = text_column()
    kind: str = text_column()
    name: str = text_column()
    type: str = text_column("")
    label: str = text_column("")
    token: str | None = text_column(None)
    created_ts: int = ts_column()
    last_activity_ts: int = ts_column(0)


class SeriesRow(SQLModel, table=True):
    """The number that stands for (entity, key) in `telemetry`: a hash of both, see `telemetry.py`."""

    __tablename__: ClassVar[Any] = "series"
    __table_args__ = (UniqueConstraint("entity_id", "key", name="series_key"), CLUSTERED)
    id: int = big_column(primary_key=True, sa_column_kwargs={"autoincrement": False})
    tenant: str = text_column()
    entity_id: str = text_column()
    key: str = text_column()


class TelemetryRow(SQLModel, table=True):
    """One value of a series; `value` is its JSON text.

    There is no column with the number beside it: JSON numbers are told from other values by their first
    character, so aggregation casts the text, and every row stays a third smaller to write.
    """

    __tablename__: ClassVar[Any] = "telemetry"
    __table_args__ = (CLUSTERED,)
    series: int = big_column(primary_key=True, sa_column_kwargs={"autoincrement": False})
    ts: int = ts_column(primary_key=True)
    value: Any = json_column()


class AttributeRow(SQLModel, table=True):
    """One attribute in one of the scopes client, shared and server."""

    __tablename__: ClassVar[Any] = "attribute"
    __table_args__ = (CLUSTERED,)
    entity_id: str = text_column(primary_key=True)
    scope: str = text_column(primary_key=True)
    key: str = text_column(primary_key=True)
    ts: int = ts_column()
    value: Any = json_column()


class DownlinkRow(SQLModel, table=True):
    """A message for a device; `payload` is base64."""

    __tablename__: ClassVar[Any] = "downlink"
    __table_args__ = (CLUSTERED,)
    entity_id: str = text_column(primary_key=True)
    id: str = text_column(primary_key=True)
    tenant: str = text_column()
    integration_id: str = text_column()
    state: str = text_column()
    payload: str = text_column()
    content_type: str = text_column()
    status: int = int_column()
    headers: Any = json_column()
    message_id: str = text_column()
    trace_id: str = text_column()
    created_ts: int = ts_column()
    expires_ts: int = ts_column()
    done_ts: int | None = ts_column(None)
    attempts: int = int_column(0)


class OutboxRow(SQLModel, table=True):
    """Downlinks that left with the answers of one commit, as one MessagePack array; gone once all have arrived."""

    __tablename__: ClassVar[Any] = "outbox"
    __table_args__ = (CLUSTERED,)
    id: str = text_column(primary_key=True)
    document: bytes = bytes_column()


class QueueRow(SQLModel, table=True):
    """A message that no caller waits for."""

    __tablename__: ClassVar[Any] = "queue"
    __table_args__ = (CLUSTERED,)
    id: str = text_column(primary_key=True)
    tenant: str = text_column()
    chain: str | None = text_column(None)
    node: str | None = text_column(None)
    message: Any = json_column()
    attempts: int = int_column(0)
    due_ts: int = ts_column(0)
    error: str = text_column("")


class DeadLetterRow(SQLModel, table=True):
    """A message that failed for good."""

    __tablename__: ClassVar[Any] = "dead_letter"
    __table_args__ = (Index("dead_letter_created", "tenant", "created_ts", "id"), CLUSTERED)
    id: str = text_column(primary_key=True)
    tenant: str = text_column()
    message: Any = json_column()
    chain: str = text_column("")
    node_id: str = text_column("")
    node_name: str = text_column("")
    error: str = text_column("")
    trace_id: str = text_column("")
    attempts: int = int_column(0)
    created_ts: int = ts_column()


class EventRow(SQLModel, table=True):
    """What happened at a converter, an integration, a node or a device, for a person to read."""

    __tablename__: ClassVar[Any] = "event"
    __table_args__ = (Index("event_entity", "tenant", "entity_id", "ts", "id"), CLUSTERED)
    tenant: str = text_column(primary_key=True)
    ts: int = ts_column(primary_key=True)
    id: str = text_column(primary_key=True)
    source: str = text_column()
    entity_id: str = text_column("")
    entity_name: str = text_column("")
    level: str = text_column("info")
    kind: str = text_column("")
    text: str = text_column("")
    payload: str = text_column("")
    metadata_: Any = json_column("metadata")
    message_id: str = text_column("")
    trace_id: str = text_column("")
    error: str = text_column("")
    chain: str = text_column("")


class NotificationRow(SQLModel, table=True):
    """A line for the bell of the editor."""

    __tablename__: ClassVar[Any] = "notification"
    __table_args__ = (Index("notification_created", "tenant", "created_ts", "id"), CLUSTERED)
    id: str = text_column(primary_key=True)
    tenant: str = text_column()
    kind: str = text_column()
    text: str = text_column()
    entity_id: str = text_column("")
    created_ts: int = ts_column()
    read: bool = False


class SettingRow(SQLModel, table=True):
    """A small JSON value by name: settings of a tenant, state of a node."""

    __tablename__: ClassVar[Any] = "setting"
    __table_args__ = (CLUSTERED,)
    tenant: str = text_column(primary_key=True)
    key: str = text_column(primary_key=True)
    value: Any = json_column()
