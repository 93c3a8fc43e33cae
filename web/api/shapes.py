"""Shapes that several resources of the management API share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from engine.errors import Problem
from engine.message import Entity, Message


class Shape(BaseModel):
    """A JSON object of the API: camelCase outside, exactly these fields."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Written(Shape):
    """What a person writes of something that is also shown.

    What was shown can be sent back: the parts named in `shown_only` are the server's own and not looked at.
    """

    shown_only: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _without_shown(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {key: value for key, value in given.items() if key not in cls.shown_only}


# Invisible, and part of how Persian is written and of many emoji: zero width non-joiner and joiner.
_JOINERS = {0x200C: None, 0x200D: None}


def _line(text: str) -> str:
    seen = text.translate(_JOINERS)
    if not seen.strip() or not seen.isprintable():
        raise ValueError("must be one line of printable text")
    return text


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain a NUL character")
    return text


# A name or key that a person gives: one line, not empty.
Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_line)]
# Any text that both databases can keep.
Text = Annotated[str, AfterValidator(_storable)]
Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.:-]{1,64}$")]
EpochMs = Annotated[int, Field(description="Epoch milliseconds")]
Limit = Annotated[int, Field(ge=1, le=1000, description="Most items of one page")]
Cursor = Annotated[str | None, Field(max_length=2000, description="`next` of the page before")]
Find = Annotated[str, Field(max_length=255, description="Part of the name or text")]


class ProblemItem(Shape):
    """One thing that is wrong, with its place."""

    message: str
    place: str = ""
    code: str = ""
    line: int | None = None
    column: int | None = None
    severity: Literal["", "error", "warning"] = ""
    fix: str = ""


class ProblemDetails(BaseModel):
    """Every error of the API, as `application/problem+json` (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    trace: str | None = None
    errors: list[ProblemItem] = []
    current: Any = Field(None, description="With 412: what stands now")


class Problems(Shape):
    """What a check found; nothing when all is well."""

    problems: list[ProblemItem]


class EntityView(Shape):
    """What a message is about."""

    id: str
    kind: str
    name: str


class MessageView(Shape):
    """A message as it was at one moment."""

    id: str
    parent: str | None
    type: str
    originator: EntityView
    data: Any
    metadata: dict[str, str]
    ts: EpochMs


class DebugRequest(Shape):
    """For how long everything is to be kept for looking at; 0 ends it."""

    minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 15


class StampedView(Shape):
    """A value and when it was set or measured."""

    ts: EpochMs
    value: Any


def problem_items(problems: list[Problem]) -> list[ProblemItem]:
    """The engine's findings for an answer."""
    return [ProblemItem.model_validate(problem.as_json()) for problem in problems]


def entity_view(entity: Entity) -> EntityView:
    """An entity for an answer."""
    return EntityView(id=entity.id, kind=entity.kind, name=entity.name)


def message_view(message: Message) -> MessageView:
    """A message for an answer."""
    return MessageView(
        id=message.id,
        parent=message.parent,
        type=message.type,
        originator=entity_view(message.originator),
        data=message.data,
        metadata=message.metadata,
        ts=message.ts,
    )
