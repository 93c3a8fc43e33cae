"""The texts of a node's card in another language; the English text is the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Say = Callable[[str], str]


def translated(card: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """A card with every text that `words` knows; the others stay English, identifiers are not touched."""
    return with_texts(card, lambda text: words.get(text, text))


def with_texts(card: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """A card with `say` of every text that a person reads: name, help by paragraphs, fields, titles of examples."""
    schema = card["schema"]
    properties = {key: _field(field, say) for key, field in schema.get("properties", {}).items()}
    help = [_paragraph(part, say) for part in re.split(r"\n{2,}", card["help"])]
    return {
        **card,
        "name": say(card["name"]),
        "description": help[0],
        "help": "\n\n".join(help),
        "schema": schema | ({"properties": properties} if properties else {}),
        "examples": [example | {"title": say(example["title"])} for example in card["examples"]],
    }


def _paragraph(text: str, say: Say) -> str:
    return say(text if re.match(r"\s*[-*] ", text) else text.replace("\n", " "))


def _field(field: Mapping[str, Any], say: Say) -> dict[str, Any]:
    said = {key: say(field[key]) for key in ("title", "description") if key in field}
    hints = dict(field.get("x-ui", {}))
    hints |= {key: say(hints[key]) for key in ("keyTitle", "valueTitle") if key in hints}
    options = field.get("enum") or field.get("items", {}).get("enum") or []
    labels = {option: say(option) for option in options if say(option) != option} | {
        option: say(label) for option, label in hints.get("labels", {}).items()
    }
    return {
        **field,
        **said,
        **({"x-ui": hints | ({"labels": labels} if labels else {})} if hints or labels else {}),
    }
