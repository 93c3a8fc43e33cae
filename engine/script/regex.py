"""Regular expressions for scripts, by RE2: one search takes text * pattern steps at most.

Many searches through one text can still take the square of it, so scripts with these helpers run under the clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from engine.patterns import compiled
from engine.script.limits import Meter
from engine.values import Value

_MAX_PATTERN = 1000
_GROUP = re.compile(r"\\(\d)")


class Regex:
    """The regular-expression helpers, paying from one meter."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def re_match(self, pattern: str, text: str) -> list[str | None] | None:
        """[whole, group 1, ...] of the first place where the pattern matches, or None."""
        found = self._prepared(pattern, text).search(text)
        return None if found is None else [found[0], *found.groups()]

    def re_find_all(self, pattern: str, text: str) -> list[list[str | None]]:
        """[whole, group 1, ...] of every place where the pattern matches."""
        return [[found[0], *found.groups()] for found in self._all(pattern, text)]

    def re_replace(self, pattern: str, text: str, replacement: str) -> str:
        r"""The text with every match replaced; \1 to \9 stand for groups, \0 for the whole match."""
        _expect_text(replacement)
        self.meter.charge(len(replacement))
        pieces, position, length = [], 0, 0
        for found in self._all(pattern, text):
            # Each backslash may stand for a group as long as the whole match.
            self.meter.text(len(replacement) + replacement.count("\\") * len(found[0]))
            piece = text[position : found.start()] + _filled(replacement, found)
            position = found.end()
            length += len(piece)
            self.meter.text(length)
            pieces.append(piece)
        pieces.append(text[position:])
        self.meter.text(length + len(pieces[-1]))
        return "".join(pieces)

    def _all(self, pattern: str, text: str) -> Iterator[Any]:
        expression = self._prepared(pattern, text)
        for found in expression.finditer(text):
            self.meter.charge(400 + 50 * expression.groups + len(found[0]) * (expression.groups + 1))
            yield found

    def _prepared(self, pattern: str, text: Value) -> Any:
        _expect_text(text)
        _expect_text(pattern)
        expression = _compiled(pattern)
        if isinstance(expression, str):
            raise ValueError(expression)
        # RE2 is linear in the text, but where its quick automaton gives up, each byte takes a look at
        # the whole program: 10 ns each.
        size = len(text) if text.isascii() else 4 * len(text)
        self.meter.charge(size * expression.programsize)
        return expression


def _filled(replacement: str, found: Any) -> str:
    return _GROUP.sub(lambda group: _group(found, int(group[1])), replacement)


def _group(found: Any, number: int) -> str:
    if number > len(found.groups()):
        raise ValueError(f"the pattern has no group {number}")
    return found[number] or ""


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> Any:
    """The compiled pattern, or what is wrong with it; wrong patterns are remembered as well."""
    if len(pattern) > _MAX_PATTERN:
        return f"a pattern may be {_MAX_PATTERN} characters long"
    try:
        return compiled(pattern)
    except ValueError as error:
        return f"not a pattern: {error}"


def _expect_text(value: Value) -> None:
    if value.__class__ is not str:
        raise TypeError("a pattern, a text and a replacement are texts")
