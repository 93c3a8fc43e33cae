"""The parts of one tenant put together: store, chains, integrations, queue; opened and closed as one."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog

from engine.catalog import Catalog
from engine.chain import ChainSpec
from engine.converter import Converter
from engine.device_intake import DeviceIntake
from engine.downlinks import Downlinks
from engine.errors import ChainError, Problem, ScriptError
from engine.ids import now_ms
from engine.intake import Intake
from engine.integration import PASS_DOWN, PASS_UP, Directory, Integration
from engine.journal import Journal
from engine.lint import checked, lint
from engine.message import DEVICE, TENANT, Entity, Message
from engine.plan import Place, Plan, ways_into
from engine.queue import Queue
from engine.rpc import Calls
from engine.runner import Runner
from engine.services import (
    AttributeService,
    CallService,
    DownlinkService,
    HttpService,
    LogService,
    QueueService,
    TelemetryService,
    TimerService,
)
from engine.store import Store, StoreSettings, papers
from engine.tasks import Tasks
from engine.timers import Timers
from engine.trace import Hop, Tracer
from engine.values import decode, encode_text
from engine.walk import Walk
from web.bell import Bell
from web.outbound import Outbound
from web.pulse import Pulse
from web.settings import Settings
from web.tides import BEAT_S, Tides

log = structlog.get_logger("tidegate")
DEFAULT_TENANT = "default"
HOUSEKEEPING_S = 3600


@dataclass(frozen=True)
class TenantServices:
    """What the nodes of one tenant may use."""

    tenant: Entity
    store: Store
    attributes: AttributeService
    telemetry: TelemetryService
    downlinks: DownlinkService
    queue: QueueService
    calls: CallService
    http: HttpService
    timers: TimerService
    log: LogService

    def now(self) -> int:
        """Epoch milliseconds."""
        return now_ms()

    async def find_device(self, name: str) -> Entity | None:
        """The device of that name."""
        return await self.store.entities.find(self.tenant.id, DEVICE, name)


class NodeLog:
    """Lines that log nodes write."""

    def write(self, text: str, message: Message) -> None:
        """One line about a message."""
        log.info(text, message=message.id, type=message.type, originator=message.originator.name)


class House:
    """Everything of one tenant. `open` before the first request, `close` after the last."""

    def __init__(self, settings: Settings, tenant: str = DEFAULT_TENANT) -> None:
        self.settings = settings
        self.tenant = tenant
        self.catalog = Catalog.discover("nodes")
        self.tasks = Tasks(lambda name, error: log.error("a task failed", task=name, error=repr(error)))
        self.tracer = Tracer()
        self.directory = Directory()
        self.chain_ids: set[str] = set()
        self.is_open = False

    async def open(self) -> None:
        """Open the store (migrating it), put the chains and integrations in force, take up the queue."""
        settings = self.settings
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        store_settings = StoreSettings(
            max_rows=settings.max_unwritten_rows,
            cached_entities=settings.cached_entities,
            events_per_hour=settings.events_per_hour,
            partition=settings.partition,
        )
        self.store = store = await Store.open(settings.url, store_settings)
        self.outbound = Outbound(settings.allow_private_addresses)
        self.timers = Timers(self.tasks)
        self.journal = Journal(self.tenant, store.events)
        self.bell = Bell(self.tenant, store.notifications)
        self.journal.notify = self.bell.ring
        self.queue = Queue(self.tenant, store.queue, store.entities, store.writer)
        self.downlinks = Downlinks(self.tenant, self.directory, store.downlinks, store.writer)
        self.calls = Calls()
        self.services = TenantServices(
            Entity(TENANT, self.tenant, self.tenant),
            store,
            store.attributes,
            store.telemetry,
            self.downlinks,
            self.queue,
            self.calls,
            self.outbound,
            self.timers,
            NodeLog(),
        )
        self.runner = Runner(
            self.services,
            store.writer,
            self.tracer,
            self.tasks,
            step_budget=settings.step_budget,
            deadline_s=settings.message_deadline_s,
        )
        self.pulse = Pulse(self.directory, self.runner)
        self.tides = Tides(self.directory)
        self.intake = Intake(
            self.tenant, store.entities, store.writer, self.runner, self.downlinks, self.queue, self.journal
        )
        self.devices = DeviceIntake(
            store.attributes,
            store.writer,
            self.runner,
            self.queue,
            self.journal,
            cast=settings.device_api_cast_strings,
        )
        self.intake.most_values = self.devices.most_values = settings.max_unwritten_rows
        self.devices.calls = self.calls
        store.attributes.updates = self.devices.updates
        self.downlinks.on_sent = self.journal.downlink
        self.runner.on_debug = self._debugged
        await self._first_chain()
        await self.load_integrations()
        await self.load_chains()
        await self.queue.start(self.runner)
        if settings.trace_sample_s:
            self.timers.every(settings.trace_sample_s, lambda: self.tracer.refresh(sample=True))
        self.timers.every(BEAT_S, self.tides.look)
        self.timers.every(HOUSEKEEPING_S, self.keep_house)
        self.is_open = True

    async def close(self) -> None:
        """Let what is under way end, commit everything, close the store."""
        self.is_open = False
        self.queue.stop()
        for plan in self.runner.plans.values():
            plan.close()
        await self.tasks.drain(0)
        await self.outbound.close()
        await self.store.close()

    # ------------------------------------------------------------------ chains

    async def _first_chain(self) -> None:
        """A tenant without chains gets the root chain that comes with the program."""
        if await self.store.chains.root(self.tenant) is None:
            spec = built_in_chain("root")
            text = encode_text(spec.as_json())
            chain = papers.Chain(name=spec.name, document=text, is_root=True)
            row = await self.store.chains.create(self.tenant, chain)
            await self.store.chains.activate(self.tenant, row.id, row.version)

    async def load_chains(self) -> None:
        rows = [row for row in await self.store.chains.all() if row.tenant == self.tenant]
        self.chain_ids = {row.id for row in rows}
        for row in rows:
            if row.is_root:
                self.runner.root = row.id
        for row in rows:
            if not row.active_version:
                continue
            version = await self.store.chains.version(self.tenant, row.id, row.active_version)
            if version is None:
                continue
            try:
                self.put_in_force(spec_of(row.id, row.name, row.active_version, version.document))
            except ChainError as error:
                log.error(
                    "a rule chain cannot run", chain=row.name, problems=[p.message for p in error.problems]
                )

    def put_in_force(self, spec: ChainSpec) -> None:
        """Run this version of a chain from the next message on; ChainError when it has errors."""
        plan = Plan(checked(spec, self.catalog, self.exists))
        plan.keep_debugging(self.runner.plans.get(plan.chain), now_ms())
        self.runner.swap(plan)

    def lint(self, spec: ChainSpec) -> list[Problem]:
        """Everything that is wrong or doubtful in a document, among the chains that run."""
        return lint(spec, self.catalog, self.exists, ways_into(self.runner.plans, spec.id))

    def exists(self, kind: str, id: str) -> bool:
        """Whether what a chain refers to is there."""
        return id in (self.directory.by_id if kind == "integration" else self.chain_ids)

    # ------------------------------------------------------------------ integrations

    async def load_integrations(self) -> None:
        """Put integrations and converters in force as the store has them."""
        converters = dict(self._converters(await self.store.converters.all()))
        integrations = await self.store.integrations.all()
        mine = [row for row in integrations if row.tenant == self.tenant]
        self.directory.replace(integration_of(row, converters) for row in mine)

    def _converters(self, rows: Iterable[papers.Converter]) -> Iterable[tuple[str, Converter]]:
        for row in rows:
            try:
                converter = Converter(row.id, row.name, row.direction, row.language, row.script)
            except ScriptError as error:
                log.error("a converter does not compile", converter=row.name, error=str(error))
                converter = Converter(row.id, row.name, row.direction, row.language, "")
                converter.error = f"converter {row.name!r} does not compile: {error}"
            converter.events_until = int((row.debug or {}).get("allUntil", 0))
            yield row.id, converter

    # ------------------------------------------------------------------ house-keeping

    def _debugged(self, walk: Walk, place: Place, hop: Hop) -> None:
        if place.debug is not True and place.debug <= now_ms():
            place.debug = False
            return
        self.journal.debug(hop, walk.trace_id)

    async def keep_house(self) -> None:
        """Make ready what the coming days need, delete what is older than it may be."""
        settings, now, day = self.settings, now_ms(), 86_400_000
        await self.store.tend()
        await self.store.events.purge(now - settings.event_days * day)
        await self.store.notifications.purge(now - settings.event_days * day)
        await self.store.downlinks.purge(now - settings.downlink_days * day)
        if settings.telemetry_days:
            await self.store.telemetry.purge(now - settings.telemetry_days * day)


def spec_of(id: str, name: str, version: int, document: Any) -> ChainSpec:
    """A stored document as a spec that carries its chain's id, name and version."""
    content = decode(document) if isinstance(document, (str, bytes)) else document
    return ChainSpec.model_validate({**content, "id": id, "name": name, "version": version})


