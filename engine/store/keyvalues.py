"""Small JSON values by name: settings of a tenant, state of a node."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine.store.batch import Batch
from engine.store.checks import check_name, check_value
from engine.store.reader import Reader
from engine.store.tables import SettingRow
from engine.store.writer import Writer
from engine.values import Value


class KeyValues:
    """The small values of all tenants; reads see what was written before, committed or not."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    def put(self, tenant: str, key: str, value: Value) -> None:
        """Store a value with the open batch; ValueError when it is not JSON."""
        check_name(key, "key")
        check_value(value)
        batch = self._writer.join()
        batch.settings_gone.pop((tenant, key), None)
        batch.settings[tenant, key] = (tenant, key, value)

    def remove(self, tenant: str, key: str) -> None:
        """Forget a value with the open batch."""
        batch = self._writer.join()
        batch.settings.pop((tenant, key), None)
        batch.settings_gone[tenant, key] = (tenant, key)

    async def get(self, tenant: str, key: str, default: Value = None) -> Value:
        """A value, or `default`."""
        return (await self.scan(tenant, key, exact=True)).get(key, default)

    async def scan(self, tenant: str, prefix: str, exact: bool = False) -> dict[str, Value]:
        """All values whose key starts with `prefix` (or, `exact`, equals it), by key."""
        row = SettingRow
        query: Any = select(col(row.key), col(row.value)).where(col(row.tenant) == tenant)
        same = col(row.key) == prefix if exact else col(row.key).startswith(prefix, autoescape=True)
        query = query.where(same).order_by(col(row.key))
        # Taken before the read: a batch that is committed meanwhile is in both, one that fails is in neither
        batches = [batch for batch in (self._writer.flying, self._writer.batch) if batch is not None]
        found = await self._reader.read(lambda s: dict(s.execute(query).all()))
        for batch in batches:
            _overlay(found, batch, tenant, prefix, exact)
        return found


def _overlay(found: dict[str, Value], batch: Batch, tenant: str, prefix: str, exact: bool) -> None:
    def meant(place: tuple[str, str]) -> bool:
        return place[0] == tenant and (place[1] == prefix if exact else place[1].startswith(prefix))

    if batch.error is None:
        found.update((place[1], row[2]) for place, row in batch.settings.items() if meant(place))
        for place in batch.settings_gone:
            if meant(place):
                found.pop(place[1], None)
