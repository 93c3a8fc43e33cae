"""The shape of a node: its header, its configuration, its examples and its one method."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from engine.errors import ScriptError
from engine.message import Message
from engine.script import GENERATOR, LANGUAGES, NODE, UPLINK, Signature, compile_script
from engine.services import Services
from engine.values import Value, name_of

SUCCESS = "Success"
FAILURE = "Failure"
TRUE = "True"
FALSE = "False"
OTHER = "Other"


class Emit(msgspec.Struct, frozen=True, gc=False):
    """Where a changed or new message goes: out of the node along the arrows with this relation."""

    relation: str
    message: Message


class Enter(msgspec.Struct, frozen=True, gc=False):
    """Into another chain; what that chain returns leaves this node along the returned relation."""

    chain: str
    message: Message


class Leave(msgspec.Struct, frozen=True, gc=False):
    """Back to the chain that called this one, along `relation`; the end where nobody called."""

    relation: str
    message: Message


Step = Emit | Enter | Leave
# A relation (the message goes on along it as it came), nothing (it ends here), one step, or several in order.
Result = str | Step | Sequence[Step] | None


def steps_of(result: Result, message: Message) -> Sequence[Step]:
    """What a node returned for a message, as steps in order."""
    if isinstance(result, str):
        return (Emit(result, message),)
    if result is None:
        return ()
    return result if isinstance(result, (list, tuple)) else (result,)


@dataclass(frozen=True)
class Example:
    """One row of a node's behaviour, shown in the help and run as a test.

    `config` and `message` use the JSON names of the editor; `message` holds the parts that matter out of
    `{type, data, metadata, originator: {kind, name, type}}`. `given` is the world before: `{"attributes":
    {scope: {key: value}}, "telemetry": {key: [[ts, value], ...]}, "http": [{status, body, headers}, ...],
    "integrations": [id, ...], "calls": [request id, ...], "now": ms}`. `expect` lists what comes out, in order: `{relation}`, `{enter: chain id}` or `{leave: label}`,
    each with `data?, metadata?, type?` (only the named parts are compared; `metadata` as a subset), or one
    `{relation: "Failure", error: part of the reason}`. `effects` is what was done to the world, in order, each
    a list such as `["telemetry.save", ts, {key: value}]`.
    """

    title: str
    message: Mapping[str, Any]
    expect: Sequence[Mapping[str, Any]]
    config: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    effects: Sequence[Sequence[Any]] | None = None


def type_name(cls: type) -> str:
    """The type of a node: its class name in kebab case, `SaveTelemetry` -> `save-telemetry`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", cls.__name__).lower()


class Node(BaseModel):
    """One step of a chain.

    A subclass is one file: class variables are the palette entry, the docstring is the help page, the fields
    are form and validation, `examples` are behaviour, `process` is the logic. Raise to fail: the runner sends
    the message along Failure with the reason as metadata `error`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    icon: ClassVar[str] = "box"
    title: ClassVar[str] = ""  # by default the class name in words
    relations: ClassVar[tuple[str, ...]] = (SUCCESS,)
    custom_relations: ClassVar[bool] = False  # the person drawing may name relations of their own
    is_source: ClassVar[bool] = False  # makes messages of its own; no arrow leads to it
    never_fails: ClassVar[bool] = False  # `process` cannot raise, so no example shows a failure
    thingsboard: ClassVar[str] = ""  # the class it stands for
    version: ClassVar[int] = 1
    examples: ClassVar[tuple[Example, ...]] = ()

    def process(self, message: Message, services: Services) -> Result | Awaitable[Result]:
        """Say where the message goes, or raise. A node that must wait returns an awaitable."""
        raise NotImplementedError

    def outputs(self) -> tuple[str, ...]:
        """The relations that this configuration can give, without Failure, which every node has."""
        return self.relations

    def references(self) -> Sequence[tuple[str, str]]:
        """What the configuration names outside the chain: (kind, id), as ("rule-chain", "...")."""
        return ()

    def open(self, services: Services, place: str) -> None:
        """The chain goes live: start what runs by itself; `place` is `chainId/nodeId`."""

    def close(self) -> None:
        """The chain is replaced or stopped: end what `open` started."""

    @classmethod
    def upgrade(cls, version: int, config: dict[str, Any]) -> dict[str, Any]:
        """The configuration of an older `version` of this node in today's form."""
        return config

    @classmethod
    def from_thingsboard(cls, config: dict[str, Any]) -> dict[str, Any] | None:
        """ThingsBoard's configuration in our form, or None when there is no equal."""
        return None


def _language_name(name: str) -> str:
    if name not in LANGUAGES:
        raise PydanticCustomError(
            "language", "unknown language, there is: {names}", {"names": ", ".join(LANGUAGES)}
        )
    return name


Language = Annotated[
    str, AfterValidator(_language_name), WithJsonSchema({"type": "string", "enum": list(LANGUAGES)})
]


def _script(signature: Signature, purpose: str) -> Any:
    """A text field that holds a script: checked when the configuration is made, a code editor in the form.

    It is written in the language that a field before it names.
    """

    def compiles(source: str, info: ValidationInfo) -> str:
        if "language" not in info.data:  # what is wrong with it is said there
            return source
        try:
            compile_script(signature, source, info.data["language"])
        except ScriptError as error:
            place = {"line": error.line, "column": error.column, "reason": error.message}
            raise PydanticCustomError("script", "{reason}", place) from None
        return source

    ui = {"widget": "code", "purpose": purpose, "parameters": list(signature.parameters)}
    return Annotated[str, AfterValidator(compiles), WithJsonSchema({"type": "string", "x-ui": ui})]


FilterScript = _script(NODE, "filter")
SwitchScript = _script(NODE, "switch")
TransformScript = _script(NODE, "transform")
LogScript = _script(NODE, "log")
GeneratorScript = _script(GENERATOR, "generator")
UplinkScript = _script(UPLINK, "uplink")

Scope = Literal["client", "shared", "server"]
Part = Literal["data", "metadata"]
Key = Annotated[str, Field(min_length=1, max_length=255)]


def object_of(message: Message) -> dict[str, Value]:
    """The message's data when it is an object; ValueError says what it is instead."""
    if message.data.__class__ is not dict:
        raise ValueError(f"the message's data must be an object, it is {name_of(message.data)}")
    data: dict[str, Value] = message.data
    return data
