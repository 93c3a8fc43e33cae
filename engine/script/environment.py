"""The globals of a running script: guards, functions and helpers, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from engine.script.explain import describe_error
from engine.script.functions import FREE_FUNCTIONS, Functions
from engine.script.helpers import FREE_HELPERS, Helpers
from engine.script.kinds import CONSTANTS, NUMBERS, SCALARS
from engine.script.limits import Limits, Meter
from engine.script.methods import Methods
from engine.script.names import EXCEPTIONS, MATH_FUNCTIONS, TYPES
from engine.script.once import Encoder, json_decode, json_encode_checked
from engine.script.operators import Operators, key
from engine.script.result import Checks
from engine.values import Value

Environment = dict[str, Value]


def print_nowhere(*values: Value) -> None:
    """Print values into the log of a test run; in normal operation they go nowhere."""


FREE: Environment = {
    # Without __builtins__ of its own, Python would put the real ones in.
    "__builtins__": {},
    "_NUMBERS_": NUMBERS,
    "_SCALARS_": SCALARS,
    "_OBJECTS_": frozenset((dict,)),
    "_isinstance_": isinstance,
    "_constants_": CONSTANTS,
    "_given_": CONSTANTS | NUMBERS,
    "_key_": key,
    "_max_": max,
    "_message_": describe_error,
    "_min_": min,
    "_round_": round,
    "print": print_nowhere,
    **{f"_t_{name}_": kind for name, kind in TYPES.items()},
    **{f"_math_{name}_": function for name, function in MATH_FUNCTIONS.items()},
    **{f"_e_{name}_": kind for name, kind in EXCEPTIONS.items()},
    **FREE_FUNCTIONS,
    **FREE_HELPERS,
}
"""What needs no meter: constants, C functions with bounded cost, and guards that only look."""


def plain_environment(limits: Limits) -> Environment:
    """Globals for scripts that need no meter; they can be shared by all threads."""
    return {
        **FREE,
        **looks(limits),
        "json_decode": json_decode,
        "json_encode": Encoder(limits).json_encode,
        "_encoded_": json_encode_checked,
    }


def looks(limits: Limits) -> Environment:
    """What looks at the values of displays."""
    checks = Checks(limits)
    return {"_plain_": checks.in_result, "_plain_json_": checks.in_json}


def metered_environment(meter: Meter, log: Callable[..., None] = print_nowhere) -> Environment:
    """New globals whose guards pay from this meter; `log` is what `print` is."""
    operators = Operators(meter)
    methods = Methods(meter, operators)
    groups = (operators, methods, Functions(meter, methods), Helpers(meter, methods))
    named = {name: guard for group in groups for name, guard in group.names().items()}
    encode = {"_encoded_": named["json_encode"]}
    return {**FREE, **looks(meter.limits), **named, **encode, "print": log}


METERED = frozenset(metered_environment(Meter(Limits()))) - frozenset(FREE) - frozenset(looks(Limits()))
PUBLIC = frozenset(name for name in METERED | FREE.keys() if not name.startswith("_"))
"""The names that a script can use as they are."""
