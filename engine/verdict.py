"""Compares what came of a step with what its scenario says; each difference names place, expected and got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.examples import same
from engine.exchange import Reply
from engine.journal import shown
from engine.stage import Stage
from engine.story import Expect, ExpectedReply
from engine.values import Value, decode, encode_text

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Difference:
    """Something that came out other than the scenario says; `where` is such as `step 2, reply.status`."""

    where: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, got {self.got}"


def compare(stage: Stage, expect: Expect, reply: Reply | None) -> list[Difference]:
    found: list[Difference] = []
    if expect.reply is not None and reply is not None:
        found += _compare_reply(expect.reply, reply)
    if expect.stored is not None:
        wanted = {name: part.model_dump(exclude_unset=True) for name, part in expect.stored.items()}
        found += _differ("stored", _filled(wanted), _stored(stage))
    if expect.waiting is not None:
        found += _differ("waiting", expect.waiting, _waiting(stage))
    if expect.effects is not None:
        found += _compare_effects(expect.effects, stage.effects)
    if expect.log is not None:
        found += _differ("log", expect.log, [line[1] for line in stage.effects if line[0] == "log"])
    return found + _compare_failures(expect.failures, [*stage.shelf.failures, *stage.broken])


def _compare_reply(wanted: ExpectedReply, reply: Reply) -> list[Difference]:
    found = _differ("reply.status", wanted.status, reply.status)
    if found and reply.content_type == PROBLEM:
        # The reason says more than the number.
        found = [Difference("reply.status", str(wanted.status), f"{reply.status}, {shown(reply.body)}")]
    if "body" in wanted.model_fields_set:
        body = body_of(reply)
        if reply.content_type == PROBLEM and isinstance(wanted.body, dict):
            body = {key: body.get(key) for key in wanted.body}
        found += _differ("reply.body", wanted.body, body)
    headers = {name.lower(): value for name, value in reply.headers.items()}
    headers["content-type"] = reply.content_type
    for name, value in wanted.headers.items():
        found += _differ(f"reply.headers.{name}", value, headers.get(name.lower()))
    return found


def _compare_effects(
    wanted: Sequence[Sequence[Value]], effects: Sequence[Sequence[Value]]
) -> list[Difference]:
    got = [list(line) for line in effects]
    for line, pattern in zip(got, wanted, strict=False):
        for position, value in enumerate(pattern[: len(line)]):
            if value is None:
                line[position] = None
    return _differ("effects", [list(line) for line in wanted], got)


def _compare_failures(wanted: Sequence[str], failures: Sequence[str]) -> list[Difference]:
    if len(wanted) == len(failures) and all(w in got for w, got in zip(wanted, failures, strict=True)):
        return []
    return [Difference("failures", encode_text(wanted) if wanted else "none", encode_text(failures))]


def _stored(stage: Stage) -> dict[str, Any]:
    """What the step stored, read off its effects."""
    found: dict[str, Any] = {}
    for line in stage.effects:
        if line[0] == "telemetry.save":
            found.setdefault(line[1], _empty())["telemetry"].update(line[3])
        elif line[0] == "attributes.save":
            found.setdefault(line[1], _empty())["attributes"].setdefault(line[2], {}).update(line[3])
    return found


def _filled(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _empty() | part for name, part in wanted.items()}


def _empty() -> dict[str, Any]:
    return {"telemetry": {}, "attributes": {}}


def _waiting(stage: Stage) -> dict[str, list[Value]]:
    return {
        entity.name: [_as_value(d.payload, d.content_type) for d in entity.memory.pending]
        for entity in stage.cast.known.values()
        if entity.memory.pending
    }


def _differ(where: str, expected: Value, got: Value) -> list[Difference]:
    return [] if same(expected, got) else [Difference(where, encode_text(expected), encode_text(got))]


def body_of(reply: Reply) -> Value:
    """A reply's body as a scenario writes it: JSON as a value, else text, else `base64:...`."""
    return _as_value(reply.body, reply.content_type)


def _as_value(body: bytes, content_type: str) -> Value:
    if body and content_type.partition(";")[0].endswith("json"):
        return decode(body)
    return shown(body)
