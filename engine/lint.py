"""What is wrong or doubtful in a chain: all of it at once, each with its place and a way out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from engine.catalog import Catalog
from engine.chain import Chain, ChainSpec, EdgeSpec, build, twins
from engine.errors import ChainError, Problem

# Says whether something outside the chain exists: (kind, id) -> bool
Exists = Callable[[str, str], bool]


def lint(
    spec: ChainSpec, catalog: Catalog, exists: Exists | None = None, leading: Collection[str] = ()
) -> list[Problem]:
    """Everything that is wrong (severity "error") or doubtful ("warning") in a document.

    `exists` says whether what it refers to is there; `leading` are the running chains that lead into this one.
    """
    chain = build(spec, catalog)
    found = [*_ids(spec), *_nodes(spec, catalog), *_edges(chain), *_shape(chain)]
    found += _references(chain, exists, leading)
    return sorted(found, key=lambda problem: problem.severity != "error")


def checked(
    spec: ChainSpec, catalog: Catalog, exists: Exists | None = None, leading: Collection[str] = ()
) -> Chain:
    """The chain of a document; ChainError with all problems when there is an error among them."""
    problems = lint(spec, catalog, exists, leading)
    if any(problem.severity == "error" for problem in problems):
        raise ChainError(problems)
    return build(spec, catalog)


def _error(message: str, place: str, code: str, fix: str = "") -> Problem:
    return Problem(message, place, code, severity="error", fix=fix)


def _warning(message: str, place: str, code: str, fix: str = "") -> Problem:
    return Problem(message, place, code, severity="warning", fix=fix)


def _ids(spec: ChainSpec) -> Iterator[Problem]:
    for name in twins([node.id for node in spec.nodes]):
        yield _error(f"two nodes have the id {name!r}", f"nodes/{name}", "twin-node", "give one a new id")
    for name in twins([edge.id for edge in spec.edges]):
        yield _error(f"two arrows have the id {name!r}", f"edges/{name}", "twin-edge", "give one a new id")


def _nodes(spec: ChainSpec, catalog: Catalog) -> Iterator[Problem]:
    for item in spec.nodes:
        _, problems = catalog.make(item.type, item.config, f"nodes/{item.id}")
        for problem in problems:
            where = problem.line, problem.column
            yield Problem(problem.message, problem.place, problem.code, *where, severity="error")


def _edges(chain: Chain) -> Iterator[Problem]:
    seen = set()
    for edge in chain.spec.edges:
        place = f"edges/{edge.id}"
        lost = [end for end in (edge.source, edge.target) if end not in chain.graph]
        for end in lost:
            yield _error(
                f"the arrow leads to or from {end!r}, which is not there",
                place,
                "lost-end",
                "remove the arrow",
            )
        if edge.source == edge.target:
            yield _error("the arrow leads back into its own node", place, "self-link", "remove the arrow")
        if chain.is_source(edge.target):
            yield _error(
                "no arrow may lead into a node that makes messages", place, "into-source", "remove the arrow"
            )
        same = (edge.source, edge.target, edge.relation.casefold())
        if same in seen:
            yield _error(
                f"the arrow {edge.relation!r} stands twice", place, "twin-arrow", "remove one of them"
            )
        seen.add(same)
        if not lost:
            yield from _relation(chain, edge, place)


def _relation(chain: Chain, edge: EdgeSpec, place: str) -> Iterator[Problem]:
    node = chain.nodes.get(edge.source)
    if node is None or node.custom_relations:
        return
    known = chain.outputs(edge.source)
    if edge.relation.casefold() not in {name.casefold() for name in known}:
        names = ", ".join(known)
        yield _error(
            f"{edge.relation!r} never leaves this node", place, "unknown-relation", f"choose one of {names}"
        )


def _shape(chain: Chain) -> Iterator[Problem]:
    spec = chain.spec
    if not spec.nodes:
        yield _warning("the chain is empty: every message ends at once", "nodes", "empty", "add a node")
        return
    if spec.entry is not None and spec.entry not in chain.graph:
        yield _error(
            f"the entry {spec.entry!r} is not among the nodes", "entry", "lost-entry", "choose the first node"
        )
    elif chain.is_source(spec.entry or ""):
        yield _error(
            "the entry makes messages and takes none", "entry", "source-entry", "choose the first node"
        )
    if spec.entry is None and not any(chain.is_source(node.id) for node in spec.nodes):
        yield _error(
            "no node is the entry, so no message comes in", "entry", "no-entry", "choose the first node"
        )
    circle = chain.cycle()
    if circle:
        way = " -> ".join([*circle, circle[0]])
        yield _error(
            f"the arrows run in a circle: {way}", f"nodes/{circle[0]}", "cycle", "remove one of these arrows"
        )
    for name in sorted(chain.unreachable()):
        yield _warning(
            "no message comes to this node", f"nodes/{name}", "unreachable", "connect or remove it"
        )
    yield from _dead_ends(chain)


def _dead_ends(chain: Chain) -> Iterator[Problem]:
    """A node that decides where to go while none of its ways is drawn: its work is for nothing."""
    for name, node in chain.nodes.items():
        deciding = len(node.outputs()) > 1 or node.custom_relations
        if deciding and not chain.leaving(name):
            yield _warning(
                "nothing follows: whatever it decides, the message ends",
                f"nodes/{name}",
                "dead-end",
                "draw an arrow",
            )


def _references(chain: Chain, exists: Exists | None, leading: Collection[str]) -> Iterator[Problem]:
    for name, node in chain.nodes.items():
        for kind, target in node.references():
            if kind == "rule-chain" and target and (target == chain.spec.id or target in leading):
                yield _error(
                    "the chain would enter itself", f"nodes/{name}", "self-reference", "choose another chain"
                )
            elif exists is not None and not exists(kind, target):
                text = f"there is no {kind} {target!r}"
                yield _error(text, f"nodes/{name}/config", "lost-reference", f"choose another {kind}")
