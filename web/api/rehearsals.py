"""Trying nodes and whole chains out with effects off: nothing is stored, nothing is sent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.chain import ChainSpec
from engine.errors import ChainError, Problem
from engine.message import DEVICE, Entity, Message
from engine.message import message as new_message
from engine.trace import Trace
from web.api import documents
from web.api.chain_shapes import ChainBody
from web.api.rehearsal import Outcome, chains_for, rehearse
from web.api.rule_chains import must_version
from web.api.shapes import EpochMs, Id, MessageView, Name, Shape, Text, message_view
from web.api.traces import TraceView
from web.api.traces import view as trace_view
from web.api.wire import operation, refused
from web.house import House, spec_of

ONLY = "tested"


def _point(pair: list[Any]) -> list[Any]:
    if pair[0].__class__ is not int or abs(pair[0]) > 2**53:
        raise ValueError("must be [epoch milliseconds, value]")
    return pair


Point = Annotated[list[Any], Field(min_length=2, max_length=2), AfterValidator(_point)]


class OriginatorBody(Shape):
    """What the message is about."""

    kind: Literal["DEVICE", "ASSET", "TENANT"] = DEVICE
    id: Id = "device-1"
    name: Name = "Thermostat 1"
    type: Name = "thermostat"
    label: Text = ""


class MessageBody(Shape):
    """A message to try something with."""

    type: Name = "POST_TELEMETRY_REQUEST"
    data: Any = Field(default_factory=dict)
    metadata: dict[str, str] = {}
    originator: OriginatorBody = OriginatorBody()
    ts: EpochMs | None = Field(None, ge=0, le=2**53)


class HttpBody(Shape):
    """What an outside server would answer."""

    status: int = Field(200, ge=100, le=599)
    headers: dict[str, str] = {}
    body: Any = ""


class GivenBody(Shape):
    """The world before: attributes by scope and key, telemetry as `{key: [[ts, value], ...]}`, answers to calls."""

    attributes: dict[Literal["client", "shared", "server"], dict[str, Any]] = {}
    telemetry: dict[str, list[Point]] = {}
    http: list[HttpBody] = []
    now: EpochMs | None = Field(None, ge=0, le=2**53)

    def world(self) -> dict[str, Any]:
        """As the engine's examples say it."""
        world = self.model_dump(exclude_none=True)
        world["telemetry"] = {key: [(p[0], p[1]) for p in points] for key, points in self.telemetry.items()}
        return world


class NodeTest(Shape):
    """A node with its configuration and the message it gets."""

    type: str = Field(max_length=100)
    config: dict[str, Any] = {}
    message: MessageBody = MessageBody()
    given: GivenBody = GivenBody()


class ChainRun(Shape):
    """A message for a chain: for `document`, or for a stored `version` (the newest by default)."""

    message: MessageBody = MessageBody()
    given: GivenBody = GivenBody()
    document: ChainBody | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    node: str | None = Field(None, max_length=64, description="Where to begin; the entry by default")


class EmitView(Shape):
    """A message that came out, and along which relation (`enter <chain>` for a message into another chain)."""

    relation: str
    message: MessageView


class FailureView(Shape):
    """A failure that no arrow handled."""

    node: str
    name: str
    reason: str


class RunResult(Shape):
    """How a rehearsal went; `effects` is what would have been done, in order."""

    trace: TraceView | None
    effects: list[list[Any]]
    failures: list[FailureView]
    elapsed_us: int


class NodeResult(RunResult):
    """How a rehearsal of one node went; `emits` is what came out of it."""

    emits: list[EmitView]
    error: str | None


def blueprint(house: House) -> Blueprint:
    """The calls that try things out."""
    api = Blueprint("rehearsals", __name__)
    tag_blueprint(api, ["Rule chains"])

    @api.post("/nodes/test")
    @operation(NodeResult, body=NodeTest)
    async def test_node(body: NodeTest) -> NodeResult:
        """Give one node a message and see what comes out; 400 when its configuration is wrong."""
        document = {
            "id": ONLY,
            "entry": ONLY,
            "nodes": [{"id": ONLY, "type": body.type, "config": body.config}],
        }
        _, problems = house.catalog.make(body.type, body.config)
        if problems:
            raise ChainError(problems)
        spec = ChainSpec.model_validate(document)
        outcome = await rehearse(house, [spec], message_of(body.message), body.given.world())
        return node_result(outcome)

    @api.post("/rule-chains/<id:id>/run")
    @operation(RunResult, body=ChainRun)
    async def run_rule_chain(id: str, body: ChainRun) -> RunResult:
        """Send a message through a chain with effects off; 422 when the chain has errors."""
        row = await documents.must(house.store.chains, house.tenant, id)
        if body.document is not None:
            spec = body.document.spec(id=id, name=row.name)
        else:
            version = await must_version(house, id, body.version or row.version)
            spec = spec_of(id, row.name, version.version, version.document)
        if body.node is not None and all(node.id != body.node for node in spec.nodes):
            problem = Problem(f"there is no node {body.node!r} in this chain", "/node", "lost-reference")
            raise refused(400, "The body is not valid", [problem])
        chains = await chains_for(house, spec)
        outcome = await rehearse(house, chains, message_of(body.message), body.given.world(), body.node)
        return RunResult(**run_fields(outcome))

    return api


def message_of(body: MessageBody) -> Message:
    """The message of a request."""
    who = body.originator
    originator = Entity(who.kind, who.id, who.name, who.type, who.label)
    return new_message(body.type, originator, body.data, dict(body.metadata), body.ts)


def node_result(outcome: Outcome) -> NodeResult:
    """The one hop of a node's rehearsal, and what it says."""
    hop = outcome.trace.hops[0] if outcome.trace and outcome.trace.hops else None
    emits = [EmitView(relation=relation, message=message_view(m)) for relation, m in hop.out] if hop else []
    error = hop.error if hop and hop.error else None
    return NodeResult(**run_fields(outcome), emits=emits, error=error)


def run_fields(outcome: Outcome) -> dict[str, Any]:
    """What every rehearsal answers."""
    failures = [
        FailureView(node=place.id if place else "", name=place.name if place else "", reason=reason)
        for place, _, reason in outcome.failures
    ]
    return {
        "trace": trace_of(outcome.trace),
        "effects": outcome.effects,
        "failures": failures,
        "elapsed_us": outcome.elapsed_us,
    }


def trace_of(trace: Trace | None) -> TraceView | None:
    """A trace for an answer."""
    return trace_view(trace) if trace is not None else None
