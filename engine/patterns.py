"""Key names given as patterns: the one door to regular expressions that come from users.

RE2 takes time linear in the length of its input, whatever the expression; it has no look-around and no
back-references.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Annotated

import re2
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20


def key_matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a key is one of the names or is matched as a whole by one of the expressions; remembers keys."""
    names = frozenset(patterns)
    expressions = [re2.compile(pattern, _OPTIONS) for pattern in names if re2.escape(pattern) != pattern]

    @lru_cache(maxsize=1024)
    def matches(key: str) -> bool:
        return key in names or any(expression.fullmatch(key) for expression in expressions)

    return matches


def _compiles(pattern: str) -> str:
    try:
        re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise PydanticCustomError(
            "pattern", "not a regular expression: {reason}", {"reason": reason}
        ) from None
    return pattern


KeyPattern = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_compiles)]
