"""Downlinks: messages that wait for a device until its next exchange or poll takes them.

At least once: a downlink is delivered when the bytes of the answer that carried it have left; until then a
crash or a lost connection brings it back.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Sequence

from engine.errors import ConversionError, MissingError, UnavailableError
from engine.ids import new_id, now_ms
from engine.integration import Directory, Integration
from engine.message import Entity, Message
from engine.ports import Commits, DownlinkRows
from engine.records import Downlink

MAX_PENDING = 1000


class Downlinks:
    """The downlinks of one tenant. `entity.memory.pending` holds those that wait, oldest first."""

    def __init__(self, tenant: str, directory: Directory, rows: DownlinkRows, commits: Commits) -> None:
        self._tenant = tenant
        self._directory = directory
        self._rows = rows
        self._commits = commits
        self._waiting: dict[str, deque[Callable[[], bool]]] = {}
        self.on_sent: Callable[[Integration, Message, list[Downlink]], None] = lambda *_: None

    def send(self, integration_id: str, message: Message) -> None:
        """Convert a message by the integration's downlink converter and keep the result for its originator."""
        integration = self._directory.by_id.get(integration_id)
        if integration is None:
            raise MissingError("integration", integration_id)
        if not integration.enabled:
            raise ConversionError(f"the integration {integration.name!r} is disabled")
        entity = message.originator
        if entity.memory is None:
            raise ConversionError(f"a downlink needs a device, not {entity.kind.lower()} {entity.name!r}")
        payloads = integration.downlink.downlink(
            message.data, message.metadata, message.type, integration.downlink_metadata
        )
        now, mode, made = now_ms(), integration.downlink_mode, []
        for payload in payloads:
            downlink = Downlink(
                new_id(),
                self._tenant,
                entity.id,
                integration_id,
                payload.body,
                payload.content_type,
                now,
                now + integration.downlink_ttl_ms,
                "queued",
                payload.status,
                payload.headers,
                message.id,
                message.parent or message.id,
            )
            self.push(entity, downlink, mode)
            made.append(downlink)
        if integration.is_debugged and (integration.looks or integration.downlink.looks):
            self.on_sent(integration, message, made)

    def push(self, entity: Entity, downlink: Downlink, mode: str) -> None:
        """Let a downlink wait; in mode `latest` it takes the place of those of its integration."""
        pending: list[Downlink] = entity.memory.pending
        if pending:
            self._make_room(entity, pending, downlink, mode)
        pending.append(downlink)
        self._rows.put(downlink, pending)
        if self._waiting and entity.id in self._waiting:
            self._wake_later(entity.id)

    def _wake_later(self, entity_id: str) -> None:
        self._commits.open.then(lambda error: self._wake(entity_id) if error is None else None)

    def _make_room(self, entity: Entity, pending: list[Downlink], downlink: Downlink, mode: str) -> None:
        if mode == "latest":
            for older in [d for d in pending if d.integration_id == downlink.integration_id]:
                self._retire(pending, older, "replaced", downlink.created_ts)
        elif len(pending) >= MAX_PENDING:
            raise ConversionError(f"{MAX_PENDING} downlinks wait for {entity.name!r} already")

    def take(self, entity: Entity, integration_id: str, all_of_them: bool = False) -> list[Downlink]:
        """The next downlink for a device (or all); they are under way until `settle` is told how it went."""
        pending: list[Downlink] = entity.memory.pending
        if not pending:
            return []
        now = now_ms()
        taken: list[Downlink] = []
        for downlink in pending[:]:
            if downlink.integration_id == integration_id:
                if downlink.expires_ts <= now:
                    self._retire(pending, downlink, "expired", now)
                    continue
                downlink.state = "sending"
                pending.remove(downlink)
                taken.append(downlink)
                if not all_of_them:
                    break
        return taken

    def settle(self, entity: Entity, taken: Sequence[Downlink], arrived: bool) -> None:
        """The answer with these downlinks has left (they are delivered) or was lost (they wait again)."""
        if arrived:
            try:  # noqa: SIM105  contextlib.suppress costs more than all the rest of this
                self._rows.deliver(taken)
            except UnavailableError:
                pass  # it will go out once more after a restart: at least once
            return
        for downlink in reversed(taken):
            downlink.state = "queued"
            downlink.attempts += 1
            entity.memory.pending.insert(0, downlink)
            with contextlib.suppress(UnavailableError):
                self._rows.release(downlink)
        self._wake(entity.id)

    def cancel(self, entity: Entity, downlink_id: str) -> bool:
        """Take a waiting downlink back; False when it does not wait (any more)."""
        for downlink in entity.memory.pending:
            if downlink.id == downlink_id:
                self._retire(entity.memory.pending, downlink, "cancelled", now_ms())
                return True
        return False

    def wait(self, entity: Entity, wake: Callable[[], bool]) -> Callable[[], None]:
        """Call `wake` when a downlink comes, until it returns True for having used it; the result ends it."""
        line = self._waiting.setdefault(entity.id, deque())
        line.append(wake)

        def leave() -> None:
            if wake in line:
                line.remove(wake)
            if not line and self._waiting.get(entity.id) is line:
                del self._waiting[entity.id]

        return leave

    def _wake(self, entity_id: str) -> None:
        for wake in tuple(self._waiting.get(entity_id, ())):
            if wake():
                return

    def _retire(self, pending: list[Downlink], downlink: Downlink, state: str, now: int) -> None:
        self._rows.mark(downlink.id, downlink.entity_id, state, now)
        self._commits.open.undo(lambda: restore(pending, downlink))
        downlink.state = state
        pending.remove(downlink)


def restore(pending: list[Downlink], downlink: Downlink) -> None:
    """What ended the downlink was never stored: it waits again."""
    downlink.state = "queued"
    pending.insert(0, downlink)
