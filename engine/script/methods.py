"""The methods that scripts may call, and what the costly ones pay.

A method that takes constant time and makes nothing large is called as it is (DIRECT). All others go through a
guard of the same name, which looks at the real type: nothing here trusts what the source seems to say.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from engine.script.kinds import NUMBERS, SIZED, TEXTS
from engine.script.limits import Meter
from engine.script.names import words
from engine.script.operators import SHORT_TEXT, Operators, key
from engine.script.weigh import charge_weight
from engine.values import Value, name_of

Guard = Callable[..., Value]

DIRECT = words("get append clear discard startswith endswith bit_length is_integer")
# Linear in the text, and the result is hardly larger than the text.
_LINEAR = words(
    "upper lower title capitalize swapcase casefold removeprefix removesuffix find partition index count copy "
    "isdigit isalpha isalnum isspace isupper islower isnumeric isdecimal isascii"
)
# CPython searches backwards, and strips, in time length * length.
_QUADRATIC = words("rfind rindex rpartition strip lstrip rstrip")
_PADDING = words("ljust rjust center zfill")
_SETS = words("union intersection difference symmetric_difference issubset issuperset")
_OWN = words(
    "split rsplit splitlines join replace encode decode hex extend insert pop popitem remove reverse sort add "
    "setdefault update items keys values"
)
_ENCODINGS = frozenset(("utf-8", "utf8", "ascii", "latin-1", "latin1"))
GUARDED = _LINEAR | _QUADRATIC | _PADDING | _SETS | _OWN
_TYPES = (str, bytes, list, dict, set)


class Methods:
    """Guarded methods that pay from one meter."""

    def __init__(self, meter: Meter, operators: Operators) -> None:
        self.meter = meter
        self.operators = operators

    def names(self) -> dict[str, Guard]:
        """The names under which the policy calls them: `_m_` and the method's name."""
        guards: dict[str, Guard] = {}
        guards |= {name: self._linear(name) for name in _LINEAR}
        guards |= {name: self._quadratic(name) for name in _QUADRATIC}
        guards |= {name: self._padding(name) for name in _PADDING}
        guards |= {name: self._on_sets(name) for name in _SETS}
        guards |= {name: getattr(self, name) for name in _OWN}
        return {f"_m_{name}": guard for name, guard in guards.items()}

    def _linear(self, name: str) -> Guard:
        methods = _TABLE[name]
        searches = name in ("index", "count")

        def guarded(value: Value, *args: Value) -> Value:
            method = _method(methods, value, name)
            if value.__class__ is not str or len(value) > SHORT_TEXT:
                self.meter.charge(len(value) + 16)
            if searches and value.__class__ is list and args:
                self.operators.search(value, args[0])
            result = method(value, *args)
            return list(result) if result.__class__ is tuple else self.operators.checked(result)

        return guarded

    def _quadratic(self, name: str) -> Guard:
        methods = _TABLE[name]

        def guarded(value: Value, *args: Value) -> Value:
            method = _method(methods, value, name)
            needle = len(args[0]) if args and args[0].__class__ in TEXTS else 1
            self.meter.charge(len(value) + (len(value) * needle >> 6))
            result = method(value, *args)
            return list(result) if result.__class__ is tuple else result

        return guarded

    def _padding(self, name: str) -> Guard:
        methods = _TABLE[name]

        def guarded(value: Value, width: Value, *fill: Value) -> Value:
            method = _method(methods, value, name)
            self.meter.text(max(_whole(width), len(value)))
            return method(value, width, *fill)

        return guarded

    def _on_sets(self, name: str) -> Guard:
        method = getattr(set, name)

        def guarded(value: Value, *others: Value) -> Value:
            _expect(value, set, name)
            for other in others:
                _expect(other, set, name)
            self.meter.charge(32 * sum(map(len, (value, *others))))
            return self.operators.checked(method(value, *others))

        return guarded

    def split(self, text: Value, sep: Value = None, maxsplit: Value = -1) -> list[Value]:
        """The parts of a text or bytes between separators, or between spaces."""
        return self._parts(_method(_TABLE["split"], text, "split")(text, sep, maxsplit), text)

    def rsplit(self, text: Value, sep: Value = None, maxsplit: Value = -1) -> list[Value]:
        """Like split, from the end; pays for searching backwards."""
        method = _method(_TABLE["rsplit"], text, "rsplit")
        if sep.__class__ in TEXTS:
            self.meter.charge(len(text) * len(sep) >> 6)
        return self._parts(method(text, sep, maxsplit), text)

    def splitlines(self, text: Value) -> list[Value]:
        """The lines of a text."""
        return self._parts(_method(_TABLE["splitlines"], text, "splitlines")(text), text)

    def _parts(self, parts: list[Value], text: Value) -> list[Value]:
        self.meter.charge(len(text) + 48 * len(parts))
        self.meter.items(len(parts))
        return parts

    def join(self, glue: Value, parts: Value) -> Value:
        """The parts with the glue between them."""
        kind = glue.__class__
        if kind not in TEXTS or parts.__class__ not in SIZED:
            raise TypeError("join is called on a text, with a list of texts")
        parts = list(parts)
        if any(part.__class__ is not kind for part in parts):
            raise TypeError("join needs a list of texts")
        self.meter.text(len(glue) * len(parts) + sum(map(len, parts)))
        self.meter.charge(8 * len(parts))
        return glue.join(parts)

    def replace(self, text: Value, old: Value, new: Value, count: Value = -1) -> Value:
        """The text with `old` replaced by `new`."""
        method = _method(_TABLE["replace"], text, "replace")
        places = text.count(old) if old else len(text) + 1
        self.meter.charge(len(text))
        self.meter.text(len(text) + places * max(0, len(new) - len(old)))
        return method(text, old, new, count)

    def encode(self, text: Value, encoding: str = "utf-8") -> bytes:
        """The bytes of a text."""
        _expect(text, str, "encode")
        self.meter.charge(len(text))
        coded: bytes = text.encode(known_encoding(encoding))
        return coded

    def decode(self, data: Value, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The text of bytes."""
        _expect(data, bytes, "decode")
        if errors not in ("strict", "replace", "ignore"):
            raise ValueError("errors is strict, replace or ignore")
        self.meter.charge(len(data))
        text: str = data.decode(known_encoding(encoding), errors)
        return text

    def hex(self, data: Value) -> Value:
        """The bytes as hexadecimal text."""
        _expect(data, bytes, "hex")
        self.meter.text(2 * len(data))
        return data.hex()

    def extend(self, items: Value, more: Value) -> None:
        """Append all of `more`."""
        _expect(items, list, "extend")
        self.operators.add_in_place(items, more)

    def insert(self, items: Value, index: Value, item: Value) -> None:
        """Put an item before the one at `index`."""
        _expect(items, list, "insert")
        self.meter.charge(len(items) + 8)
        items.insert(index, item)

    def pop(self, container: Value, *args: Value) -> Value:
        """Take an item out and return it."""
        method = _method(_TABLE["pop"], container, "pop")
        if args and container.__class__ is list:
            self.meter.charge(len(container))
        return method(container, *args)

    def popitem(self, container: Value) -> list[Value]:
        """Take the newest [key, value] out of an object."""
        _expect(container, dict, "popitem")
        return list(container.popitem())

    def remove(self, container: Value, item: Value) -> None:
        """Take an item out of a list or set."""
        if container.__class__ is list:
            self.operators.search(container, item)
        else:
            _expect(container, set, "remove")
        container.remove(item)

    def reverse(self, items: Value) -> None:
        """Turn a list round."""
        _expect(items, list, "reverse")
        self.meter.charge(len(items))
        items.reverse()

    def sort(self, items: Value, *, key: Guard | None = None, reverse: Value = False) -> None:
        """Sort a list where it stands."""
        _expect(items, list, "sort")
        items[:] = self.sorted(list(items), key, reverse)

    def sorted(self, items: list[Value], key: Guard | None, reverse: Value) -> list[Value]:
        """The items in order.

        The keys are taken first, so that they can be weighed: it is the keys that get compared, each about
        log2(n) times, and long equal texts or nested lists make that dear.
        """
        keys = items if key is None else [key(item) for item in items]
        self.meter.charge(20 * len(items))
        if not NUMBERS.issuperset(map(type, keys)):
            charge_weight(self.meter, keys, max(1, len(keys).bit_length()))
        if key is None:
            return sorted(items, reverse=bool(reverse))
        pairs = sorted(zip(keys, items, strict=True), key=itemgetter(0), reverse=bool(reverse))
        return [item for _, item in pairs]

    def add(self, container: Value, item: Value) -> None:
        """Put an item into a set."""
        _expect(container, set, "add")
        container.add(key(item))

    def setdefault(self, container: Value, name: Value, default: Value = None) -> Value:
        """The value of a key, which is set to the default if it is missing."""
        _expect(container, dict, "setdefault")
        return container.setdefault(key(name), default)

    def update(self, container: Value, other: Value) -> None:
        """Take over the items of another object or set."""
        self.operators.merge_in_place(container, other)

    def items(self, container: Value) -> list[Value]:
        """The [key, value] pairs of an object."""
        _expect(container, dict, "items")
        self.meter.charge(64 * len(container))
        return [[name, item] for name, item in container.items()]

    def keys(self, container: Value) -> list[Value]:
        """The keys of an object."""
        _expect(container, dict, "keys")
        self.meter.items(len(container))
        return list(container)

    def values(self, container: Value) -> list[Value]:
        """The values of an object."""
        _expect(container, dict, "values")
        self.meter.items(len(container))
        return list(container.values())


def known_encoding(encoding: Value) -> str:
    """The encoding, if it is utf-8, ascii or latin-1; ValueError otherwise."""
    if encoding.__class__ is str and encoding.lower() in _ENCODINGS:
        return str(encoding)
    raise ValueError("the encodings are utf-8, ascii and latin-1")


_TABLE: dict[str, dict[type, Guard]] = {
    name: {kind: getattr(kind, name) for kind in _TYPES if hasattr(kind, name)}
    for name in (*_LINEAR, *_QUADRATIC, *_PADDING, "split", "rsplit", "splitlines", "replace", "pop")
}


def _method(methods: dict[type, Guard], value: Value, name: str) -> Guard:
    method = methods.get(value.__class__)
    if method is None:
        raise AttributeError(f"a value of type {name_of(value)} has no method {name}()")
    return method


def _expect(value: Value, kind: type, name: str) -> None:
    if value.__class__ is not kind:
        raise AttributeError(f"a value of type {name_of(value)} has no method {name}()")


def _whole(width: Value) -> int:
    if isinstance(width, int):
        return width
    raise TypeError("a width is a whole number")
