"""The names that scripts may use, by what they stand for."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable

from engine.values import Value


def words(text: str) -> frozenset[str]:
    """The names in a list that is written as a text."""
    return frozenset(text.split())


EXCEPTIONS: dict[str, type[Exception]] = {
    name: getattr(builtins, name)
    for name in words(
        "Exception ValueError TypeError KeyError IndexError LookupError ArithmeticError ZeroDivisionError "
        "OverflowError RuntimeError AssertionError UnicodeError AttributeError NameError"
    )
}

MATH_CONSTANTS: dict[str, float] = {name: getattr(math, name) for name in ("pi", "e", "tau", "inf", "nan")}
MATH_FUNCTIONS: dict[str, Callable[..., Value]] = {
    name: getattr(math, name)
    for name in words(
        "sqrt floor ceil trunc fabs exp log log2 log10 sin cos tan asin acos atan atan2 sinh cosh tanh "
        "hypot degrees radians isnan isinf isfinite copysign fmod pow isclose"
    )
}

TYPES: dict[str, type] = {
    "int": int,
    "float": float,
    "str": str,
    "bool": bool,
    "list": list,
    "dict": dict,
    "bytes": bytes,
    "set": set,
}
"""What `isinstance` may be asked about; scripts never hold a type itself."""

# Each gives a number whatever it is called with, or raises.
NUMERIC = words("len int float round abs ord sum read_int now_ms parse_time read_float bool")
FLOATING = frozenset(("float", "read_float"))
TEXTUAL = words("str hex bin chr json_encode text_decode hex_encode base64_encode format_time re_replace")
# Each gives a container that nothing else holds.
FRESH = words("list dict set sorted range enumerate zip map filter reversed json_decode time_parts")
