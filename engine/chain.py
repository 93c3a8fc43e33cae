"""ChainSpec, the document of a rule chain, and Chain, its checked graph. The only door to networkx."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
from pydantic import BaseModel, ConfigDict, Field

from engine.catalog import Catalog
from engine.node import FAILURE, Node

_CONFIG = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class NodeSpec(BaseModel):
    """One node as it stands in the document; `debug` is true, or the epoch ms until which it is traced."""

    model_config = _CONFIG

    id: str = Field(min_length=1, max_length=64)
    type: str = Field(max_length=100)
    name: str = Field(default="", max_length=255)
    x: float = Field(default=0, allow_inf_nan=False)
    y: float = Field(default=0, allow_inf_nan=False)
    config: dict[str, Any] = Field(default_factory=dict)
    debug: bool | int = False
    disabled: bool = False


class EdgeSpec(BaseModel):
    """One arrow: what leaves `from` along `relation` goes to `to`."""

    model_config = _CONFIG

    id: str = Field(min_length=1, max_length=200)
    source: str = Field(alias="from", max_length=64)
    target: str = Field(alias="to", max_length=64)
    relation: str = Field(min_length=1, max_length=255)


class ChainSpec(BaseModel):
    """A rule chain as stored, exported and edited; ids are stable, edges are in the order that they fire."""

    model_config = _CONFIG

    id: str = Field(default="", max_length=64)
    name: str = Field(default="", max_length=255)
    version: int = 0
    entry: str | None = None
    nodes: list[NodeSpec] = Field(default_factory=list, max_length=5000)
    edges: list[EdgeSpec] = Field(default_factory=list, max_length=20000)
    groups: list[dict[str, Any]] = Field(default_factory=list)
    notes: list[dict[str, Any]] = Field(default_factory=list)
    scenarios: list[dict[str, Any]] = Field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The document in its stored form."""
        return self.model_dump(by_alias=True, mode="json")


@dataclass(frozen=True)
class Chain:
    """The document with its configured nodes and its graph; made by `build`, judged by `engine.lint`."""

    spec: ChainSpec
    nodes: Mapping[str, Node]  # only those whose configuration is valid
    graph: nx.MultiDiGraph = field(repr=False)

    def cycle(self) -> list[str]:
        """The nodes of one circle of arrows, empty when there is none."""
        try:
            return [edge[0] for edge in nx.find_cycle(self.graph)]
        except nx.NetworkXNoCycle:
            return []

    def unreachable(self) -> set[str]:
        """The nodes that no message can come to."""
        starts = {spec.id for spec in self.spec.nodes if self.is_source(spec.id)}
        if self.spec.entry in self.graph:
            starts.add(self.spec.entry or "")
        reached = starts.union(*(nx.descendants(self.graph, start) for start in starts))
        return set(self.graph) - reached

    def is_source(self, node_id: str) -> bool:
        """Whether the node makes messages by itself."""
        node = self.nodes.get(node_id)
        return node is not None and node.is_source

    def outputs(self, node_id: str) -> tuple[str, ...]:
        """The relations that may leave a node, Failure among them."""
        node = self.nodes[node_id]
        return tuple(dict.fromkeys((*node.outputs(), FAILURE)))

    def leaving(self, node_id: str) -> list[EdgeSpec]:
        """The arrows out of a node, in their order."""
        return [edge for edge in self.spec.edges if edge.source == node_id]


def build(spec: ChainSpec, catalog: Catalog) -> Chain:
    """The graph of a document; what cannot be built is left out, for `engine.lint` to name."""
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    graph.add_nodes_from(node.id for node in spec.nodes)
    known = set(graph)
    graph.add_edges_from((e.source, e.target) for e in spec.edges if e.source in known and e.target in known)
    nodes = {}
    for item in spec.nodes:
        node, _ = catalog.make(item.type, item.config)
        if node is not None:
            nodes[item.id] = node
    return Chain(spec, nodes, graph)


def twins(ids: list[str]) -> list[str]:
    """The ids that stand more than once."""
    return [name for name, count in Counter(ids).items() if count > 1]