def integration_of(row: papers.Integration, converters: dict[str, Converter]) -> Integration:
    """An integration's document with its converters, ready to run."""
    options, debug = row.options or {}, row.debug or {}
    return Integration(
        row.id,
        row.tenant,
        row.name,
        row.routing_key,
        enabled=row.enabled,
        allow_create=row.allow_create,
        uplink=converters.get(row.uplink_converter_id or "", PASS_UP),
        downlink=converters.get(row.downlink_converter_id or "", PASS_DOWN),
        chain=row.rule_chain_id,
        replace_no_content=bool(options.get("replaceNoContentToOk")),
        headers=(row.security or {}).get("headers"),
        metadata=row.metadata_ or {},
        deadline_ms=options.get("deadlineMs", 10_000),
        downlink_mode=options.get("downlinkMode", "latest"),
        all_downlinks=bool(options.get("allDownlinks")),
        downlink_ttl_ms=options.get("downlinkTtlMs", 86_400_000),
        atomic=bool(options.get("atomic")),
        rate=options.get("rateLimit", ""),
        device_rate=options.get("deviceRateLimit", ""),
        debug_until=int(debug.get("allUntil", 0)),
        keep_failures=bool(debug.get("failures", True)),
    )


def built_in_chain(name: str) -> ChainSpec:
    """A chain that comes with the program: root or one of the templates."""
    text = (importlib.resources.files("chains") / f"{name}.json").read_bytes()
    return ChainSpec.model_validate(decode(text))
