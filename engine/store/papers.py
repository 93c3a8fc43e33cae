"""The tables that people write: few rows, each with a version that grows by one at every save."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from engine.store.columns import int_column, json_column, text_column, ts_column


class Tenant(SQLModel, table=True):
    """An isolated customer of one installation."""

    __tablename__: ClassVar[Any] = "tenant"
    id: str = text_column(primary_key=True)
    name: str = text_column(unique=True)
    created_ts: int = ts_column()


class Document(SQLModel):
    """What every document kept by people has; `version` counts saves from 1."""

    id: str = text_column("", primary_key=True)
    tenant: str = text_column("", foreign_key="tenant.id")
    name: str = text_column()
    version: int = int_column(1)
    created_ts: int = ts_column(0)
    updated_ts: int = ts_column(0)


class Converter(Document, table=True):
    """A user's script between payloads and messages; `direction` is uplink or downlink."""

    __tablename__: ClassVar[Any] = "converter"
    __table_args__ = (UniqueConstraint("tenant", "name", name="converter_name"),)
    direction: str = text_column()
    language: str = text_column("python")
    script: str = text_column("")
    debug: Any = json_column()
    additional: Any = json_column()


class Chain(Document, table=True):
    """A rule chain; `document` is its JSON text, `active_version` the one that runs (0: none)."""

    __tablename__: ClassVar[Any] = "chain"
    __table_args__ = (UniqueConstraint("tenant", "name", name="chain_name"),)
    is_root: bool = False
    document: str = text_column("{}")
    active_version: int = int_column(0)
    note: str = text_column("")


class ChainVersion(SQLModel, table=True):
    """A chain document as it was saved."""

    __tablename__: ClassVar[Any] = "chain_version"
    chain_id: str = text_column(primary_key=True, foreign_key="chain.id")
    version: int = int_column(primary_key=True)
    document: str = text_column()
    note: str = text_column("")
    created_ts: int = ts_column()


class Integration(Document, table=True):
    """A door for devices."""

    __tablename__: ClassVar[Any] = "integration"
    __table_args__ = (
        UniqueConstraint("tenant", "name", name="integration_name"),
        UniqueConstraint("routing_key", name="integration_routing_key"),
    )
    type: str = text_column("http")
    enabled: bool = True
    routing_key: str = text_column("")
    allow_create: bool = True
    uplink_converter_id: str | None = text_column(None, foreign_key="converter.id")
    downlink_converter_id: str | None = text_column(None, foreign_key="converter.id")
    rule_chain_id: str | None = text_column(None, foreign_key="chain.id")
    security: Any = json_column()
    metadata_: Any = json_column("metadata")
    options: Any = json_column()
    debug: Any = json_column()
