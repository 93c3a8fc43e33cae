"""An uplink's way: integration -> converter -> devices -> messages -> chain -> reply."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from engine.converter import CONTENT_TYPES, Reading, readings
from engine.downlinks import Downlinks
from engine.errors import ConversionError, Problem, UnavailableError
from engine.exchange import Exchange, Reply, problem
from engine.ids import new_id, now_ms
from engine.integration import Integration
from engine.journal import Journal
from engine.limits import RateLimit
from engine.message import DEVICE, ENTITY_CREATED, POST_ATTRIBUTES, POST_TELEMETRY, Entity, Message
from engine.pending import Pending, limited, too_many, unavailable
from engine.ports import Commits, Entities
from engine.queue import Queue
from engine.records import Downlink
from engine.runner import Runner
from engine.shapes import Call
from engine.values import Value, decode, encode
from engine.walk import Walk

DEFAULT_POLL_MS: Final = 30_000
MAX_POLL_MS: Final = 300_000


def metadata_of(integration: Integration, call: Call) -> dict[str, str]:
    """What the uplink converter may know of a request beside its payload."""
    metadata = dict(integration.metadata)
    for name, value in call.headers.items():
        metadata[f"Header:{name}"] = value
    for name, value in call.query.items():
        metadata[f"Query:{name}"] = value
    metadata["Method"] = call.method
    metadata["Path"] = call.path
    metadata["RemoteAddress"] = call.remote
    return metadata


# What one object of an uplink says, and of whom
Known = tuple[Reading, Entity]


class Intake:
    """The way in for one tenant's integrations; `most_values` is what one body may bring at most."""

    most_values = 50_000

    def __init__(
        self,
        tenant: str,
        entities: Entities,
        commits: Commits,
        runner: Runner,
        downlinks: Downlinks,
        queue: Queue,
        journal: Journal,
    ) -> None:
        self.tenant = tenant
        self.entities = entities
        self.commits = commits
        self.runner = runner
        self.downlinks = downlinks
        self.queue = queue
        self.journal = journal

    def uplink(self, integration: Integration, call: Call, exchange: Exchange) -> None:
        """Take a request in; the exchange is answered when everything that it led to is durable."""
        integration.uplinks += 1
        if integration.is_guarded:
            refusal = self._refusal(integration, call) or self._broken(integration, call, exchange)
            if refusal is not None:
                exchange.answer(refusal)
                return
        converter = integration.uplink
        looks = integration.is_debugged and (integration.looks or converter.looks)
        metadata = metadata_of(integration, call) if looks or converter.reads_metadata else _UNREAD
        try:
            result = converter.uplink(call.body, metadata)
            found = readings(result)
        except ConversionError as error:
            self._not_converted(integration, call, exchange, error)
            return
        if looks:
            self.journal.uplink(integration, call.body, metadata, result, exchange.id)
        if not found:
            exchange.answer(Reply(204))
            return
        if (count := values_in(found)) > self.most_values:
            self._too_large(integration, exchange, too_many(count, self.most_values))
            return
        uplink = Uplink(self, integration, exchange)
        known = []
        for reading in found:
            entity = self.entities.cached(self.tenant, reading.kind, reading.name)
            if entity is None:
                self.runner.tasks.start(self._resolve(uplink, found), "uplink")
                return
            known.append((reading, entity))
        uplink.go(known)

    async def _resolve(self, uplink: Uplink, found: list[Reading]) -> None:
        """Look up the devices that memory does not hold, then go on as usual."""
        try:
            entities = [
                await self.entities.find(self.tenant, reading.kind, reading.name) for reading in found
            ]
        except UnavailableError as error:
            uplink.exchange.answer(unavailable(error))
            return
        uplink.begin(found, entities)

    def _refusal(self, integration: Integration, call: Call) -> Reply | None:
        """Why a request may not come in, None when it may. The converter has not run yet."""
        if not integration.enabled:
            return problem(
                503,
                "Integration is disabled",
                f"{integration.name!r} takes no messages now",
                headers=_RETRY_LATER,
            )
        if integration.security and not integration.admits(call.headers):
            integration.failures += 1
            if integration.keep_failures or integration.looks:
                who = {"Method": call.method, "Path": call.path, "RemoteAddress": call.remote}
                self.journal.not_admitted(integration, integration.lacking(call.headers), who)
            return problem(403, "Forbidden", "a header that this integration asks for is missing or wrong")
        if integration.rate is not None and (wait := integration.rate.retry_after_s(integration.id)):
            return limited(integration.rate.name, integration.rate.rule, wait)
        return None

    def _broken(self, integration: Integration, call: Call, exchange: Exchange) -> Reply | None:
        """503 when the converter cannot run, whatever the body: it is a person who has to mend that."""
        text = integration.uplink.error
        if not text:
            return None
        integration.failures += 1
        if integration.keep_failures or integration.looks:
            self.journal.not_converted(
                integration, call.body, metadata_of(integration, call), ConversionError(text), exchange.id
            )
        return problem(503, "The converter cannot run", text, trace=exchange.id, headers=_RETRY_LATER)

    def _too_large(self, integration: Integration, exchange: Exchange, reply: Reply) -> None:
        integration.failures += 1
        self.journal.refused(integration, [Problem(decode(reply.body)["detail"])], exchange.id)
        exchange.answer(reply)

    def _not_converted(
        self, integration: Integration, call: Call, exchange: Exchange, error: ConversionError
    ) -> None:
        integration.failures += 1
        if integration.keep_failures or integration.looks:
            self.journal.not_converted(
                integration, call.body, metadata_of(integration, call), error, exchange.id
            )
        reply = problem(
            400, "The body cannot be converted", str(error), trace=exchange.id, errors=error.problems
        )
        exchange.answer(reply)

    # ------------------------------------------------------------------ pick-up

    async def poll(self, integration: Integration, call: Call, exchange: Exchange) -> None:
        """A device asks for what waits for it: at once, or as soon as something comes within `timeout`."""
        refusal = self._refusal(integration, call)
        if refusal is not None:
            exchange.answer(refusal)
            return
        name = call.query["deviceName"]
        try:
            timeout_ms = min(int(call.query.get("timeout", DEFAULT_POLL_MS)), MAX_POLL_MS)
            if timeout_ms < 0:
                raise ValueError
        except ValueError:
            exchange.answer(problem(400, "Bad request", "timeout must be a number of milliseconds"))
            return
        try:
            entity = await self.entities.find(self.tenant, DEVICE, name)
        except UnavailableError as error:
            exchange.answer(unavailable(error))
            return
        if entity is None:
            exchange.answer(problem(404, "Not found", f"there is no device {name!r}"))
        elif not self._hand_over(integration, entity, exchange) and not exchange.is_answered:
            self._wait(integration, entity, exchange, timeout_ms / 1000)

    def _wait(self, integration: Integration, entity: Entity, exchange: Exchange, timeout_s: float) -> None:
        """Answer with the next downlink, or with 204 in the end."""
        leave: Callable[[], None]

        def wake() -> bool:
            if exchange.is_answered:
                leave()
                return False
            if not self._hand_over(integration, entity, exchange):
                return False
            timer.cancel()
            leave()
            return True

        def give_up() -> None:
            leave()
            exchange.answer(Reply(204))

        timer = asyncio.get_running_loop().call_later(timeout_s, give_up)
        leave = self.downlinks.wait(entity, wake)

        def let_go() -> None:
            timer.cancel()
            leave()

        exchange.on_end = let_go

    def _hand_over(self, integration: Integration, entity: Entity, exchange: Exchange) -> bool:
        """Answer with what waits for the device; False when nothing does or the exchange is over."""
        if exchange.is_answered:
            return False
        taken = self.downlinks.take(entity, integration.id, integration.all_downlinks)
        if not taken:
            return False
        integration.downlinks += len(taken)
        return exchange.answer(self.delivery(entity, taken))

    def delivery(self, entity: Entity, taken: list[Downlink]) -> Reply:
        """The reply that carries downlinks; they count as delivered when it has left."""
        on_sent, first = partial(self.downlinks.settle, entity, taken), taken[0]
        if len(taken) > 1:
            return Reply(first.status or 200, _joined(taken), "application/json", first.headers, on_sent)
        return Reply(first.status or 200, first.payload, first.content_type, first.headers, on_sent)


