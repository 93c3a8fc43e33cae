"""A Chain compiled for the hot path: immutable but for its counters, swapped by one assignment."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.chain import Chain
from engine.message import Message
from engine.node import FAILURE, Node
from engine.services import Services

ASIDE: Final = object()


def aside(message: Message, services: Services) -> object:
    """What stands in for a node that a dash must not run: a walk has to come and look."""
    return ASIDE


class Route:
    """The arrows of one relation out of one node, in their order; `count` is how many messages took it.

    `only` is the target when there is just one. Without targets it is a usual end of a message.
    """

    __slots__ = ("count", "only", "targets")

    def __init__(self) -> None:
        self.targets: tuple[Place, ...] = ()
        self.only: Place | None = None
        self.count = 0


class Place:
    """One node of a plan with the arrows out of it.

    `plain` is what a dash calls. `entered` counts the messages that began here, `failed` those that it raised for,
    since it was made.
    """

    __slots__ = (
        "_arrivals",
        "_debug",
        "_folded",
        "chain",
        "disabled",
        "entered",
        "failed",
        "id",
        "name",
        "node",
        "out",
        "plain",
        "process",
    )

    def __init__(self, chain: str, id: str, name: str, node: Node, debug: bool | int, disabled: bool) -> None:
        self.chain = chain
        self.id = id
        self.name = name
        self.node = node
        self.disabled = disabled
        self.process: Callable[[Message, Services], Any] = node.process
        self.debug = debug
        self.out: dict[str, Route] = {}
        self.entered = 0
        self.failed = 0
        self._folded: dict[str, Route] = {}
        self._arrivals: list[Route] = []

    def connect(self, relation: str, target: Place) -> None:
        """Add an arrow behind those of the same relation."""
        route = self._folded.setdefault(relation.casefold(), Route())
        route.targets = (*route.targets, target)
        route.only = target if len(route.targets) == 1 else None
        target._arrivals.append(route)

    @property
    def debug(self) -> bool | int:
        """Whether everything that happens here is written down; or the epoch ms until which it is."""
        return self._debug

    @debug.setter
    def debug(self, debug: bool | int) -> None:
        self._debug = debug
        self.plain: Callable[[Message, Services], Any] = aside if debug or self.disabled else self.process

    @property
    def seen(self) -> int:
        """How many messages have come here since the place was made."""
        return self.entered + sum(route.count for route in self._arrivals)

    def settle(self) -> None:
        """Make the look-up of the relations that the node is known to give one dictionary access."""
        outputs = self.node.outputs()
        names = {name.casefold(): name for name in (*outputs, FAILURE)}
        self.out = {names.get(key, key): route for key, route in self._folded.items()}
        for name in outputs:
            if name != FAILURE:
                self.out.setdefault(name, Route())

    def route(self, relation: str) -> Route | None:
        """Where a relation leads, whatever its case; None when it leads nowhere."""
        return self._folded.get(relation.casefold())


class Plan:
    """One version of one chain, ready to run; `longest` is how many places a single message can meet in it."""

    __slots__ = ("chain", "entry", "longest", "name", "places", "version")

    def __init__(self, chain: Chain) -> None:
        spec = chain.spec
        self.chain = spec.id
        self.name = spec.name
        self.version = spec.version
        self.longest = math.inf if chain.cycle() else len(spec.nodes)
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


def ways_into(plans: Mapping[str, Plan], id: str) -> frozenset[str]:
    """The chains through which a message may come into a chain: itself, and those that enter it."""
    entered = {
        chain: {
            to
            for place in plan.places.values()
            for kind, to in place.node.references()
            if kind == "rule-chain"
        }
        for chain, plan in plans.items()
    }
    found, fresh = {id}, {id}
    while fresh:
        fresh = {chain for chain, others in entered.items() if others & fresh} - found
        found |= fresh
    return frozenset(found)
