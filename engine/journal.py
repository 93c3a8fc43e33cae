"""What a person may want to read afterwards: the In and Out of integrations and converters, errors, news."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence

from engine.errors import ConversionError, Problem
from engine.integration import Integration
from engine.message import Entity, Message
from engine.ports import EventLog
from engine.records import Downlink, Event
from engine.trace import Hop
from engine.values import Value, encode_text
from engine.walk import Failure

MAX_PAYLOAD = 4096


class Journal:
    """Writes the events of one tenant.

    Each of `listeners` hears of every event; `notify` rings the bell: a kind, a text, the id of what it is about.
    """

    def __init__(self, tenant: str, log: EventLog) -> None:
        self._tenant = tenant
        self._log = log
        self.listeners: set[Callable[[Event], None]] = set()
        self.notify: Callable[[str, str, str], None] = lambda kind, text, entity_id: None

    def write(
        self,
        source: str,
        entity_id: str,
        entity_name: str,
        kind: str,
        *,
        level: str = "info",
        text: str = "",
        payload: str = "",
        metadata: Mapping[str, str] | None = None,
        message_id: str = "",
        trace_id: str = "",
        chain: str = "",
    ) -> None:
        """One event. Losing one must not lose a message: the log drops what it cannot keep."""
        event = Event(
            tenant=self._tenant,
            source=source,
            entity_id=entity_id,
            entity_name=entity_name,
            kind=kind,
            level=level,
            text=text,
            payload=payload,
            metadata=dict(metadata or {}),
            message_id=message_id,
            trace_id=trace_id,
            chain=chain,
        )
        self._log.record(event)
        for listener in tuple(self.listeners):
            listener(event)

    def uplink(
        self,
        integration: Integration,
        payload: bytes,
        metadata: Mapping[str, str],
        result: Value,
        trace_id: str,
    ) -> None:
        """A request that an integration took in, and what its converter made of it."""
        text = shown(payload)
        converter = integration.uplink
        self.write(
            "integration",
            integration.id,
            integration.name,
            "Uplink",
            payload=text,
            metadata=metadata,
            trace_id=trace_id,
        )
        self.write(
            "converter",
            converter.id,
            converter.name,
            "In",
            payload=text,
            metadata=metadata,
            trace_id=trace_id,
        )
        self.write(
            "converter", converter.id, converter.name, "Out", payload=encode_text(result), trace_id=trace_id
        )

    def not_converted(
        self,
        integration: Integration,
        payload: bytes,
        metadata: Mapping[str, str],
        error: ConversionError,
        trace_id: str,
    ) -> None:
        """A request that the converter could not read."""
        text, converter = shown(payload), integration.uplink
        more = {"level": "error", "text": str(error), "payload": text, "trace_id": trace_id}
        self.write("integration", integration.id, integration.name, "Uplink", metadata=metadata, **more)
        self.write("converter", converter.id, converter.name, "In", metadata=metadata, **more)
        self.notify(
            "Failed", f"integration {integration.name!r} cannot read its messages: {error}", integration.id
        )

    def not_admitted(self, integration: Integration, lacking: Sequence[str], who: Mapping[str, str]) -> None:
        """A request without the headers that the integration asks for; their values and the body are not kept."""
        text = f"403 Forbidden: missing or wrong {', '.join(lacking)}"
        self.write(
            "integration",
            integration.id,
            integration.name,
            "Error",
            level="error",
            text=text,
            metadata=who,
        )

    def downlink(self, integration: Integration, message: Message, made: Sequence[Downlink]) -> None:
        """A message that became downlinks."""
        converter, about, trace = integration.downlink, message.id, message.parent or ""
        given = encode_text(message.data)
        self.write(
            "converter",
            converter.id,
            converter.name,
            "In",
            payload=given,
            metadata=message.metadata,
            message_id=about,
            trace_id=trace,
        )
        for downlink in made:
            text = shown(downlink.payload)
            for source, who in (("converter", converter), ("integration", integration)):
                kind = "Out" if source == "converter" else "Downlink"
                self.write(source, who.id, who.name, kind, payload=text, message_id=about, trace_id=trace)

    def created(self, integration: Integration, entity: Entity, trace_id: str) -> None:
        """An entity that an uplink brought into being."""
        text = f"{entity.kind.lower()} {entity.name!r} was created by {integration.name!r}"
        door = {"integrationId": integration.id, "integrationName": integration.name}
        self.write("device", entity.id, entity.name, "Created", text=text, metadata=door, trace_id=trace_id)
        self.notify("Created", text, entity.id)

    def refused(self, integration: Integration, errors: Sequence[Problem], trace_id: str) -> None:
        """Entities that an uplink named and that may not be created."""
        for error in errors:
            self.write(
                "integration",
                integration.id,
                integration.name,
                "Uplink",
                level="error",
                text=error.message,
                trace_id=trace_id,
            )

    def failed(self, failure: Failure, trace_id: str) -> None:
        """A failure that no arrow handled."""
        place, message = failure.place, failure.message
        where = (place.id, place.name) if place is not None else ("", "")
        self.write(
            "node",
            *where,
            "Error",
            level="error",
            text=failure.reason,
            payload=encode_text(message.data),
            metadata=message.metadata,
            message_id=message.id,
            trace_id=trace_id,
            chain=place.chain if place is not None else "",
        )

    def debug(self, hop: Hop, trace_id: str) -> None:
        """One step of a node that is debugged."""
        message = hop.message
        self.write(
            "node",
            hop.node,
            hop.name,
            "In",
            payload=encode_text(message.data),
            metadata=message.metadata,
            message_id=message.id,
            trace_id=trace_id,
            chain=hop.chain,
        )
        for relation, out in hop.out:
            level = "error" if hop.error else "info"
            self.write(
                "node",
                hop.node,
                hop.name,
                "Out",
                level=level,
                text=hop.error or relation,
                payload=encode_text(out.data),
                metadata=out.metadata,
                message_id=out.id,
                trace_id=trace_id,
                chain=hop.chain,
            )


def shown(payload: bytes) -> str:
    """Bytes as a person reads them: text when they are, else base64 with a mark."""
    try:
        return payload[: MAX_PAYLOAD * 4].decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(payload[:MAX_PAYLOAD]).decode()
