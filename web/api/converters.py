"""Converters: users' scripts between payloads and messages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from quart import Blueprint
from quart_schema import tag_blueprint

from engine.converter import Converter
from engine.errors import Problem
from engine.ids import now_ms
from engine.node import Language
from engine.store import papers
from web.api import documents
from web.api.documents import DocumentQuery
from web.api.shapes import DebugRequest, EpochMs, Name, Shape, Text, Written
from web.api.wire import Answer, operation, refused
from web.house import House

Direction = Literal["uplink", "downlink"]
ContentType = Literal["JSON", "TEXT", "BINARY"]
ScriptText = Annotated[Text, Field(max_length=100_000, description="The body of the function")]


class SamplePayload(Shape):
    """A payload to try the script with; for a downlink converter it is a message as JSON."""

    name: Name
    content_type: ContentType = "JSON"
    payload: Annotated[str, Field(max_length=200_000, description="Base64")]
    metadata: dict[Text, Text] = {}


class ConverterBody(Written):
    """A converter as it is written; without a script it passes JSON through."""

    shown_only = frozenset(("id", "version", "createdTs", "updatedTs", "debugUntil", "usedBy"))

    name: Name
    direction: Direction
    language: Language = "python"
    script: ScriptText = ""
    samples: list[SamplePayload] | None = Field(None, max_length=20, description="Left out: as they were")


class ConverterView(Shape):
    """A converter as it stands."""

    id: str
    name: str
    direction: Direction
    language: str
    script: str
    samples: list[SamplePayload]
    version: int
    created_ts: EpochMs
    updated_ts: EpochMs
    debug_until: EpochMs = Field(description="Until when In and Out are kept as events; 0: not")
    used_by: list[str] = Field(description="Names of the integrations that use it")


class ConverterList(Shape):
    """Converters, page by page."""

    items: list[ConverterView]
    next: str | None


def blueprint(house: House) -> Blueprint:
    """The calls about converters."""
    api = Blueprint("converters", __name__, url_prefix="/converters")
    tag_blueprint(api, ["Converters"])

    def shown(row: papers.Converter) -> ConverterView:
        return view(row, house)

    def answered(row: papers.Converter, location: str = "") -> Answer:
        return Answer(shown(row), row.version, location)

    @api.get("")
    @operation(ConverterList, query=DocumentQuery)
    async def list_converters(query: DocumentQuery) -> ConverterList:
        """The converters."""
        rows, following = await documents.page(house.store.converters, house.tenant, query)
        return ConverterList(items=[shown(row) for row in rows], next=following)

    @api.post("")
    @operation(ConverterView, 201, body=ConverterBody)
    async def create_converter(body: ConverterBody) -> Answer:
        """Keep a new converter; its script must compile."""
        compiles(body)
        row = papers.Converter(name=body.name, direction=body.direction)
        fill(row, body)
        row = await house.store.converters.create(house.tenant, row)
        await house.load_integrations()
        return answered(row, f"/manage/converters/{row.id}")

    @api.get("/<id:id>")
    @operation(ConverterView)
    async def get_converter(id: str) -> Answer:
        """One converter."""
        return answered(await documents.must(house.store.converters, house.tenant, id))

    @api.put("/<id:id>")
    @operation(ConverterView, body=ConverterBody, if_match=True)
    async def replace_converter(id: str, body: ConverterBody, etag: str | None) -> Answer:
        """Change a converter; the next message is converted by the new script. Its direction stays."""
        compiles(body)

        def change(row: papers.Converter) -> None:
            if row.direction != body.direction:
                raise refused(
                    400, "The body is not valid", [Problem("the direction cannot change", "/direction")]
                )
            fill(row, body)

        return answered(await _save(id, etag, change))

    @api.delete("/<id:id>")
    @operation(None, 204)
    async def delete_converter(id: str) -> None:
        """Delete a converter that no integration uses."""
        await house.store.converters.delete(house.tenant, id)
        await house.load_integrations()

    @api.post("/<id:id>/debug")
    @operation(ConverterView, body=DebugRequest, optional_body=True)
    async def debug_converter(id: str, body: DebugRequest) -> Answer:
        """Keep everything that goes in and out as events for some minutes."""

        def change(row: papers.Converter) -> None:
            row.debug = {**(row.debug or {}), "allUntil": until(body)}

        return answered(await _save(id, None, change))

    async def _save(
        id: str, etag: str | None, change: documents.Change[papers.Converter]
    ) -> papers.Converter:
        row = await documents.save(house.store.converters, house.tenant, id, etag, change, shown)
        await house.load_integrations()
        return row

    return api


def view(row: papers.Converter, house: House) -> ConverterView:
    """A converter for an answer."""
    users = [i.name for i in house.directory.by_id.values() if row.id in (i.uplink.id, i.downlink.id)]
    return ConverterView(
        id=row.id,
        name=row.name,
        direction=row.direction,
        language=row.language,
        script=row.script,
        samples=[SamplePayload.model_validate(item) for item in (row.additional or {}).get("samples", [])],
        version=row.version,
        created_ts=row.created_ts,
        updated_ts=row.updated_ts,
        debug_until=int((row.debug or {}).get("allUntil", 0)),
        used_by=sorted(users),
    )


def fill(row: papers.Converter, body: ConverterBody) -> None:
    """Give the stored document what the body says."""
    row.name, row.language, row.script = body.name, body.language, body.script
    if body.samples is not None:
        samples = [sample.model_dump(by_alias=True) for sample in body.samples]
        row.additional = {**(row.additional or {}), "samples": samples}


def compiles(body: ConverterBody) -> None:
    """ScriptError when the script does not compile: a converter that is kept can run."""
    Converter("", body.name, body.direction, body.language, body.script)


def until(body: DebugRequest) -> int:
    """The moment up to which to look; 0 for not at all."""
    return now_ms() + body.minutes * 60_000 if body.minutes else 0
