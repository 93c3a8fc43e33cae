"""What a script does to its arguments: which it reads, and whether it could change any."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from engine.script.names import FRESH, words
from engine.script.proofs import Proofs
from engine.script.signature import Signature

_MUTATING = words("append clear discard extend insert pop popitem remove reverse sort add setdefault update")


@dataclass(frozen=True, slots=True)
class Effects:
    """The parameters that a source mentions, and whether it may write to what they hold."""

    reads: frozenset[str]
    writes: bool


def effects_of(tree: ast.Module, signature: Signature, proofs: Proofs) -> Effects:
    """The effects of a script, as its source shows them before it is rewritten."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    changed = [place for node in ast.walk(tree) for place in changes(node, proofs)]
    roots = {place.id if isinstance(place, ast.Name) else None for place in changed}
    return Effects(
        reads=frozenset(signature.parameters) & names,
        writes=not all(_is_own(root, proofs) for root in roots),
    )


def changes(node: ast.AST, proofs: Proofs) -> list[ast.expr]:
    """The expressions whose values a node changes where they are."""
    match node:
        case ast.Subscript(value=value) | ast.Attribute(value=value) if not isinstance(node.ctx, ast.Load):
            return [value]
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _MUTATING:
            return [value]
        case ast.AugAssign(target=target, op=ast.Add() | ast.BitOr(), value=value):
            # A list grows where it is; the place itself is seen as a target, if it is not a name.
            return [] if proofs.is_number(value) else [target]
    return []


def _is_own(root: str | None, proofs: Proofs) -> bool:
    """Whether the place is a name that the script gives nothing but new containers.

    Only the container itself is new, its items may be the arguments' own: so `out["a"] = 1` is harmless and
    `out["a"]["b"] = 1` is not.
    """
    if root is None:
        return False
    bindings = proofs.bindings.get(root, [])
    return bool(bindings) and all(value is not None and _is_new(value, proofs) for value in bindings)


def _is_new(value: ast.expr, proofs: Proofs) -> bool:
    displays = ast.Dict | ast.List | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
    if isinstance(value, displays) or proofs.is_scalar(value):
        return True
    if isinstance(value, ast.BinOp):
        # `own += more` is bound to `own + more`: still the same container.
        return isinstance(value.op, ast.Add | ast.BitOr)
    return proofs.calls(value, FRESH)
