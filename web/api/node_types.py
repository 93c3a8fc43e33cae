"""Node types: everything that palette, form and help of the editor are made from."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from pydantic import Field
from quart import Blueprint, request
from quart_schema import tag_blueprint

from web.api.shapes import Shape
from web.api.wire import Answer, as_json, operation
from web.house import House


class NodeExample(Shape):
    """One row of a node's behaviour."""

    title: str
    config: dict[str, Any]
    message: dict[str, Any]
    given: dict[str, Any]
    expect: list[dict[str, Any]]
    effects: list[list[Any]] | None


class NodeType(Shape):
    """A node for palette, form and help; `schema` is the JSON schema of its configuration."""

    type: str
    category: str
    icon: str
    name: str
    description: str
    help: str
    relations: list[str]
    custom_relations: bool
    source: bool = Field(description="Makes messages by itself; no arrow leads to it")
    thingsboard: str
    version: int
    json_schema: dict[str, Any] = Field(alias="schema")
    examples: list[NodeExample]


class NodeTypeList(Shape):
    """All node types, in the order of the palette."""

    items: list[NodeType]
    next: None = None


def blueprint(house: House) -> Blueprint:
    """The calls about node types."""
    api = Blueprint("node_types", __name__, url_prefix="/node-types")
    tag_blueprint(api, ["Node types"])
    languages = house.catalog.languages
    in_words = cache(in_language)

    @api.get("")
    @operation(NodeTypeList)
    async def list_node_types() -> Answer:
        """The cards of all node types, in the language that Accept-Language prefers (English if none of ours).

        They change only with the program.
        """
        wanted = [tag.split("-")[0].lower() for tag in request.accept_languages.values()]
        return in_words(house, next((language for language in wanted if language in languages), "en"))

    return api


def in_language(house: House, language: str) -> Answer:
    """All cards in one language."""
    cards = NodeTypeList(items=[NodeType.model_validate(card) for card in house.catalog.cards(language)])
    etag = hashlib.blake2b(as_json(cards), digest_size=8).hexdigest()
    return Answer(cards, etag, language=language)
