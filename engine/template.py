"""Texts with placeholders that are filled from a message, for node fields such as a URL or a key name."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.message import Message
from engine.values import Value, encode_text, text_of

Quote = Callable[[str], str]
_Fill = Callable[[Message, tuple[Quote, Quote]], str]

# Neither half can match the other's text, so the search is linear in the length of the template.
_PLACEHOLDER = re.compile(r"\$\{([^{}]+)\}|\$\[([^\[\]]+)\]")
_CONTAINERS = (dict, list)
_ABSENT = object()


class Template:
    """A text with placeholders, taken apart once and filled for each message.

    `${key}` is a metadata value, `$[a.b]` a value in the data by its path through objects, `${*}` all metadata
    and `$[*]` all data as JSON. A placeholder with no value, or whose value is an object or an array, stays as
    it is written (the rules of ThingsBoard's TbNodeUtils).
    """

    __slots__ = ("_parts", "constant", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._parts = _parts(text)
        self.constant = all(isinstance(part, str) for part in self._parts)

    def fill(self, message: Message, quote: Quote = str, quote_all: Quote = str) -> str:
        """The text for this message; `quote` is applied to single values, `quote_all` to `${*}` and `$[*]`."""
        if self.constant:
            return self.text
        quotes = quote, quote_all
        return "".join(part if isinstance(part, str) else part(message, quotes) for part in self._parts)


def _parts(text: str) -> list[str | _Fill]:
    parts: list[str | _Fill] = []
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        parts += [text[end : match.start()], _placeholder(match)]
        end = match.end()
    return [*parts, text[end:]]


def _placeholder(match: re.Match[str]) -> _Fill:
    key, path = match.groups()
    if key == "*":
        return lambda message, quotes: quotes[1](encode_text(message.metadata))
    if path == "*":
        return lambda message, quotes: quotes[1](encode_text(message.data))
    return _metadata(key, match[0]) if key else _data(path.split("."), match[0])


def _metadata(key: str, verbatim: str) -> _Fill:
    def fill(message: Message, quotes: tuple[Quote, Quote]) -> str:
        value = message.metadata.get(key)
        return verbatim if value is None else quotes[0](value)

    return fill


def _data(path: list[str], verbatim: str) -> _Fill:
    def fill(message: Message, quotes: tuple[Quote, Quote]) -> str:
        value: Value = message.data
        for key in path:
            value = value.get(key, _ABSENT) if isinstance(value, dict) else _ABSENT
        return verbatim if value is _ABSENT or isinstance(value, _CONTAINERS) else quotes[0](text_of(value))

    return fill
