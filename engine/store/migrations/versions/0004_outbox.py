"""Downlinks that leave with an answer are kept as MessagePack: a third of the bytes and half of the work of JSON."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_BEFORE = (
    "id",
    "tenant",
    "entity_id",
    "integration_id",
    "payload",
    "content_type",
    "state",
    "status",
    "headers",
    "message_id",
    "trace_id",
    "created_ts",
    "expires_ts",
    "done_ts",
    "attempts",
)
_AFTER = (
    "id",
    "tenant",
    "entity_id",
    "integration_id",
    "payload",
    "content_type",
    "created_ts",
    "expires_ts",
    "state",
    "status",
    "headers",
    "message_id",
    "trace_id",
    "done_ts",
    "attempts",
)


def upgrade() -> None:
    """What is under way with answers comes along."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, document FROM outbox")).all()
    op.drop_table("outbox")
    columns = (
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
    )
    outbox = op.create_table("outbox", *columns, sqlite_with_rowid=False)
    if rows:
        op.bulk_insert(outbox, [{"id": id, "document": _packed(document)} for id, document in rows])


def _packed(document: str) -> bytes:
    return msgspec.msgpack.encode([_cells(each) for each in json.loads(document)])  # noqa: TID251  as it was written


def _cells(downlink: list[Any] | dict[str, Any]) -> list[Any]:
    # The first versions wrote the names of the fields as well
    fields = downlink if isinstance(downlink, dict) else dict(zip(_BEFORE, downlink, strict=True))
    fields["payload"] = base64.b64decode(fields["payload"])
    return [fields[name] for name in _AFTER]
