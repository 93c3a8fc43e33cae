"""Events of nodes know their chain: nodes of two chains made from one template have the same ids."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Events that are there have none: of which chain they are is not known any more."""
    op.add_column("event", sa.Column("chain", sa.Text(), nullable=False, server_default=""))
