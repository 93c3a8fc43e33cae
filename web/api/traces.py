"""Traces: messages followed step by step."""

from __future__ import annotations

from pydantic import Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.errors import MissingError, Problem
from engine.trace import Trace, trace_json
from web.api.shapes import Cursor, EpochMs, Find, Id, Limit, MessageView, Shape
from web.api.wire import operation, refused
from web.house import House


class SentView(MessageView):
    """A message that left a node along a relation."""

    relation: str


class HopView(Shape):
    """One step: what came in, what left along which relation, how long it took, what went wrong."""

    chain: str
    node: str
    name: str
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
    """Traces, newest first."""

    items: list[TraceHead]
    next: str | None


class TraceQuery(Shape):
    """Which traces."""

    chain: Id | None = None
    device: Id | None = Field(None, description="Only those with a message of this device")
    error: bool | None = Field(None, description="true: only failed ones")
    q: Find = Field("", description="Part of the originator's name or the message type")
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
        found = [trace for trace in house.tracer.newest(query.chain) if is_wanted(trace, query)]
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


def is_wanted(trace: Trace, query: TraceQuery) -> bool:
    """Whether a trace is what the query asks for."""
    text = query.q.casefold()
    matches = text in trace.originator.casefold() or text in trace.type.casefold()
    is_of_it = query.device is None or any(hop.message.originator.id == query.device for hop in trace.hops)
    return matches and is_of_it and (query.error is None or query.error == bool(trace.error))


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