class Uplink(Pending):
    """One uplink on its way: what it still waits for, and what it will answer."""

    __slots__ = ("_entity", "_known", "_taken", "intake", "integration")

    def __init__(self, intake: Intake, integration: Integration, exchange: Exchange) -> None:
        # As its base does, without a second call
        self.way = self.intake = intake
        self.exchange = exchange
        self.refused = self._held = None
        self._walks, self._writing = 1, 0
        self.integration = integration
        self._known: Sequence[Known] = ()
        self._taken: list[Downlink] = []  # for `_entity`

    def begin(self, found: list[Reading], entities: Sequence[Entity | None]) -> None:
        """Create what may be created, then go on."""
        known: Sequence[Known] = ()
        try:
            known = self._completed(found, entities)
        except UnavailableError as error:
            self.refuse(unavailable(error))
        self.go(known)

    def go(self, known: Sequence[Known]) -> None:
        """Make the messages, run them; then answer."""
        limit = self.integration.device_rate
        if limit is not None and (refusal := self._limited(limit, known)) is not None:
            self.exchange.answer(refusal)
            return
        self._known = known
        self._send(known)
        self.closed()

    def _create(self, reading: Reading) -> Entity:
        """The entity that an uplink names for the first time; it may have come up while others were looked up."""
        intake = self.intake
        entity = intake.entities.cached(intake.tenant, reading.kind, reading.name)
        if entity is None:
            entity = intake.entities.create(
                intake.tenant, reading.kind, reading.name, reading.type, reading.label
            )
            data: dict[str, Value] = {
                "id": entity.id,
                "name": entity.name,
                "type": entity.type,
                "label": entity.label,
            }
            metadata = {
                "entityName": entity.name,
                "entityType": entity.kind,
                "integrationName": self.integration.name,
            }
            message = Message(new_id(), ENTITY_CREATED, entity, data, metadata, now_ms(), self.exchange.id)
            intake.queue.put(message, self.integration.chain)
            intake.journal.created(self.integration, entity, self.exchange.id)
        return entity

    def _completed(self, found: list[Reading], entities: Sequence[Entity | None]) -> Sequence[Known]:
        """What to go on with: entities are created where that is allowed, else named as unknown and left out."""
        pairs = list(zip(found, entities, strict=True))
        known = [(reading, entity) for reading, entity in pairs if entity is not None]
        if len(known) == len(pairs):
            return known
        if self.integration.allow_create:
            made = [(reading, entity or self._create(reading)) for reading, entity in pairs]
            self.hold(self.intake.commits.open)
            return made
        errors = []
        for position, (reading, entity) in enumerate(pairs):
            if entity is None:
                text = f"there is no {reading.kind.lower()} {reading.name!r}, and this integration may not create it"
                errors.append(Problem(text, f"/{position}", "unknown-entity"))
        self.integration.failures += 1
        self.intake.journal.refused(self.integration, errors, self.exchange.id)
        detail = "; ".join(error.message for error in errors)
        self.refuse(problem(403, "Forbidden", detail, trace=self.exchange.id, errors=errors))
        return [] if self.integration.atomic else known

    def _limited(self, limit: RateLimit, known: Sequence[Known]) -> Reply | None:
        waits = [limit.retry_after_s(entity.id) for _, entity in known]
        return limited(limit.name, limit.rule, max(waits)) if any(waits) else None

    def _send(self, known: Sequence[Known]) -> None:
        """Run the messages of each entity: its attributes first, then its telemetry in order."""
        intake, integration, trace = self.intake, self.integration, self.exchange.id
        commits, runner, chain, source = intake.commits, intake.runner, integration.chain, integration.name
        writes, now = commits.writes, now_ms()
        for reading, entity in known:
            intake.entities.touch(entity, now)
            name, type = entity.name, entity.type
            data = reading.attributes
            if data:
                metadata = {"deviceName": name, "deviceType": type, "integrationName": source}
                walk = runner.dash(
                    Message(new_id(), POST_ATTRIBUTES, entity, data, metadata, now, trace), trace, chain
                )
                if walk is not None:
                    self.follow(walk)
            for own_ts, data in reading.telemetry:
                if data:
                    at = now if own_ts is None else own_ts
                    metadata = {
                        "deviceName": name,
                        "deviceType": type,
                        "integrationName": source,
                        "ts": str(at),
                    }
                    walk = runner.dash(
                        Message(new_id(), POST_TELEMETRY, entity, data, metadata, at, trace), trace, chain
                    )
                    if walk is not None:
                        self.follow(walk)
        if commits.writes != writes:
            self.hold(commits.open)

    def walked(self, walk: Walk) -> None:
        """One of its messages is through."""
        if walk.failures and walk.unavailable is None:
            self.integration.failures += 1
        super().walked(walk)

    def prepare(self) -> None:
        """Take the downlink for the answer now: what this uplink led to is not to go out with the next one."""
        if self.refused is not None or self.exchange.reply is not None:
            return
        for _, entity in self._known:
            if entity.memory.pending and self._take(entity):
                return

    def _take(self, entity: Entity) -> bool:
        """Take what waits for a device; False when that is nothing."""
        intake, integration = self.intake, self.integration
        writes = intake.commits.writes
        try:
            taken = intake.downlinks.take(entity, integration.id, integration.all_downlinks)
        except UnavailableError as error:
            self.refuse(unavailable(error))
            return True
        if intake.commits.writes != writes:
            self.hold(intake.commits.open)
        self._entity, self._taken = entity, taken
        return bool(taken)

    def drop(self) -> None:
        """What was taken waits for the device's next exchange."""
        if self._taken:
            self.intake.downlinks.settle(self._entity, self._taken, False)

    def reply(self) -> Reply:
        """The downlink of one of its devices; else that all is well."""
        taken = self._taken
        if not taken:
            return Reply(200 if self.integration.replace_no_content else 204)
        self.integration.downlinks += len(taken)
        return self.intake.delivery(self._entity, taken)


_UNREAD: Final[Mapping[str, str]] = {}
_RETRY_LATER: Final = {"Retry-After": "60"}


def values_in(found: Sequence[Reading]) -> int:
    """How many attributes and values of telemetry there are."""
    if len(found) == 1 and len(found[0].telemetry) == 1:  # the usual message
        return len(found[0].attributes) + len(found[0].telemetry[0][1])
    count = 0
    for reading in found:
        count += len(reading.attributes)
        for _, values in reading.telemetry:
            count += len(values)
    return count


def _joined(taken: list[Downlink]) -> bytes:
    """Several downlinks as one JSON array: JSON payloads as they are, others as text, which is base64 for bytes."""
    return b"[" + b",".join([_as_json(downlink) for downlink in taken]) + b"]"


def _as_json(downlink: Downlink) -> bytes:
    payload = downlink.payload
    try:
        if downlink.content_type == CONTENT_TYPES["JSON"]:
            decode(payload)  # what a converter calls JSON may be any text
            return payload
    except ValueError:
        pass
    try:
        if downlink.content_type != CONTENT_TYPES["BINARY"]:
            return encode(payload.decode())
    except UnicodeDecodeError:
        pass
    return encode(base64.b64encode(payload).decode())
