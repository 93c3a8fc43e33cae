"""Rule chains as they run: checked, activated, made the root; counted and watched."""

from __future__ import annotations

from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import ConflictError, MissingError
from engine.ids import now_ms
from engine.lint import checked
from engine.plan import Plan, ways_into
from engine.trace import Wanted
from web.api import documents
from web.api.chain_shapes import (
    ActivateBody,
    ChainBody,
    ChainCounts,
    ChainSummary,
    ChainView,
    DebugState,
    EdgeCount,
    NodeCount,
    VersionList,
    VersionSummary,
    chain_view,
)
from web.api.converters import until
from web.api.rule_chains import must_version, summary
from web.api.shapes import DebugRequest, Problems, problem_items
from web.api.wire import Answer, operation
from web.house import House, spec_of


def blueprint(house: House) -> Blueprint:
    """The calls about rule chains as they run."""
    api = Blueprint("chain_runs", __name__, url_prefix="/rule-chains/<id:id>")
    tag_blueprint(api, ["Rule chains"])

    @api.post("/validate")
    @operation(Problems, body=ChainBody, optional_body=True)
    async def validate_rule_chain(id: str, body: ChainBody) -> Problems:
        """Everything that is wrong or doubtful in a document, or (without nodes in the body) in the stored one."""
        row = await documents.must(house.store.chains, house.tenant, id)
        stored = spec_of(id, row.name, row.version, row.document)
        spec = body.spec(id=id, name=body.name or row.name) if body.model_fields_set else stored
        return Problems(problems=problem_items(house.lint(spec)))

    @api.post("/activate")
    @operation(ChainSummary, body=ActivateBody, optional_body=True)
    async def activate_rule_chain(id: str, body: ActivateBody) -> Answer:
        """Run a version from the next message on; 422 with all errors when it cannot run."""
        row = await documents.must(house.store.chains, house.tenant, id)
        version = await must_version(house, id, body.version or row.version)
        spec = spec_of(id, row.name, version.version, version.document)
        checked(spec, house.catalog, house.exists, ways_into(house.runner.plans, id))
        row = await house.store.chains.activate(house.tenant, id, version.version)
        house.put_in_force(spec)
        return Answer(summary(house, row), row.version)

    @api.post("/root")
    @operation(ChainSummary)
    async def make_root_rule_chain(id: str) -> Answer:
        """Let this chain take all messages that no other chain is named for; it must be active."""
        row = await documents.must(house.store.chains, house.tenant, id)
        if id not in house.runner.plans:
            raise ConflictError(f"rule chain {row.name!r} is not active; activate a version first")
        row = await house.store.chains.set_root(house.tenant, id)
        house.runner.root = id
        return Answer(summary(house, row), row.version)

    @api.get("/versions")
    @operation(VersionList)
    async def list_rule_chain_versions(id: str) -> VersionList:
        """All versions of a chain, newest first."""
        row = await documents.must(house.store.chains, house.tenant, id)
        found = await house.store.chains.versions(house.tenant, id)
        items = [
            VersionSummary(
                version=v.version,
                note=v.note,
                created_ts=v.created_ts,
                active=v.version == row.active_version,
            )
            for v in found
        ]
        return VersionList(items=items)

    @api.get("/versions/<int(max=2147483647):version>")
    @operation(ChainView)
    async def get_rule_chain_version(id: str, version: int) -> ChainView:
        """A chain as it was saved once."""
        row = await documents.must(house.store.chains, house.tenant, id)
        found = await must_version(house, id, version)
        row.note = found.note
        return chain_view(row, found.document, found.version)

    @api.get("/rates")
    @operation(ChainCounts)
    async def get_rule_chain_rates(id: str) -> ChainCounts:
        """Counters of every node and arrow since this version runs; the difference of two answers is a rate."""
        await documents.must(house.store.chains, house.tenant, id)
        return counts(house, id)

    watching(api, house)
    return api


def watching(api: Blueprint, house: House) -> None:
    """The calls for whoever wants to see what goes through a chain or a node."""

    @api.post("/debug")
    @operation(DebugState, body=DebugRequest, optional_body=True)
    async def debug_rule_chain(id: str, body: DebugRequest) -> DebugState:
        """Trace every message of a chain for some minutes."""
        await documents.must(house.store.chains, house.tenant, id)
        house.tracer.watch(id, until(body), ways_into(house.runner.plans, id))
        return DebugState(until=until(body))

    @api.post("/nodes/<string(maxlength=64):node>/debug")
    @operation(DebugState, body=DebugRequest, optional_body=True)
    async def debug_rule_node(id: str, node: str, body: DebugRequest) -> DebugState:
        """Keep In and Out of one node as events for some minutes."""
        await documents.must(house.store.chains, house.tenant, id)
        plan = house.runner.plans.get(id)
        if plan is None or node not in plan.places:
            raise MissingError("running node", node)
        plan.places[node].debug = until(body)
        return DebugState(until=until(body))

    @api.post("/nodes/<string(maxlength=64):node>/trace")
    @operation(DebugState, body=DebugRequest, optional_body=True)
    async def trace_rule_node(id: str, node: str, body: DebugRequest) -> DebugState:
        """Trace messages until one has come to this node, for some minutes at most."""
        await documents.must(house.store.chains, house.tenant, id)
        plans = house.runner.plans
        if id not in plans or node not in plans[id].places:
            raise MissingError("running node", node)
        house.tracer.want(Wanted(id, node, ways_into(plans, id), until(body)))
        return DebugState(until=until(body))


def counts(house: House, id: str) -> ChainCounts:
    """The counters of a chain at this moment."""
    plan = house.runner.plans.get(id)
    return ChainCounts(
        ts=now_ms(),
        version=plan.version if plan else 0,
        watched_until=house.tracer.watched.get(id, 0),
        nodes=_nodes(plan) if plan else {},
        edges=_edges(plan) if plan else [],
    )


def _nodes(plan: Plan) -> dict[str, NodeCount]:
    return {
        id: NodeCount(seen=place.seen, failed=place.failed, debug_until=int(place.debug))
        for id, place in plan.places.items()
    }


def _edges(plan: Plan) -> list[EdgeCount]:
    return [
        EdgeCount(node=id, relation=relation, count=route.count)
        for id, place in plan.places.items()
        for relation, route in place.out.items()
        if route.targets
    ]
