"""A rule chain as it is written and shown: the document, and what the server knows of it beside."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from engine.chain import ChainSpec
from engine.store import papers
from web.api.shapes import EpochMs, ProblemItem, Shape, Text
from web.house import spec_of

Note = Annotated[Text, Field(max_length=1000)]


class ChainBody(ChainSpec):
    """A chain document. What only the server says (the last fields) may stand in it and is not looked at."""

    note: Note = Field("", description="What this version is about")
    template: str | None = Field(None, description="For a new chain: the template to begin with")
    root: Any = None
    active_version: Any = Field(None, alias="activeVersion")
    created_ts: Any = Field(None, alias="createdTs")
    updated_ts: Any = Field(None, alias="updatedTs")
    problems: Any = None

    def spec(self, **changes: Any) -> ChainSpec:
        """The document alone."""
        fields = {name: getattr(self, name) for name in ChainSpec.model_fields}
        return ChainSpec.model_construct(**fields | changes)


class ChainView(ChainSpec):
    """A chain document with its state; `activeVersion` 0: no version runs."""

    root: bool
    active_version: int = Field(alias="activeVersion")
    created_ts: EpochMs = Field(alias="createdTs")
    updated_ts: EpochMs = Field(alias="updatedTs")
    note: str


class SavedChain(ChainView):
    """A chain as it was saved, with what is wrong or doubtful in it."""

    problems: list[ProblemItem]


class ChainSummary(Shape):
    """A chain for a list; `failed` and `seen` count what its nodes did since this version runs."""

    id: str
    name: str
    root: bool
    version: int
    active_version: int
    created_ts: EpochMs
    updated_ts: EpochMs
    nodes: int
    edges: int
    seen: int = Field(description="Messages that came in")
    failed: int = Field(description="Failures of its nodes")


class ChainList(Shape):
    """Rule chains, page by page."""

    items: list[ChainSummary]
    next: str | None


class VersionSummary(Shape):
    """A version without its document."""

    version: int
    note: str
    created_ts: EpochMs
    active: bool


class VersionList(Shape):
    """All versions of a chain, newest first."""

    items: list[VersionSummary]
    next: None = None


class ActivateBody(Shape):
    """Which version is to run; the newest by default."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)


class NodeCount(Shape):
    """What a node did since this version runs."""

    seen: int
    failed: int
    debug_until: EpochMs = Field(
        description="Until when its In and Out are kept as events; 0: not, 1: always"
    )


class EdgeCount(Shape):
    """How many messages left a node along a relation; names of relations compare without case."""

    node: str
    relation: str
    count: int


class ChainCounts(Shape):
    """The counters of the version that runs; `version` 0: none does."""

    ts: EpochMs
    version: int
    watched_until: EpochMs = Field(description="Until when every message is traced; 0: not")
    nodes: dict[str, NodeCount]
    edges: list[EdgeCount]


class TemplateView(BaseModel):
    """A chain to begin with."""

    template: str
    name: str
    nodes: int
    edges: int


class TemplateList(Shape):
    """The chains to begin with."""

    items: list[TemplateView]
    next: None = None


class DebugState(Shape):
    """Until when everything is kept; 0: it is not."""

    until: EpochMs


def chain_view(row: papers.Chain, document: str | None = None, version: int | None = None) -> ChainView:
    """A chain, or one of its versions, for an answer."""
    spec = spec_of(row.id, row.name, version or row.version, row.document if document is None else document)
    return ChainView.model_construct(**_fields(spec, row))


def saved_chain(row: papers.Chain, problems: list[ProblemItem]) -> SavedChain:
    """A chain that was saved, for an answer."""
    spec = spec_of(row.id, row.name, row.version, row.document)
    return SavedChain.model_construct(**_fields(spec, row), problems=problems)


def _fields(spec: ChainSpec, row: papers.Chain) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in ChainSpec.model_fields} | {
        "root": row.is_root,
        "active_version": row.active_version,
        "created_ts": row.created_ts,
        "updated_ts": row.updated_ts,
        "note": row.note,
    }
