"""Traces: what happened to a message at each step. Sampled, capped, and free when nobody looks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec

from engine.ids import now_ms
from engine.message import Message

MAX_TRACES = 1000
MAX_HOPS = 250


class Hop(msgspec.Struct):
    """One step: what came in, what left along which relation, how long it took, what went wrong."""

    chain: str
    node: str
    name: str
    message: Message
    out: list[tuple[str, Message]]
    elapsed_us: int
    error: str = ""


class Trace(msgspec.Struct):
    """The hops of one exchange or queued message, in the order they happened."""

    id: str
    chain: str
    originator: str
    type: str
    started_ts: int
    hops: list[Hop]
    is_complete: bool = False
    dropped: int = 0
    error: str = ""

    def add(self, hop: Hop) -> None:
        """Keep a hop, or count it once the trace is full."""
        if hop.error:
            self.error = hop.error
        if len(self.hops) < MAX_HOPS:
            self.hops.append(hop)
        else:
            self.dropped += 1


class Tracer:
    """Decides which messages are traced and keeps the newest traces.

    A message is traced when its chain is watched, or when `due` is set, which the owner does once in a while
    so that some real data is always at hand. A failure nobody handled leaves a trace of its one hop.
    """

    def __init__(self, max_traces: int = MAX_TRACES) -> None:
        self.due = False
        self.watched: dict[str, int] = {}  # chain id -> epoch ms until which every message is traced
        self.listeners: set[Callable[[Trace], None]] = set()
        self.is_idle = True  # neither due nor watching: one attribute for the hot path to look at
        self._kept: OrderedDict[str, Trace] = OrderedDict()
        self._max_traces = max_traces

    def watch(self, chain: str, until_ms: int) -> None:
        """Trace every message of a chain until then; a moment in the past ends it."""
        self.watched[chain] = until_ms
        self.refresh()

    def refresh(self, sample: bool = False) -> None:
        """Forget watches that have ended; with `sample`, trace the next message that comes."""
        now = now_ms()
        self.watched = {chain: until for chain, until in self.watched.items() if until > now}
        self.due = self.due or sample
        self.is_idle = not (self.due or self.watched)

    def begin(self, trace_id: str, chain: str, message: Message) -> Trace | None:
        """A trace for this message when it is to be traced."""
        if not (self.due or self.watched.get(chain, 0) > now_ms()):
            return None
        self.due = False
        self.is_idle = not self.watched
        return self.start(trace_id, chain, message)

    def start(self, trace_id: str, chain: str, message: Message) -> Trace:
        """A trace in any case; messages of one exchange share it."""
        trace = self._kept.get(trace_id)
        if trace is None:
            trace = Trace(trace_id, chain, message.originator.name, message.type, message.ts, [])
            self._kept[trace_id] = trace
            if len(self._kept) > self._max_traces:
                self._kept.popitem(last=False)
        return trace

    def finish(self, trace: Trace) -> None:
        """The message has come to its end: tell those who watch."""
        trace.is_complete = True
        for listener in tuple(self.listeners):
            listener(trace)

    def get(self, trace_id: str) -> Trace | None:
        """A trace that is still kept."""
        return self._kept.get(trace_id)

    def newest(self, chain: str | None = None) -> list[Trace]:
        """Kept traces, newest first."""
        return [t for t in reversed(self._kept.values()) if chain is None or t.chain == chain]


def hop_json(hop: Hop) -> dict[str, Any]:
    """A hop in the names of the management API."""
    return {
        "chain": hop.chain,
        "node": hop.node,
        "name": hop.name,
        "relation": hop.out[0][0] if hop.out else None,
        "in": message_json(hop.message),
        "out": [{"relation": relation, **message_json(message)} for relation, message in hop.out],
        "elapsedUs": hop.elapsed_us,
        "error": hop.error or None,
    }


def trace_json(trace: Trace, with_hops: bool = True) -> dict[str, Any]:
    """A trace in the names of the management API."""
    head = {
        "id": trace.id,
        "chain": trace.chain,
        "originator": trace.originator,
        "type": trace.type,
        "startedTs": trace.started_ts,
        "complete": trace.is_complete,
        "steps": len(trace.hops) + trace.dropped,
        "dropped": trace.dropped,
        "elapsedUs": sum(hop.elapsed_us for hop in trace.hops),
        "error": trace.error or None,
    }
    return head | {"hops": [hop_json(hop) for hop in trace.hops]} if with_hops else head


def message_json(message: Message) -> dict[str, Any]:
    """A message in the names of the management API."""
    return {
        "id": message.id,
        "parent": message.parent,
        "type": message.type,
        "originator": {
            "id": message.originator.id,
            "kind": message.originator.kind,
            "name": message.originator.name,
        },
        "data": message.data,
        "metadata": message.metadata,
        "ts": message.ts,
    }
