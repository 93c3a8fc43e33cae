"""Rule chains as documents: write, read, replace, delete; what runs is chosen in `chain_runs`."""

from __future__ import annotations

import itertools

from quart import Blueprint
from quart_schema import tag_blueprint

from engine.chain import ChainSpec
from engine.errors import ConflictError, MissingError, Problem
from engine.store import papers
from engine.values import encode_text
from web.api import documents
from web.api.chain_shapes import (
    ChainBody,
    ChainList,
    ChainSummary,
    ChainView,
    SavedChain,
    TemplateList,
    TemplateView,
    chain_view,
    saved_chain,
)
from web.api.documents import DocumentQuery
from web.api.shapes import Name, ProblemItem, Shape, problem_items
from web.api.templates import TEMPLATES, template
from web.api.wire import Answer, operation, parsed, refused
from web.house import House, spec_of

NEW_NAME = "New rule chain"


class _Named(Shape):
    name: Name


def blueprint(house: House) -> Blueprint:
    """The calls about rule chains as documents."""
    api = Blueprint("rule_chains", __name__)
    tag_blueprint(api, ["Rule chains"])

    def problems(row: papers.Chain) -> list[ProblemItem]:
        spec = spec_of(row.id, row.name, row.version, row.document)
        return problem_items(house.lint(spec))

    def saved(row: papers.Chain, location: str = "") -> Answer:
        return Answer(saved_chain(row, problems(row)), row.version, location)

    @api.get("/rule-chains")
    @operation(ChainList, query=DocumentQuery)
    async def list_rule_chains(query: DocumentQuery) -> ChainList:
        """The rule chains, without their documents."""
        rows, following = await documents.page(house.store.chains, house.tenant, query)
        return ChainList(items=[summary(house, row) for row in rows], next=following)

    @api.post("/rule-chains")
    @operation(SavedChain, 201, body=ChainBody, optional_body=True)
    async def create_rule_chain(body: ChainBody) -> Answer:
        """A new chain: a document, nothing (an empty chain), or a `template` and perhaps a `name`."""
        spec = begun(body)
        name = spec.name and parsed(_Named, {"name": spec.name}).name
        row = papers.Chain(id=spec.id, name=name, document=stored(spec), note=body.note)
        row = await _create(row, spec)
        house.chain_ids.add(row.id)
        return saved(row, f"/manage/rule-chains/{row.id}")

    @api.get("/rule-chains/<id:id>")
    @operation(ChainView)
    async def get_rule_chain(id: str) -> Answer:
        """The newest version of a chain, which need not be the one that runs."""
        row = await documents.must(house.store.chains, house.tenant, id)
        return Answer(chain_view(row), row.version)

    @api.put("/rule-chains/<id:id>")
    @operation(SavedChain, body=ChainBody, if_match=True)
    async def replace_rule_chain(id: str, body: ChainBody, etag: str | None) -> Answer:
        """Save a draft as a new version, even with errors; it runs when it is activated."""
        if body.id not in ("", id):
            raise refused(
                400, "The body is not valid", [Problem("the id is that of another chain", "/id", "id")]
            )
        before = await documents.must(house.store.chains, house.tenant, id)
        name = parsed(_Named, {"name": body.name}).name if body.name else before.name
        text = stored(body.spec())
        if (before.name, before.document) == (name, text) and etag in (None, str(before.version)):
            return saved(before)

        def change(row: papers.Chain) -> None:
            row.name, row.document, row.note = name, text, body.note

        return saved(await documents.save(house.store.chains, house.tenant, id, etag, change, chain_view))

    @api.delete("/rule-chains/<id:id>")
    @operation(None, 204)
    async def delete_rule_chain(id: str) -> None:
        """Delete a chain that is not the root chain and that nothing uses; it stops running."""
        await house.store.chains.delete(house.tenant, id)
        house.chain_ids.discard(id)
        house.runner.remove(id)

    @api.get("/rule-chain-templates")
    @operation(TemplateList)
    async def list_rule_chain_templates() -> TemplateList:
        """The chains to begin with."""
        found = [(name, template(name)) for name in TEMPLATES]
        items = [
            TemplateView(template=name, name=spec.name, nodes=len(spec.nodes), edges=len(spec.edges))
            for name, spec in found
        ]
        return TemplateList(items=items)

    async def _create(row: papers.Chain, spec: ChainSpec) -> papers.Chain:
        """A chain without a name gets one that is free."""
        if row.name:
            return await house.store.chains.create(house.tenant, row)
        for number in itertools.count(1):
            row.name = NEW_NAME if number == 1 else f"{NEW_NAME} {number}"
            try:
                return await house.store.chains.create(house.tenant, row)
            except ConflictError as error:
                if (
                    not isinstance(error.current, papers.Chain)
                    or error.current.name != row.name
                    or number > 1000
                ):
                    raise
        raise AssertionError

    return api


def begun(body: ChainBody) -> ChainSpec:
    """The document that a new chain begins with; a copy of a template gets an id of its own."""
    if body.template is None:
        return body.spec()
    if body.template not in TEMPLATES:
        names = ", ".join(TEMPLATES)
        problem = Problem(
            f"there is no template {body.template!r}; there is: {names}", "/template", "template"
        )
        raise refused(400, "The body is not valid", [problem])
    spec = template(body.template)
    return spec.model_copy(update={"id": "", "name": body.name or spec.name})


def stored(spec: ChainSpec) -> str:
    """A document as it is kept: id, name and version have columns of their own."""
    return encode_text(spec.model_copy(update={"id": "", "name": "", "version": 0}).as_json())


def summary(house: House, row: papers.Chain) -> ChainSummary:
    """A chain for a list."""
    spec = spec_of(row.id, row.name, row.version, row.document)
    plan = house.runner.plans.get(row.id)
    places = list(plan.places.values()) if plan else []
    return ChainSummary(
        id=row.id,
        name=row.name,
        root=row.is_root,
        version=row.version,
        active_version=row.active_version,
        created_ts=row.created_ts,
        updated_ts=row.updated_ts,
        nodes=len(spec.nodes),
        edges=len(spec.edges),
        seen=plan.entry.seen if plan and plan.entry else 0,
        failed=sum(place.failed for place in places),
    )


async def must_version(house: House, id: str, version: int) -> papers.ChainVersion:
    """A version of a chain with its document; MissingError when there is none."""
    found = await house.store.chains.version(house.tenant, id, version)
    if found is None:
        raise MissingError("version of the rule chain", str(version))
    return found
