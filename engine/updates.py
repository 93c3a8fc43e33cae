"""Changes of shared attributes, told to the devices that wait for them once they are durable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.lines import Leave, Lines, Wake
from engine.message import Entity
from engine.ports import Batch, Commits
from engine.values import Value


class Update:
    """What one commit changed of an entity's shared attributes."""

    __slots__ = ("deleted", "values")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.deleted: dict[str, None] = {}

    def change(self, values: Mapping[str, Value]) -> None:
        """These were written."""
        self.values.update(values)
        for key in values:
            self.deleted.pop(key, None)

    def delete(self, keys: Sequence[str]) -> None:
        """These were removed."""
        self.deleted.update(dict.fromkeys(keys))
        for key in keys:
            self.values.pop(key, None)

    def flat(self) -> dict[str, Value]:
        """As a device reads it: `{key: value, ..., "deleted": [key, ...]}`."""
        return {**self.values, "deleted": list(self.deleted)} if self.deleted else self.values


class Updates:
    """Told of every write of shared attributes; what one commit changed of an entity comes as one update."""

    def __init__(self, commits: Commits) -> None:
        self._commits = commits
        self._lines: Lines[Update] = Lines()
        self._batch: Batch | None = None
        self._noted: dict[str, Update] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def changed(self, entity: Entity, values: Mapping[str, Value]) -> None:
        """Shared attributes were written into the open batch."""
        self._note(entity).change(values)

    def deleted(self, entity: Entity, keys: Sequence[str]) -> None:
        """Shared attributes were removed in the open batch."""
        self._note(entity).delete(keys)

    def wait(self, entity: Entity, wake: Wake[Update]) -> Leave:
        """Call `wake` with each update from now on, until the returned function is called."""
        return self._lines.join(entity.id, wake)

    def _note(self, entity: Entity) -> Update:
        # Also where nobody waits yet: who comes before the commit ends must hear of it too.
        batch = self._commits.open
        if batch is not self._batch:
            self._batch, self._noted = batch, {}
            noted = self._noted
            batch.then(lambda error: self._tell(batch, noted, error))
        if entity.id not in self._noted:
            self._noted[entity.id] = Update()
        return self._noted[entity.id]

    def _tell(self, batch: Batch, noted: Mapping[str, Update], error: Exception | None) -> None:
        if self._batch is batch:
            self._batch, self._noted = None, {}
        if error is None:
            for entity_id, update in noted.items():
                self._lines.tell(entity_id, update)
