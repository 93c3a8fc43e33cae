"""The bell: notifications are kept, and told to those who listen."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import UnavailableError
from engine.ids import now_ms
from engine.store.notifications import Notifications
from engine.store.tables import NotificationRow

Listener = Callable[[NotificationRow], None]


class Bell:
    """The notifications of one tenant."""

    def __init__(self, tenant: str, rows: Notifications) -> None:
        self._tenant = tenant
        self._rows = rows
        self.listeners: set[Listener] = set()

    def ring(self, kind: str, text: str, entity_id: str) -> None:
        """Keep a notification; losing one must not lose a message, so a store that takes nothing is passed over."""
        try:
            id = self._rows.put(self._tenant, kind, text, entity_id)
        except UnavailableError:
            return
        row = NotificationRow(
            id=id,
            tenant=self._tenant,
            kind=kind,
            text=text,
            entity_id=entity_id,
            created_ts=now_ms(),
            read=False,
        )
        for listener in tuple(self.listeners):
            listener(row)
