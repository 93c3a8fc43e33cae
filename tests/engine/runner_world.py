"""Small nodes and a world for the runner's tests: effects off, commits that the test itself completes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from engine.catalog import Catalog
from engine.chain import ChainSpec
from engine.lint import checked
from engine.message import DEVICE, Entity, Message, message
from engine.node import FAILURE, Emit, Enter, Leave, Node, Result
from engine.plan import Plan
from engine.ports import Commits
from engine.rehearsal import Rehearsal
from engine.runner import Runner
from engine.services import Services
from engine.tasks import Tasks
from engine.trace import Tracer
from engine.walk import Walk


class Note(Node):
    """Writes down that the message was here."""

    word: str = ""

    def process(self, message: Message, services: Services) -> Result:
        services.log.write(self.word, message)
        return Emit("Success", message)


class Store(Node):
    """Puts a row into the open batch."""

    def process(self, message: Message, services: Services) -> Result:
        services.world.write()  # type: ignore[attr-defined]
        return Emit("Success", message)


class Split(Node):
    """Three messages out of one."""

    def process(self, message: Message, services: Services) -> Result:
        return [Emit("Success", message.derived(message.type, number, {})) for number in (1, 2, 3)]


class Raise(Node):
    """Fails."""

    def process(self, message: Message, services: Services) -> Result:
        raise ValueError("no good")


class Wait(Node):
    """Waits until the test opens its gate."""

    async def process(self, message: Message, services: Services) -> Result:
        services.effects.append(["waiting", message.data])  # type: ignore[attr-defined]
        await services.world.gate.wait()  # type: ignore[attr-defined]
        return Emit("Success", message)


class Call(Node):
    """Enters another chain."""

    custom_relations = True
    chain: str = ""

    def process(self, message: Message, services: Services) -> Result:
        return Enter(self.chain, message)


class Back(Node):
    """Returns to the caller."""

    relations = ()
    label: str = "Success"

    def process(self, message: Message, services: Services) -> Result:
        return Leave(self.label, message)


class Lower(Node):
    """Answers with a relation of its own choice."""

    custom_relations = True
    relation: str = "alarm"

    def process(self, message: Message, services: Services) -> Result:
        return Emit(self.relation, message)


CATALOG = Catalog(
    {name.__name__.lower(): ("test", name) for name in (Note, Store, Split, Raise, Wait, Call, Back, Lower)}
)


class World:
    """Services, commits and a runner; `way` names the runner's method that takes the messages."""

    way = "run"

    def __init__(self, **settings: Any) -> None:
        self.services = Rehearsal()
        self.services.world = self  # type: ignore[attr-defined]
        self.commits = Commits()
        self.gate = asyncio.Event()
        self.failures: list[BaseException] = []
        self.tasks = Tasks(lambda name, error: self.failures.append(error))
        self.runner = Runner(self.services, self.commits, Tracer(), self.tasks, **settings)

    def write(self) -> None:
        self.commits.writes += 1

    def chain(self, id: str, *nodes: str, edges: str = "") -> None:
        """Put a chain in force: nodes as `id=type` or `id=type:value`, edges as `a>b:relation, ...`."""
        self.runner.swap(Plan(checked(spec(id, *nodes, edges=edges), CATALOG)))
        self.runner.root = self.runner.root or id

    def run(
        self, data: Any = None, device: str = "d1", done: Callable[[Walk], None] | None = None
    ) -> list[Walk]:
        """Run a message; the finished walk is put into the list that comes back."""
        walks: list[Walk] = []
        entity = Entity(DEVICE, device, device)
        sent = message("POST_TELEMETRY_REQUEST", entity, data, ts=1)
        self._walk(sent).then(done or walks.append)
        return walks

    def _walk(self, sent: Message) -> Walk:
        if self.way == "run":
            return self.runner.run(sent, "trace-1")
        writes = self.commits.writes
        walk = self.runner.dash(sent, "trace-1")
        if walk is None:
            # What a dash says by None, spelled out
            walk = Walk(self.runner, sent, "trace-1")
            walk.is_over = True
            walk.batch = self.commits.open if self.commits.writes != writes else None
        return walk

    @property
    def log(self) -> list[str]:
        return [effect[1] for effect in self.services.effects if effect[0] == "log"]


def spec(id: str, *nodes: str, edges: str = "", entry: str | None = "first") -> ChainSpec:
    """A chain document in short writing; the first node is the entry."""
    fields = {"note": "word", "call": "chain", "back": "label", "lower": "relation"}
    rows = []
    for text in nodes:
        name, _, kind = text.partition("=")
        kind, _, value = kind.partition(":")
        rows.append({"id": name, "type": kind, "config": {fields[kind]: value} if value else {}})
    arrows = []
    for number, text in enumerate(filter(None, (part.strip() for part in edges.split(",")))):
        ends, _, relation = text.partition(":")
        source, _, target = ends.partition(">")
        arrows.append({"id": f"e{number}", "from": source, "to": target, "relation": relation or "Success"})
    first = rows[0]["id"] if rows and entry == "first" else entry if entry != "first" else None
    return ChainSpec.model_validate({"id": id, "name": id, "entry": first, "nodes": rows, "edges": arrows})


__all__ = ["CATALOG", "FAILURE", "World", "spec"]
