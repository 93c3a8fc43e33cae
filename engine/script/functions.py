"""The usual functions of Python, as scripts see them: bounded, paid for, and eager (no iterators exist)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from engine.script.kinds import NUMBERS, SCALARS, SIZED, TEXTS
from engine.script.limits import LimitReached, Meter
from engine.script.methods import Methods, known_encoding
from engine.script.operators import key as checked_key
from engine.script.weigh import charge_weight
from engine.values import Value, name_of

Function = Callable[..., Value]

_ROUND = 40
"""What one round of a loop pays: 200,000 rounds are the most that fit into the default budget."""
_MAX_DIGITS = 1300


class Functions:
    """The built-in functions, paying from one meter."""

    def __init__(self, meter: Meter, methods: Methods) -> None:
        self.meter = meter
        self.methods = methods

    def names(self) -> dict[str, Function]:
        """Public names, and the ones that the policy puts in for `for` loops."""
        return {
            "str": self.to_text,
            "min": self._extreme(min),
            "max": self._extreme(max),
            "sum": self.total,
            "sorted": self.in_order,
            "list": self.to_list,
            "dict": self.to_dict,
            "set": self.to_set,
            "bytes": self.to_bytes,
            "range": self.to_range,
            "enumerate": self.numbered,
            "zip": self.zipped,
            "any": self.any_true,
            "all": self.all_true,
            "map": self.mapped,
            "filter": self.filtered,
            "reversed": self.backwards,
            "_iter_": self.walk,
            "_range_": self.walk_range,
            "_pairs_": self.walk_pairs,
            "_enumerate_": lambda items, start=0: enumerate(self.walk(items), start),
            "_zip_": lambda *lists: zip(*map(self.walk, lists), strict=False),
        }

    def walk(self, items: Value) -> Value:
        """What a loop goes over, paid for up front; a list is looked at as it is when the loop begins."""
        kind = items.__class__
        if kind not in SIZED:
            raise TypeError(f"cannot loop over a value of type {name_of(items)}")
        self.meter.charge(len(items) * _ROUND)
        return tuple(items) if kind is list or kind is set else items

    def walk_range(self, *bounds: Value) -> range:
        """The numbers of a `for i in range(...)`, paid for up front."""
        numbers = range(*bounds)
        # len() itself fails beyond 2**63.
        rounds = max(0, (numbers.stop - numbers.start) // numbers.step)
        self.meter.charge(rounds * _ROUND)
        return numbers

    def walk_pairs(self, container: Value) -> Value:
        """What `for k, v in x.items()` goes over."""
        if container.__class__ is not dict:
            raise AttributeError(f"a value of type {name_of(container)} has no method items()")
        self.meter.charge(len(container) * _ROUND)
        return container.items()

    def any_true(self, items: Value) -> bool:
        """Whether at least one item is true."""
        return any(self.walk(items))

    def all_true(self, items: Value) -> bool:
        """Whether no item is false."""
        return all(self.walk(items))

    def to_range(self, *bounds: Value) -> list[int]:
        """The numbers from a start up to a stop, as a list."""
        return list(self.walk_range(*bounds))

    def to_list(self, items: Value = ()) -> list[Value]:
        """A new list of the items."""
        return list(self.walk(items))

    def numbered(self, items: Value, start: int = 0) -> list[Value]:
        """[index, item] for each item."""
        return [[index, item] for index, item in enumerate(self.walk(items), start)]

    def zipped(self, *lists: Value) -> list[Value]:
        """The first items together, then the second ones, and so on."""
        return [[*items] for items in zip(*map(self.walk, lists), strict=False)]

    def mapped(self, function: Function, *lists: Value) -> list[Value]:
        """The function's value for each item."""
        return list(map(function, *map(self.walk, lists)))

    def filtered(self, function: Function | None, items: Value) -> list[Value]:
        """The items for which the function is true."""
        return list(filter(function, self.walk(items)))

    def backwards(self, items: Value) -> list[Value]:
        """The items from the last to the first."""
        return [*self.walk(items)][::-1]

    def in_order(self, items: Value, *, key: Function | None = None, reverse: Value = False) -> list[Value]:
        """The items in order, as a new list."""
        return self.methods.sorted([*self.walk(items)], key, reverse)

    def total(self, items: Value, start: Value = 0) -> Value:
        """The sum of numbers."""
        items = self.walk(items)
        if not NUMBERS.issuperset(map(type, chain(items, (start,)))):
            raise TypeError("sum() adds numbers only")
        return sum(items, start)

    def _extreme(self, function: Function) -> Function:
        def guarded(*values: Value, key: Function | None = None, **default: Value) -> Value:
            items = [*self.walk(values[0] if len(values) == 1 else values)]
            if not items and "default" in default:
                return default["default"]
            keys = items if key is None else [key(item) for item in items]
            if not NUMBERS.issuperset(map(type, keys)):
                charge_weight(self.meter, keys)
            if not keys:
                raise ValueError(f"{function.__name__}() of nothing")
            return items[function(range(len(keys)), key=keys.__getitem__)]

        guarded.__name__ = function.__name__
        guarded.__doc__ = f"The {'smallest' if function is min else 'largest'} of the values or items."
        return guarded

    def to_text(self, value: Value = "", encoding: Value = None) -> str:
        """The value as text; bytes need an encoding."""
        if value.__class__ is bytes and encoding is not None:
            return self.methods.decode(value, known_encoding(encoding))
        if value.__class__ not in NUMBERS:
            if value.__class__ not in SCALARS and value.__class__ not in SIZED:
                raise TypeError("a function has no text")
            charge_weight(self.meter, value)
        return str(self.methods.operators.checked(str(value)))

    def to_dict(self, items: Value = (), **named: Value) -> dict[Value, Value]:
        """A new object, from another one or from [key, value] pairs."""
        made: dict[Value, Value] = {}
        if items.__class__ is dict:
            self.meter.charge(len(items) * _ROUND)
            made.update(items)
        else:
            for name, item in self.walk(items):
                made[checked_key(name)] = item
        made.update(named)
        return made

    def to_set(self, items: Value = ()) -> set[Value]:
        """A new set; results cannot hold sets, so make a list of it in the end."""
        return {checked_key(item) for item in self.walk(items)}

    def to_bytes(self, items: Value = b"", encoding: Value = None) -> bytes:
        """Bytes from a list of numbers from 0 to 255, or from text with an encoding."""
        if items.__class__ is str and encoding is not None:
            return self.methods.encode(items, known_encoding(encoding))
        if items.__class__ is bytes:
            return bytes(items)
        if items.__class__ is not list:
            raise TypeError("bytes() takes a list of numbers from 0 to 255")
        self.meter.text(len(items))
        return bytes(items)


