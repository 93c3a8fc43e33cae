"""The operators that can cost more than a machine step, each paid for before it is carried out.

The policy calls these where it cannot prove that the operands are numbers.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from engine.script.kinds import NUMBERS, SCALARS, SIZED, TEXTS
from engine.script.limits import LimitReached, Meter
from engine.script.weigh import charge_weight
from engine.values import Value, name_of

# Python hashes an integer modulo this prime: larger keys could all be made to collide.
HASH_MODULUS = (1 << 61) - 1
SHORT_TEXT = 64
"""Texts up to this length are free: what makes them is counted in steps or rounds."""
_SMALL = 0xFFFFFFFF
_SEQUENCES = frozenset((str, bytes, list))
_SLICED = frozenset((str, bytes, list))
# `%c` makes lone surrogates, `%*d` takes a width from the data, three digits are a wide field.
_WILD_FORMAT = re.compile(r"%[^%a-zA-Z]*(?:[\d]{3,}|\*|[hlL]*c)")


class Operators:
    """Guarded operators that pay from one meter."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter

    def names(self) -> dict[str, Callable[..., Value]]:
        """The names under which the policy calls them."""
        return {
            "_checked_": self.checked,
            "_mul_": self.multiply,
            "_mod_": self.modulo,
            "_pow_": self.power,
            "_shl_": self.shift_left,
            "_or_": self._on_sets(operator.or_),
            "_and_": self._on_sets(operator.and_),
            "_xor_": self._on_sets(operator.xor),
            "_sub_": self._on_sets(operator.sub),
            "_iadd_": self.add_in_place,
            "_ior_": self.merge_in_place,
            "_eq_": self._comparing(operator.eq),
            "_ne_": self._comparing(operator.ne),
            "_lt_": self._comparing(operator.lt),
            "_le_": self._comparing(operator.le),
            "_gt_": self._comparing(operator.gt),
            "_ge_": self._comparing(operator.ge),
            "_in_": self.contains,
            "_slice_": self.slice,
            "_del_": self.delete,
            "_part_": self.part,
        }

    def checked(self, value: Value) -> Value:
        """The value, paid for, if it is within the limits; for results that were cheap to make."""
        kind = value.__class__
        if kind is str and len(value) <= SHORT_TEXT:
            return value
        if kind in TEXTS:
            self.meter.text(len(value))
        elif kind is int:
            self.meter.integer(value.bit_length())
        elif kind in SIZED:
            self.meter.items(len(value))
        return value

    def multiply(self, left: Value, right: Value) -> Value:
        """left * right, with the size known beforehand."""
        kind, other = left.__class__, right.__class__
        if kind is float or other is float:
            return left * right
        if kind is int and other is int:
            if not (-_SMALL < left < _SMALL and -_SMALL < right < _SMALL):
                self.meter.integer(left.bit_length() + right.bit_length())
            return left * right
        if other in _SEQUENCES:
            left, right = right, left
        if left.__class__ in _SEQUENCES and isinstance(right, int):
            self._repeated(left, max(right, 0))
        return left * right

    def _repeated(self, sequence: Value, times: int) -> None:
        size = len(sequence) * times
        if sequence.__class__ is list:
            self.meter.items(size)
        else:
            self.meter.text(size)

    def modulo(self, left: Value, right: Value) -> Value:
        """left % right: the remainder of numbers, or the text of a format with its values."""
        if left.__class__ is str:
            return self._formatted(left, right)
        if left.__class__ in TEXTS:
            raise TypeError("bytes have no % formatting")
        return left % right

    def _formatted(self, form: str, values: Value) -> str:
        if _WILD_FORMAT.search(form):
            raise LimitReached("a format may ask for widths up to 99, and not for %c")
        fields = form.count("%") - 2 * form.count("%%")
        if values.__class__ is list and fields != 1:
            values = tuple(values)
        # A named field can take the same value as often as the format likes.
        times = fields + 1 if values.__class__ is dict else 1
        self.meter.charge(len(form) + 400 * max(fields, 0))
        charge_weight(self.meter, _printable(values), times)
        text: str = self.checked(form % values)
        return text

    def power(self, base: Value, exponent: Value) -> Value:
        """base ** exponent; ValueError where mathematics would need a complex number."""
        if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
            bits = base.bit_length()
            self.meter.integer(bits * exponent if bits > 1 else 1)
        result = base**exponent
        if result.__class__ is complex:
            raise ValueError("a negative number has no real power with a fraction")
        return result

    def shift_left(self, value: Value, bits: Value) -> Value:
        """value << bits, with the size known beforehand."""
        if isinstance(value, int) and isinstance(bits, int):
            self.meter.integer(value.bit_length() + bits)
        return value << bits

    def _on_sets(self, operation: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
        def guarded(left: Value, right: Value) -> Value:
            if left.__class__ in NUMBERS:
                return operation(left, right)
            if left.__class__ is not right.__class__ or left.__class__ not in (set, dict):
                raise TypeError(f"no such operation on {_named(left)} and {_named(right)}")
            self.meter.charge(32 * (len(left) + len(right)))
            return self.checked(operation(left, right))

        return guarded

    def add_in_place(self, left: Value, right: Value) -> Value:
        """left += right: a list is extended where it stands."""
        if left.__class__ is not list:
            return self.checked(left + right)
        if right.__class__ not in SIZED:
            raise TypeError(f"a list cannot be extended by {_named(right)}")
        if len(left) + len(right) > self.meter.limits.items:
            self.meter.items(len(left) + len(right))
        self.meter.items(len(right))
        left += right
        return left

    def merge_in_place(self, left: Value, right: Value) -> Value:
        """left |= right: an object or set takes the other's items."""
        if left.__class__ in NUMBERS:
            return left | right
        if left.__class__ is not right.__class__ or left.__class__ not in (set, dict):
            raise TypeError(f"no such operation on {_named(left)} and {_named(right)}")
        self.meter.charge(32 * len(right))
        left |= right
        return self.checked(left)

    def _comparing(self, operation: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
        def guarded(left: Value, right: Value) -> Value:
            if left.__class__ not in SCALARS and right.__class__ not in SCALARS:
                charge_weight(self.meter, left)
                charge_weight(self.meter, right)
            return operation(left, right)

        return guarded

    def contains(self, item: Value, container: Value) -> bool:
        """item in container, paid for by what has to be looked through."""
        kind = container.__class__
        if kind is dict or kind is set:
            return item in container
        if kind not in SIZED:
            raise TypeError(f"'in' needs text, a list or an object, not {_named(container)}")
        self.meter.charge(len(container) >> 2)
        if kind is list or kind is tuple:
            self.search(container, item)
        return item in container

    def search(self, items: Value, item: Value) -> None:
        """Pay for comparing an item with each one of a list."""
        self.meter.charge(len(items) * 8)
        if item.__class__ in TEXTS:
            # Texts of one length are compared to their ends.
            self.meter.charge(len(items) * len(item) >> 3)
        elif item.__class__ not in SCALARS:
            charge_weight(self.meter, items)
            charge_weight(self.meter, item)

    def slice(self, sequence: Value, start: Value, stop: Value, step: Value) -> Value:
        """sequence[start:stop:step]."""
        if sequence.__class__ not in _SLICED:
            raise TypeError(f"only text, bytes and lists have slices, not {_named(sequence)}")
        part = sequence[start:stop:step]
        self.meter.charge(len(part) if sequence.__class__ in TEXTS else 8 * len(part))
        return part

    def delete(self, container: Value, key: Value) -> None:
        """del container[key]; what follows in a list moves up."""
        if container.__class__ is list:
            self.meter.charge(len(container))
        del container[key]

    def part(self, value: Value) -> Value:
        """A value that stands in a formatted text."""
        if value.__class__ is str:
            self.meter.charge(len(value))
        elif value.__class__ not in NUMBERS:
            charge_weight(self.meter, _printable(value))
        return value


def key(value: Value) -> Value:
    """The value, if it may be the key of an object or an item of a set."""
    kind = value.__class__
    if kind is int:
        if -HASH_MODULUS < value < HASH_MODULUS:
            return value
        raise LimitReached("an integer key is too large")
    if kind in SCALARS:
        return value
    raise TypeError(f"{_named(value)} cannot be a key")


def _printable(value: Value) -> Value:
    if value.__class__ in SCALARS or value.__class__ in SIZED:
        return value
    raise TypeError(f"{_named(value)} cannot be put into a text")


def _named(value: Value) -> str:
    return f"a value of type {name_of(value)}"
