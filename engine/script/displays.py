"""Displays that a script returns or encodes: what stands in them is checked in place, not by a walk afterwards.

Most converters end in `return {"deviceName": p.name, ...}`. Its keys and its shape are known before it runs,
so each value needs one look at its type, and only what is not a scalar is walked.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from engine.script.effects import changes
from engine.script.names import words
from engine.script.proofs import Proofs
from engine.script.result import DISPLAY_DEPTH

MAX_LEAVES = 64
"""So that what the leaves hold together stays within a few times the limit of one."""
_JSON_ENCODE = words("json_encode")
_JSON_DECODE = words("json_decode")


@dataclass(slots=True)
class Displays:
    """What is to be checked in place.

    `leaves` are the values in returned displays, `encoded` those in displays that json_encode is given; True
    means that a number there is known to be fine. `calls` are those calls of json_encode. `whole` says that no
    other result can leave the script.
    """

    leaves: dict[ast.expr, bool] = field(default_factory=dict)
    encoded: dict[ast.expr, bool] = field(default_factory=dict)
    calls: set[ast.expr] = field(default_factory=set)
    whole: bool = False


def displays_of(tree: ast.Module, parameters: tuple[str, ...], proofs: Proofs) -> Displays:
    """The displays of a script, as they stand in its source before it is rewritten."""
    nodes = list(ast.walk(tree))
    found = Displays()
    # What is checked in place may raise there: a script that catches errors or has functions is left alone.
    if any(isinstance(node, ast.Try | ast.FunctionDef | ast.Lambda) for node in nodes):
        return found
    source = Source(parameters, proofs, any(changes(node, proofs) for node in nodes))
    for node in nodes:
        if isinstance(node, ast.Call) and proofs.calls(node, _JSON_ENCODE) and len(node.args) == 1:
            values = source.values(node.args[0])
            if values is not None and not node.keywords:
                found.encoded.update(values)
                found.calls.add(node)
    returned = [source.values(node.value) for node in nodes if isinstance(node, ast.Return)]
    found.whole = None not in returned
    if found.whole:
        for leaves in returned:
            found.leaves.update(leaves or {})
    return found


class Source:
    """Where the values of a script come from."""

    def __init__(self, parameters: tuple[str, ...], proofs: Proofs, is_changing: bool) -> None:
        self.parameters = frozenset(parameters) - {"payload"}
        self.proofs = proofs
        self.is_changing = is_changing

    def values(self, display: ast.expr | None) -> dict[ast.expr, bool] | None:
        """The leaves of a display; None when it is none, or one too large."""
        if display is None or _is_plain_constant(display) or self._is_answer(display):
            return {}
        found: dict[ast.expr, bool] = {}
        fits = isinstance(display, ast.Dict | ast.List) and self._collect(display, found, DISPLAY_DEPTH)
        return found if fits and len(found) <= MAX_LEAVES else None

    def _is_answer(self, node: ast.expr) -> bool:
        """Whether the expression is True, False or a text if it has a value at all."""
        negation = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        return negation or isinstance(node, ast.Compare) or self.proofs.is_text(node)

    def _collect(self, node: ast.expr, found: dict[ast.expr, bool], depth: int) -> bool:
        if isinstance(node, ast.Dict | ast.List):
            keys = node.keys if isinstance(node, ast.Dict) else []
            items = node.values if isinstance(node, ast.Dict) else node.elts
            named = all(isinstance(key, ast.Constant) and key.value.__class__ is str for key in keys)
            return depth > 0 and named and all(self._collect(item, found, depth - 1) for item in items)
        if not (_is_plain_constant(node) or self._is_answer(node)):
            found[node] = self._is_given(node)
        return True

    def _is_given(self, node: ast.expr | None) -> bool:
        """Whether the value comes as it is out of JSON that the script has not changed."""
        if self.is_changing:
            return False
        match node:
            case ast.Attribute(value=value):
                return self._is_given(value)
            case ast.Subscript(value=value, slice=place):
                return not isinstance(place, ast.Slice) and self._is_given(value)
            case ast.Name(id=name):
                values = self.proofs.bindings.get(name, [])
                if name in self.parameters:
                    return values == [None]
                return len(values) == 1 and self._is_decoded(values[0])
        return False

    def _is_decoded(self, value: ast.expr | None) -> bool:
        return value is not None and self.proofs.calls(value, _JSON_DECODE)


def _is_plain_constant(node: ast.expr) -> bool:
    if not isinstance(node, ast.Constant):
        return False
    value = node.value
    return (
        value is None or value.__class__ in (str, bool) or (value.__class__ is int and abs(value) < 1 << 63)
    )
