"""Every text of every node's card in every language that there is."""

from __future__ import annotations

import re

import pytest

from engine.catalog import Catalog
from engine.translate import with_texts

CATALOG = Catalog.discover("nodes")
OTHERS = CATALOG.languages[1:]
# Texts that are the same in German, and options that are only code.
SAME = {"Alarm", "Base64", "Client", "Generator", "Integration", "Name", "Server", "Text", "URL"}


def texts(language: str) -> list[str]:
    """All texts of all cards, in their order, without options that are their own name."""
    found: list[str] = []

    def say(text: str) -> str:
        found.append(text)
        return text

    for card in CATALOG.cards(language):
        with_texts(card, say)
    return found


def english() -> set[str]:
    options = re.compile(r"[A-Z_]+|[a-z0-9]+")
    return {text for text in texts("en") if not options.fullmatch(text)}


def test_german_is_there() -> None:
    assert "de" in OTHERS


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_left_in_english(language: str) -> None:
    words = CATALOG._words[language]
    assert sorted(text for text in english() if text not in words) == []
    assert sorted(text for text in english() & set(texts(language))) == sorted(SAME & english())


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_is_left_over(language: str) -> None:
    known = set(texts("en"))
    assert sorted(text for text in CATALOG._words[language] if text not in known) == []


@pytest.mark.parametrize("language", OTHERS)
def test_only_texts_differ(language: str) -> None:
    for before, after in zip(CATALOG.cards("en"), CATALOG.cards(language), strict=True):
        assert {key: before[key] for key in ("type", "icon", "relations", "category", "version")} == {
            key: after[key] for key in ("type", "icon", "relations", "category", "version")
        }
        fields, others = before["schema"].get("properties", {}), after["schema"].get("properties", {})
        assert list(fields) == list(others)
        for key, field in fields.items():
            assert field.get("default") == others[key].get("default")
            assert field.get("enum") == others[key].get("enum")
            for code in re.findall(r"\\$[{[].*?[}\\]]|`.*?`", field.get("description", "")):
                assert code in others[key]["description"]