def to_int(value: Value = 0, base: Value = None) -> int:
    """The whole number of a number or text."""
    if value.__class__ in TEXTS and len(value) > _MAX_DIGITS:
        raise LimitReached("a number has too many digits")
    return int(value) if base is None else int(value, base)


def rounded(value: Value, digits: Value = None) -> Value:
    """The number rounded to so many decimals."""
    if digits is not None and not -400 < digits < 400:
        raise ValueError("round() takes up to 400 digits")
    return round(value, digits)


def to_float(value: Value = 0.0) -> float:
    """The number of a number or text, with a fraction."""
    if value.__class__ in TEXTS and len(value) > _MAX_DIGITS:
        raise LimitReached("a number has too many digits")
    return float(value)


def to_bool(value: Value = False) -> bool:
    """False for null, 0, empty text, list and object; True for everything else."""
    return bool(value)


def divided(value: Value, by: Value) -> list[Value]:
    """[whole quotient, remainder] of two numbers."""
    return list(divmod(value, by))


def character(code: int) -> str:
    """The character with this Unicode number; halves of surrogate pairs are none."""
    if 0xD800 <= code <= 0xDFFF:
        raise ValueError("a surrogate is not a character")
    return chr(code)


def hexadecimal(value: int) -> str:
    """The whole number in base 16, with 0x."""
    return hex(value)


def binary(value: int) -> str:
    """The whole number in base 2, with 0b."""
    return bin(value)


FREE_FUNCTIONS: dict[str, Function] = {
    "len": len,
    "abs": abs,
    "ord": ord,
    "divmod": divided,
    "int": to_int,
    "float": to_float,
    "bool": to_bool,
    "round": rounded,
    "chr": character,
    "hex": hexadecimal,
    "bin": binary,
}
"""Functions that need no meter."""
