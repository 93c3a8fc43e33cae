"""Traces: what happened to a message at each step. Sampled, capped, and free when nobody looks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from engine.ids import now_ms
from engine.message import Message

MAX_TRACES = 1000
MAX_HOPS = 250
SAMPLES_APART = 4


class Hop(msgspec.Struct):
    """One step: what came in, what left along which relation, how long it took, what went wrong.

    `walk` is the id of the message that the walk began with; `ahead` holds, for each of `out`, the places
    (chain, node) it was put on, in the order in which they come.
    """

    chain: str
    node: str
    name: str
    message: Message
    out: list[tuple[str, Message]]
    elapsed_us: int
    error: str = ""
    walk: str = ""
    ahead: list[list[tuple[str, str]]] = []


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

    def blame(self, reason: str) -> None:
        """The last step failed after it was written down: the chain it wanted to enter cannot be entered."""
        self.error = reason
        if self.hops and not self.dropped:
            self.hops[-1].error = reason

    def passes(self, chain: str, node: str = "") -> bool:
        """Whether the message was in a chain, or at one of its nodes."""
        if not node and self.chain == chain:
            return True
        return any(hop.chain == chain and node in ("", hop.node) for hop in self.hops)


class Wanted(msgspec.Struct):
    """The next message that comes to a node; `starts` are the chains through which it may come."""

    chain: str
    node: str
    starts: frozenset[str]
    until_ms: int


class Tracer:
    """Decides which messages are traced and keeps the newest traces.

    A message is traced when its chain is watched, when it may come to a node whose next message is wanted, or when
    `due` is set, which the owner does once in a while so that some real data is always at hand. A failure nobody
    handled leaves a trace of its one hop.
    """

    def __init__(self, max_traces: int = MAX_TRACES) -> None:
        self.due = False
        self.watched: dict[str, int] = {}  # chain id -> epoch ms until which every message is traced
        self._ways: dict[
            str, frozenset[str]
        ] = {}  # the chains through which messages come into a watched one
        self.wanted: list[Wanted] = []
        self.listeners: set[Callable[[Trace], None]] = set()
        self.is_idle = True  # neither due nor watching nor wanting: one attribute for the hot path to look at
        self._kept: OrderedDict[str, Trace] = OrderedDict()
        self._max_traces = max_traces
        self._samples = 0
        self._passing = 0  # how many messages go by before the sample that is due

    def watch(self, chain: str, until_ms: int, starts: frozenset[str] = frozenset()) -> None:
        """Trace every message of a chain until then; a moment in the past ends it.

        `starts` are the chains through which a message may come into it; by default those that begin in it count.
        """
        self._ways[chain] = starts | {chain}
        self.watched[chain] = until_ms
        self.refresh()

    def want(self, wanted: Wanted) -> None:
        """Trace until one message has come to a node; a moment in the past ends it."""
        others = [item for item in self.wanted if (item.chain, item.node) != (wanted.chain, wanted.node)]
        self.wanted = [*others, wanted]
        self.refresh()

    def refresh(self, sample: bool = False) -> None:
        """Forget watches that have ended; with `sample`, trace the next message that comes."""
        now = now_ms()
        self.wanted = [item for item in self.wanted if item.until_ms > now]
        self.watched = {chain: until for chain, until in self.watched.items() if until > now}
        if sample and not self.due:
            # Not always the first: an exchange often begins with the same kind of message.
            self.due, self._passing = True, self._samples % SAMPLES_APART
            self._samples += 1
        self.is_idle = not (self.due or self.watched or self.wanted)

    def begin(self, trace_id: str, chain: str, message: Message) -> Trace | None:
        """A trace for this message when it is to be traced."""
        now = now_ms()
        is_wanted = any(chain in item.starts for item in self.wanted) or any(
            until > now and chain in self._ways[watched] for watched, until in self.watched.items()
        )
        if not (self.due or is_wanted):
            return None
        if self.due and not is_wanted and self._passing > 0:
            self._passing -= 1
            return None
        self.due = False
        self.is_idle = not (self.watched or self.wanted)
        return self.start(trace_id, chain, message)

    def start(self, trace_id: str, chain: str, message: Message) -> Trace:
        """A trace in any case; messages of one exchange share it."""
        trace = self._kept.get(trace_id)
        if trace is None:
            trace = Trace(trace_id, chain, message.originator.name, message.type, now_ms(), [])
            self._kept[trace_id] = trace
            if len(self._kept) > self._max_traces:
                self._kept.popitem(last=False)
        return trace

    def finish(self, trace: Trace) -> None:
        """The message has come to its end: tell those who watch."""
        trace.is_complete = True
        if self.wanted:
            self.wanted = [item for item in self.wanted if not trace.passes(item.chain, item.node)]
            self.refresh()
        for listener in tuple(self.listeners):
            listener(trace)

    def get(self, trace_id: str) -> Trace | None:
        """A trace that is still kept."""
        return self._kept.get(trace_id)

    def newest(self, chain: str | None = None) -> list[Trace]:
        """Kept traces, newest first; of a chain those that passed it."""
        return [t for t in reversed(self._kept.values()) if chain is None or t.passes(chain)]


def origins(hops: Sequence[Hop]) -> list[tuple[int, str] | None]:
    """Where each hop came from: the number of an earlier hop and the relation out of it; None where a walk began.

    A walk goes deep before it goes wide, one message after the other, so its hops are its tree, read in order; the
    walks of one exchange may be mixed.
    """
    found: list[tuple[int, str] | None] = []
    last: dict[str, int] = {}
    expected: dict[str, list[tuple[tuple[str, str], tuple[int, str]]]] = {}
    for number, hop in enumerate(hops):
        stack = expected.setdefault(hop.walk, [])
        at = next((i for i in range(len(stack) - 1, -1, -1) if stack[i][0] == (hop.chain, hop.node)), None)
        if at is not None:
            found.append(stack[at][1])
            del stack[at:]
        else:
            before = last.get(hop.walk)
            found.append(None if before is None else (before, "Failure"))
        last[hop.walk] = number
        for (relation, _), places in reversed(list(zip(hop.out, hop.ahead, strict=False))):
            stack.extend((place, (number, relation)) for place in reversed(places))
    return found


def hop_json(hop: Hop, origin: tuple[int, str] | None = None) -> dict[str, Any]:
    """A hop in the names of the management API."""
    return {
        "from": None if origin is None else {"hop": origin[0], "relation": origin[1]},
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
    if not with_hops:
        return head
    pairs = zip(trace.hops, origins(trace.hops), strict=True)
    return head | {"hops": [hop_json(hop, origin) for hop, origin in pairs]}


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
