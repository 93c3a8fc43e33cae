"""What the editor says about the functions that scripts can call; taken from the functions themselves."""

from __future__ import annotations

import inspect
from functools import lru_cache

from engine.script.environment import PUBLIC, metered_environment
from engine.script.languages import Help
from engine.script.limits import Limits, Meter
from engine.script.names import MATH_CONSTANTS, MATH_FUNCTIONS


@lru_cache(maxsize=1)
def guide() -> tuple[Help, ...]:
    """Every public function with its head and the first line of its docstring, by name."""
    functions = metered_environment(Meter(Limits()))
    public = {name: functions[name] for name in PUBLIC} | {f"math.{k}": f for k, f in MATH_FUNCTIONS.items()}
    helps = [Help(name, _head(name, function), _first_line(function)) for name, function in public.items()]
    helps += [
        Help(f"math.{name}", f"math.{name}", f"The number {value}.") for name, value in MATH_CONSTANTS.items()
    ]
    helps.append(
        Help("isinstance", "isinstance(value, kind)", "Whether a value is of a kind, such as str or dict.")
    )
    return tuple(sorted(helps, key=lambda entry: entry.name))


def _head(name: str, function: object) -> str:
    try:
        parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    except ValueError:
        return f"{name}(x)"
    heads = [str(parameter.replace(annotation=parameter.empty)) for parameter in parameters]
    return f"{name}({', '.join(head for head in heads if head != '/')})"


def _first_line(function: object) -> str:
    return (inspect.getdoc(function) or "").split("\n")[0]
