"""Finds the nodes and makes their cards: palette, form and help, all derived from the one file of each."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from engine.errors import Problem
from engine.node import Node, type_name
from engine.translate import translated
from engine.values import decode

# In the order of the palette.
CATEGORIES = ("filter", "enrichment", "transform", "action", "external", "flow")


class Catalog:
    """The node classes by type name."""

    def __init__(
        self,
        classes: Mapping[str, tuple[str, type[Node]]],
        words: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._classes = dict(classes)
        self._words = dict(words or {})

    @classmethod
    def discover(cls, package: str) -> Catalog:
        """Every Node subclass below the package; the sub-package is its category, one class per file.

        A file such as `de.json` in the package holds the texts of their cards in that language, by the English ones.
        """
        found: dict[str, tuple[str, type[Node]]] = {}
        for category, node in _classes_below(package):
            name = type_name(node)
            if name in found:
                raise ValueError(f"two nodes are called {name}")
            found[name] = (category, node)
        order = {category: position for position, category in enumerate(CATEGORIES)}
        classes = dict(sorted(found.items(), key=lambda item: (order.get(item[1][0], 99), item[0])))
        return cls(classes, _words_of(package))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that cards can be had in, English first."""
        return ("en", *sorted(self._words))

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __contains__(self, name: str) -> bool:
        return name in self._classes

    def get(self, name: str) -> type[Node] | None:
        """The class of a node type, None when there is none."""
        entry = self._classes.get(name)
        return entry[1] if entry else None

    def make(
        self, name: str, config: Mapping[str, Any], place: str = ""
    ) -> tuple[Node | None, list[Problem]]:
        """A node of that type with that configuration, or everything that is wrong with it."""
        node = self.get(name)
        if node is None:
            return None, [Problem(f"there is no node type {name!r}", f"{place}/type", "unknown-type")]
        try:
            return node.model_validate(dict(config)), []
        except ValidationError as error:
            return None, problems_of(error, f"{place}/config")

    def cards(self, language: str = "en") -> list[dict[str, Any]]:
        """What the editor needs to know of every node type, in palette order, in one of `languages`."""
        cards = [card(category, node) for category, node in self._classes.values()]
        words = self._words.get(language)
        return cards if words is None else [translated(item, words) for item in cards]


def problems_of(error: ValidationError, place: str = "") -> list[Problem]:
    """Pydantic's findings as problems with JSON-pointer places; a script's line and column come along."""
    found = []
    for item in error.errors(include_url=False, include_input=False):
        path = "/".join(str(part) for part in item["loc"])
        context = item.get("ctx", {})
        line, column = context.get("line"), context.get("column")
        text = item["msg"].removeprefix("Value error, ")
        found.append(Problem(text, f"{place}/{path}" if path else place, item["type"], line, column))
    return found


def card(category: str, node: type[Node]) -> dict[str, Any]:
    """One node type for palette, form and help, in the editor's JSON names."""
    text = inspect.cleandoc(node.__doc__ or "")
    schema = node.model_json_schema(by_alias=True)
    schema.pop("description", None)
    schema.pop("title", None)
    return {
        "type": type_name(node),
        "category": category,
        "icon": node.icon,
        "name": node.title or words(node.__name__),
        "description": text.split("\n\n")[0].replace("\n", " "),
        "help": text,
        "relations": list(node.relations),
        "customRelations": node.custom_relations,
        "source": node.is_source,
        "thingsboard": node.thingsboard,
        "version": node.version,
        "schema": schema,
        "examples": [example_card(example) for example in node.examples],
    }


def example_card(example: Any) -> dict[str, Any]:
    """An example as the help page shows it."""
    return {
        "title": example.title,
        "config": dict(example.config),
        "message": dict(example.message),
        "given": dict(example.given),
        "expect": [dict(row) for row in example.expect],
        "effects": None if example.effects is None else [list(row) for row in example.effects],
    }


def words(name: str) -> str:
    """A class name as a person writes it: `SaveTelemetry` -> `Save telemetry`, `CheckFields` -> `Check fields`."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return text[0] + text[1:].lower()


def _words_of(package: str) -> dict[str, dict[str, str]]:
    """The word lists beside the nodes, by language."""
    folders = [Path(folder) for folder in importlib.import_module(package).__path__]
    files = [file for folder in folders for file in sorted(folder.glob("*.json"))]
    return {file.stem: {str(k): str(v) for k, v in decode(file.read_bytes()).items()} for file in files}


def _classes_below(package: str) -> Iterator[tuple[str, type[Node]]]:
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(root.__path__, f"{package}."):
        if info.ispkg:
            continue
        module = importlib.import_module(info.name)
        category = info.name.split(".")[-2]
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, Node) and value.__module__ == info.name:
                yield category, value
