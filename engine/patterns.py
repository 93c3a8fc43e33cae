"""Regular expressions that come from users, and key names given as such: the one door to RE2.

RE2 takes time linear in the length of its input, whatever the expression; it has no look-around and no
back-references.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Annotated, Any

import re2
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20


def compiled(pattern: str) -> Any:
    """The expression, ready to search; ValueError says what is wrong with it. Nothing is remembered."""
    try:
        return re2._Regexp(pattern, _OPTIONS)  # the class itself: re2.compile keeps a cache of its own
    except re2.error as error:
        reason = error.args[0] if error.args else "?"
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None


def key_matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a key is one of the names or is matched as a whole by one of the expressions; remembers keys."""
    names = frozenset(patterns)
    expressions = [compiled(pattern) for pattern in names if re2.escape(pattern) != pattern]

    @lru_cache(maxsize=1024)
    def matches(key: str) -> bool:
        return key in names or any(expression.fullmatch(key) for expression in expressions)

    return matches


def _compiles(pattern: str) -> str:
    try:
        compiled(pattern)
    except ValueError as error:
        raise PydanticCustomError(
            "pattern", "not a regular expression: {reason}", {"reason": str(error)}
        ) from None
    return pattern


KeyPattern = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_compiles)]
