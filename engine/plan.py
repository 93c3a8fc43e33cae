"""A Chain compiled for the hot path: immutable but for its counters, swapped by one assignment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.chain import Chain
from engine.message import Message
from engine.node import Node
from engine.services import Services


class Route:
    """The arrows of one relation out of one node, in their order; `count` is how many messages took it."""

    __slots__ = ("count", "targets")

    def __init__(self) -> None:
        self.targets: tuple[Place, ...] = ()
        self.count = 0


class Place:
    """One node of a plan with the arrows out of it; `seen` and `failed` count messages since it was made."""

    __slots__ = (
        "_folded",
        "chain",
        "debug",
        "disabled",
        "failed",
        "id",
        "name",
        "node",
        "out",
        "process",
        "seen",
    )

    def __init__(self, chain: str, id: str, name: str, node: Node, debug: bool | int, disabled: bool) -> None:
        self.chain = chain
        self.id = id
        self.name = name
        self.node = node
        self.debug = debug
        self.disabled = disabled
        self.process: Callable[[Message, Services], Any] = node.process
        self.out: dict[str, Route] = {}
        self.seen = 0
        self.failed = 0
        self._folded: dict[str, Route] = {}

    def connect(self, relation: str, target: Place) -> None:
        """Add an arrow behind those of the same relation."""
        route = self._folded.setdefault(relation.casefold(), Route())
        route.targets = (*route.targets, target)

    def settle(self) -> None:
        """Make the look-up of the relations that the node is known to give one dictionary access."""
        names = {name.casefold(): name for name in (*self.node.outputs(), "Failure")}
        self.out = {names.get(key, key): route for key, route in self._folded.items()}

    def route(self, relation: str) -> Route | None:
        """Where a relation leads, whatever its case; None when it leads nowhere."""
        return self._folded.get(relation.casefold())


class Plan:
    """One version of one chain, ready to run."""

    __slots__ = ("chain", "entry", "name", "places", "version")

    def __init__(self, chain: Chain) -> None:
        spec = chain.spec
        self.chain = spec.id
        self.name = spec.name
        self.version = spec.version
        self.places = {
            item.id: Place(
                spec.id, item.id, item.name or item.type, chain.nodes[item.id], item.debug, item.disabled
            )
            for item in spec.nodes
        }
        for edge in spec.edges:
            self.places[edge.source].connect(edge.relation, self.places[edge.target])
        for place in self.places.values():
            place.settle()
        self.entry = self.places[spec.entry] if spec.entry is not None else None

    def keep_debugging(self, before: Plan | None, now_ms: int) -> None:
        """Nodes that are debugged for a while stay so in the next version of their chain."""
        for id, place in before.places.items() if before is not None else ():
            new = self.places.get(id)
            if new is not None and not new.debug and place.debug > max(now_ms, 1):
                new.debug = place.debug

    def open(self, services: Services) -> None:
        """Start the nodes that run by themselves."""
        for place in self.places.values():
            if not place.disabled:
                place.node.open(services, f"{place.chain}/{place.id}")

    def close(self) -> None:
        """Stop the nodes that run by themselves; messages under way go on to their end."""
        for place in self.places.values():
            place.node.close()
