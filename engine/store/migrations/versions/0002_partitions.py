"""Telemetry on PostgreSQL is partitioned by time; its rows move along. SQLite stays as it is.

The frame is made here: what is older than the year 2000 or newer than 2099 (clocks that are wrong), the default
partition for what has no partition of its own yet, and a partition for each month that has rows. The others are
made by `partitions.py` as time goes on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

FIRST = 946_684_800_000  # 2000-01-01 in epoch ms
LAST = 4_102_444_800_000  # 2100-01-01
MOST = 300
_MONTHS = f"""
  SELECT DISTINCT date_trunc('month', to_timestamp(ts / 1000) AT TIME ZONE 'UTC') AS month
  FROM telemetry_before WHERE ts >= {FIRST} AND ts < {LAST} ORDER BY month DESC LIMIT {MOST}
"""


def upgrade() -> None:
    """Move the rows into partitions."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE telemetry RENAME TO telemetry_before")
    op.execute("ALTER INDEX telemetry_pkey RENAME TO telemetry_before_pkey")
    op.execute(
        "CREATE TABLE telemetry (series bigint NOT NULL, ts bigint NOT NULL, value text NOT NULL,"
        " PRIMARY KEY (series, ts)) PARTITION BY RANGE (ts)"
    )
    op.execute(f"CREATE TABLE telemetry_past PARTITION OF telemetry FOR VALUES FROM (MINVALUE) TO ({FIRST})")
    op.execute(f"CREATE TABLE telemetry_future PARTITION OF telemetry FOR VALUES FROM ({LAST}) TO (MAXVALUE)")
    op.execute("CREATE TABLE telemetry_default PARTITION OF telemetry DEFAULT")
    op.execute("CREATE INDEX telemetry_default_ts ON telemetry_default (ts)")
    bounds = sa.text(
        "SELECT to_char(month, 'YYYYMMDD'), extract(epoch FROM month)::bigint * 1000,"
        f" extract(epoch FROM month + interval '1 month')::bigint * 1000 FROM ({_MONTHS}) AS m"
    )
    for name, start, end in op.get_bind().execute(bounds).all():
        op.execute(
            f"CREATE TABLE telemetry_{name} PARTITION OF telemetry FOR VALUES FROM ({start}) TO ({end})"
        )
    op.execute("INSERT INTO telemetry SELECT series, ts, value FROM telemetry_before")
    op.execute("DROP TABLE telemetry_before")
