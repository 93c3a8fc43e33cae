"""The bell: notifications are kept, and told to those who listen."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import UnavailableError
from engine.ids import now_ms
from engine.store.notifications import Notifications
from engine.store.tables import NotificationRow

Listener = Callable[[NotificationRow], None]
QUIET_MS = 900_000
MOST_QUIET = 1_000


class Bell:
    """The notifications of one tenant."""

    def __init__(self, tenant: str, rows: Notifications) -> None:
        self._tenant = tenant
        self._rows = rows
        self.listeners: set[Listener] = set()
        self._rang: dict[tuple[str, str], int] = {}

    def ring(self, kind: str, text: str, entity_id: str) -> None:
        """Keep a notification; losing one must not lose a message, so a store that takes nothing is passed over.

        The same kind about the same thing rings once in a quarter of an hour.
        """
        if self._is_quiet((kind, entity_id)):
            return
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

    def _is_quiet(self, about: tuple[str, str]) -> bool:
        now = now_ms()
        if now - self._rang.get(about, -QUIET_MS) < QUIET_MS:
            return True
        if len(self._rang) >= MOST_QUIET:
            self._rang = {key: ts for key, ts in self._rang.items() if now - ts < QUIET_MS}
        if len(self._rang) < MOST_QUIET:
            self._rang[about] = now
        return False
