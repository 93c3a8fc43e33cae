"""What the store keeps at hand about one entity."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from sys import intern
from typing import Any

from engine.errors import MissingError, UnavailableError
from engine.message import ENTITY_NAMES, Entity
from engine.records import Downlink
from engine.services import Stamped
from engine.values import Value

Scopes = dict[str, dict[str, Stamped]]
SCOPES = ("client", "shared", "server")
NEVER = -(2**63)
# Shared by the many entities that have nothing else
_NOTHING: Mapping[str, Value] = {}
_NONE: frozenset[str] = frozenset()


class Memory:
    """The part of an entity that changes; found through `Entity.memory`, shared by all its copies.

    `series` maps each key to its number. `recent` is the newest message of the whole entity as far as this
    process saw it; `latest` holds the newest values of keys that were in an earlier one, as (ts, value). What
    both together say of a key is the newest of all for keys in `known`. `pending` are the downlinks that wait, oldest first:
    it belongs to `engine/downlinks.py`. `gone` says that nothing may be saved for the entity any more: it was deleted,
    or (`unborn`) the commit that should have stored it failed.
    """

    __slots__ = (
        "__weakref__",
        "attributes",
        "created_ts",
        "entity",
        "gone",
        "id",
        "kind",
        "known",
        "label",
        "last_activity_ts",
        "latest",
        "name",
        "pending",
        "recent",
        "recent_ts",
        "series",
        "tenant",
        "token",
        "type",
        "unborn",
    )

    def __init__(
        self,
        id: str,
        tenant: str,
        kind: str,
        name: str,
        type: str,
        label: str,
        token: str | None,
        created_ts: int,
        last_activity_ts: int,
    ) -> None:
        self.id = id
        # Of these there are few, and many devices
        self.tenant = intern(tenant)
        self.kind = intern(kind)
        self.name = name
        self.type = intern(type)
        self.label = label
        self.token = token
        self.created_ts = created_ts
        self.last_activity_ts = last_activity_ts
        self.attributes: Scopes = {scope: {} for scope in SCOPES}
        self.series: dict[str, int] = {}
        self.latest: dict[str, tuple[int, Value]] = {}
        self.recent: Mapping[str, Value] = _NOTHING
        self.recent_ts = NEVER
        self.known: frozenset[str] = _NONE
        # A deque would take 700 bytes for each of many devices that have none
        self.pending: list[Downlink] = []
        self.gone = False
        self.unborn = False
        self.entity: weakref.ref[Entity] | None = None

    def row(self) -> tuple[Any, ...]:
        """The columns of the entity's row, in their order."""
        return (
            self.id,
            self.tenant,
            self.kind,
            self.name,
            self.type,
            self.label,
            self.token,
            self.created_ts,
            self.last_activity_ts,
        )

    def refuse(self) -> None:
        """Raise why nothing may be saved any more: MissingError, or UnavailableError for one that was never stored."""
        if self.unborn:
            raise UnavailableError("the store is unavailable")
        raise MissingError(ENTITY_NAMES.get(self.kind, self.kind).lower(), self.name)

    def learn(self, ts: int, values: Mapping[str, Value]) -> None:
        """Note values as the newest of their keys, where nothing newer is known."""
        if ts >= self.recent_ts:
            if not values.keys() >= self.recent.keys():
                self._fold(self.recent_ts, self.recent)
            self.recent_ts = ts
            self.recent = values
        else:
            self._fold(ts, values)

    def newest(self, key: str) -> Stamped | None:
        """The newest value of a key as far as this process knows."""
        found = self.latest.get(key)
        if key in self.recent and (found is None or found[0] <= self.recent_ts):
            return Stamped(self.recent_ts, self.recent[key])
        return None if found is None else Stamped(*found)

    def forget(self) -> None:
        """Forget all newest values."""
        self.latest.clear()
        self.known = _NONE
        self.recent = _NOTHING
        self.recent_ts = NEVER

    def _fold(self, ts: int, values: Mapping[str, Value]) -> None:
        for key, value in values.items():
            found = self.latest.get(key)
            if found is None or found[0] <= ts:
                self.latest[key] = (ts, value)

    def as_entity(self) -> Entity:
        """The entity itself: the one that somebody still holds, or a new one."""
        entity = self.entity() if self.entity is not None else None
        if entity is None:
            entity = Entity(self.kind, self.id, self.name, self.type, self.label, self.created_ts, self)
            self.entity = weakref.ref(entity)
        return entity
