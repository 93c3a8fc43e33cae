"""Traces: messages followed step by step."""

from __future__ import annotations

import asyncio
from typing import Literal

from pydantic import Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import MissingError, Problem
from engine.trace import Trace, trace_json
from engine.values import encode_text
from web.api.shapes import Cursor, EpochMs, Find, Id, Limit, MessageView, Name, Shape
from web.api.wire import operation, refused
from web.house import House


class SentView(MessageView):
    """A message that left a node along a relation."""

    relation: str


class OriginView(Shape):
    """Where a step was reached from."""

    hop: int = Field(description="The number of an earlier step, from 0")
    relation: str


class HopView(Shape):
    """One step: what came in, what left along which relation, how long it took, what went wrong."""

    chain: str
    node: str
    name: str
    origin: OriginView | None = Field(alias="from", description="null where a message began")
    relation: str | None = Field(description="The first of `out`")
    incoming: MessageView = Field(alias="in")
    out: list[SentView]
    elapsed_us: int
    error: str | None


class TraceHead(Shape):
    """A trace without its hops."""

    id: str
    chain: str
    originator: str
    type: str
    started_ts: EpochMs
    complete: bool
    steps: int
    dropped: int = Field(description="Steps beyond what a trace keeps")
    elapsed_us: int
    error: str | None


class TraceView(TraceHead):
    """What happened to one message at each step."""

    hops: list[HopView]


class TraceList(Shape):
    """Traces in the order that was asked for."""

    items: list[TraceHead]
    next: str | None


class TraceQuery(Shape):
    """Which traces."""

    chain: Id | None = Field(None, description="Those that passed this chain")
    device: Id | None = Field(None, description="Those with a message of this device")
    node: Id | None = Field(None, description="Those that came to this node (of `chain`, if that is given)")
    relation: Name | None = Field(
        None, description="Those that took this relation (out of `node`, if that is given)"
    )
    error: bool | None = Field(None, description="true: only failed ones")
    q: Find = Field(
        "", description="Part of the originator's name or id, the message type, the data or metadata"
    )
    sort: Literal["newest", "slowest"] = "newest"
    cursor: Cursor = None
    limit: Limit = 50


def blueprint(house: House) -> Blueprint:
    """The calls about traces; the newest are in memory only."""
    api = Blueprint("traces", __name__, url_prefix="/traces")
    tag_blueprint(api, ["Traces"])

    @api.get("")
    @operation(TraceList, query=TraceQuery)
    async def list_traces(query: TraceQuery) -> TraceList:
        """The newest traces: samples, failures, and those of chains that are watched."""
        found = await wanted(house.tracer.newest(query.chain), query)
        if query.cursor is not None:
            found = behind(found, query.cursor)
        following = found[query.limit - 1].id if len(found) > query.limit else None
        return TraceList(items=[head(trace) for trace in found[: query.limit]], next=following)

    @api.get("/<id:id>")
    @operation(TraceView)
    async def get_trace(id: str) -> TraceView:
        """One trace with its hops."""
        trace = house.tracer.get(id)
        if trace is None:
            raise MissingError("trace", id)
        return view(trace)

    return api


AT_ONCE = 50


async def wanted(traces: list[Trace], query: TraceQuery) -> list[Trace]:
    """The traces that the query asks for, in its order; messages go on between some and some."""
    found = []
    for number, trace in enumerate(traces):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
        if is_wanted(trace, query):
            found.append(trace)
    return sorted(found, key=elapsed_us, reverse=True) if query.sort == "slowest" else found


def elapsed_us(trace: Trace) -> int:
    """How long its steps took."""
    return sum(hop.elapsed_us for hop in trace.hops)


def is_wanted(trace: Trace, query: TraceQuery) -> bool:
    """Whether a trace is what the query asks for."""
    if query.error is not None and query.error != bool(trace.error):
        return False
    if query.device is not None and all(hop.message.originator.id != query.device for hop in trace.hops):
        return False
    if (query.node or query.relation) and not has_step(trace, query):
        return False
    return not query.q or holds(trace, query.q.casefold())


def has_step(trace: Trace, query: TraceQuery) -> bool:
    """Whether a trace came to the node and took the relation."""
    relation = (query.relation or "").casefold()
    return any(
        (query.chain is None or hop.chain == query.chain)
        and (query.node is None or hop.node == query.node)
        and (not relation or any(name.casefold() == relation for name, _ in hop.out))
        for hop in trace.hops
    )


def holds(trace: Trace, text: str) -> bool:
    """Whether a text occurs in a trace; content that did not change on the way is looked at once."""
    if any(text in part.casefold() for part in (trace.originator, trace.type, trace.error)):
        return True
    seen: set[tuple[int, int]] = set()
    for hop in trace.hops:
        for message in (hop.message, *(message for _, message in hop.out)):
            key = id(message.data), id(message.metadata)
            if key in seen:
                continue
            seen.add(key)
            content = encode_text(
                [message.data, message.metadata, message.originator.id, message.originator.name]
            )
            if text in content.casefold():
                return True
    return False


def behind(traces: list[Trace], cursor: str) -> list[Trace]:
    """The traces after the one that the last page ended with; 400 when that one is gone."""
    for position, trace in enumerate(traces):
        if trace.id == cursor:
            return traces[position + 1 :]
    problem = Problem("the trace of this cursor is no longer kept", "?/cursor", "cursor")
    raise refused(400, "The query is not valid", [problem])


def head(trace: Trace) -> TraceHead:
    """A trace for a list."""
    return TraceHead.model_validate(trace_json(trace, with_hops=False))


def view(trace: Trace) -> TraceView:
    """A trace for an answer."""
    return TraceView.model_validate(trace_json(trace))
