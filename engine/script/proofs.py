"""What can be said about a script's expressions before it runs.

Everything here errs on one side: a proof that is not found costs a guard, never the safety.
"""

from __future__ import annotations

import ast
from collections import defaultdict

from engine.script.names import FLOATING, MATH_CONSTANTS, MATH_FUNCTIONS, NUMERIC, TEXTUAL

_ALWAYS_NUMBERS = (ast.Div, ast.FloorDiv, ast.RShift, ast.LShift, ast.Pow)
# If one side is a number, then so is the result, or there is none.
_NUMBERS_BY_ONE = (ast.Add, ast.Sub, ast.BitAnd, ast.BitOr, ast.BitXor)
_Binding = ast.expr | None


class _Counter(ast.expr):
    """Stands for the numbers that `range` or `enumerate` count."""

    _fields = ("function",)
    function: str

    def __init__(self, function: str) -> None:
        super().__init__()
        self.function = function


class Proofs:
    """What is known about the expressions of one script; asked before the script is rewritten."""

    def __init__(self, tree: ast.Module, parameters: tuple[str, ...]) -> None:
        self.bindings = _bindings(tree)
        for name in parameters:
            self.bindings.setdefault(name, []).append(None)
        self._numbers: dict[ast.expr, bool] = {}
        self._floats: dict[ast.expr, bool] = {}
        self._scalars: dict[ast.expr, bool] = {}
        self._names: dict[str, bool] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):
                self.is_float(node)
                self.is_scalar(node)

    def is_bound(self, name: str) -> bool:
        """Whether the script gives this name a meaning of its own anywhere."""
        return name in self.bindings

    def calls(self, node: ast.expr, names: frozenset[str]) -> bool:
        """Whether the expression is a call of one of these functions, and not of a namesake."""
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in names
            and not self.is_bound(node.func.id)
        )

    def math_name(self, node: ast.expr) -> str | None:
        """The name that is taken from `math`, if the expression is math.name."""
        match node:
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if not self.is_bound("math"):
                return name
        return None

    def is_number(self, node: ast.expr) -> bool:
        """Whether the expression is an int, float or bool if it has a value at all."""
        if node not in self._numbers:
            self._numbers[node] = self._find_number(node)
        return self._numbers[node]

    def _find_number(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant(value=value):
                return isinstance(value, int | float)
            case ast.BinOp():
                return self._is_number_of(node)
            case ast.UnaryOp() | ast.Compare():
                return True
            case ast.IfExp(body=body, orelse=orelse):
                return self.is_number(body) and self.is_number(orelse)
            case ast.BoolOp(values=values):
                return all(self.is_number(value) for value in values)
            case ast.NamedExpr(value=value):
                return self.is_number(value)
            case _Counter(function=function):
                return not self.is_bound(function)
            case ast.Name(id=name):
                return self._is_number_name(name)
            case ast.Attribute():
                return self.math_name(node) in MATH_CONSTANTS
            case ast.Call(func=func):
                return self.calls(node, NUMERIC) or self.math_name(func) in MATH_FUNCTIONS
        return False

    def _is_number_of(self, node: ast.BinOp) -> bool:
        left, right = node.left, node.right
        if isinstance(node.op, _ALWAYS_NUMBERS):
            return True
        if isinstance(node.op, _NUMBERS_BY_ONE):
            return self.is_number(left) or self.is_number(right)
        if isinstance(node.op, ast.Mult):
            both = self.is_number(left) and self.is_number(right)
            return both or self.is_float(left) or self.is_float(right)
        # A text on the left of % is a format.
        return isinstance(node.op, ast.Mod) and self.is_number(left)

    def _is_number_name(self, name: str) -> bool:
        if name not in self._names:
            # While the name is being looked at, it counts as unknown: `x += y` proves nothing by itself.
            self._names[name] = False
            values = self.bindings.get(name, [None])
            self._names[name] = all(value is not None and self._find_number(value) for value in values)
        return self._names[name]

    def is_float(self, node: ast.expr) -> bool:
        """Whether the expression is a float if it has a value at all."""
        if node not in self._floats:
            self._floats[node] = self._find_float(node)
        return self._floats[node]

    def _find_float(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Constant):
            return isinstance(node.value, float)
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Div):
                return True
            sums = isinstance(node.op, ast.Add | ast.Sub | ast.Mult)
            return sums and (self.is_float(node.left) or self.is_float(node.right))
        return self.calls(node, FLOATING)

    def is_text(self, node: ast.expr) -> bool:
        """Whether the expression is a text if it has a value at all."""
        return isinstance(node, ast.JoinedStr) or self.calls(node, TEXTUAL)

    def is_scalar(self, node: ast.expr) -> bool:
        """Whether comparing with the expression is cheap: it is a number, a text or null."""
        if node not in self._scalars:
            constant = isinstance(node, ast.Constant)
            self._scalars[node] = constant or self.is_number(node) or self.is_text(node)
        return self._scalars[node]


def is_small_int(node: ast.expr) -> bool:
    """Whether the expression is an integer constant of up to 32 bits."""
    return isinstance(node, ast.Constant) and node.value.__class__ is int and abs(node.value) <= 0xFFFFFFFF


def _bindings(tree: ast.Module) -> dict[str, list[_Binding]]:
    """Every value that a name is given anywhere in the script; None stands for an unknown value.

    Scopes are not told apart: a name is known only if it is known everywhere.
    """
    found: dict[str, list[_Binding]] = defaultdict(list)
    known: set[ast.expr] = set()
    for node in ast.walk(tree):
        for target, value in _known_bindings(node):
            known.add(target)
            found[target.id].append(value)
    for node in ast.walk(tree):
        for name in _bound_names(node, known):
            found[name].append(None)
    return dict(found)


def _known_bindings(node: ast.AST) -> list[tuple[ast.Name, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            return [(target, value) for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
            return [(target, value)]
        case ast.NamedExpr(target=ast.Name() as target, value=value):
            return [(target, value)]
        case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
            return [(target, ast.BinOp(ast.Name(target.id, ast.Load()), op, value))]
        case ast.For(target=target, iter=items) | ast.comprehension(target=target, iter=items):
            return _counters(target, items)
    return []


def _counters(target: ast.expr, items: ast.expr) -> list[tuple[ast.Name, ast.expr]]:
    match target, items:
        case ast.Name(), ast.Call(func=ast.Name(id="range")):
            return [(target, _Counter(function="range"))]
        case ast.Tuple(elts=[ast.Name() as first, *_]), ast.Call(func=ast.Name(id="enumerate")):
            return [(first, _Counter(function="enumerate"))]
    return []


def _bound_names(node: ast.AST, known: set[ast.expr]) -> list[str]:
    match node:
        case ast.Name(id=name) if not isinstance(node.ctx, ast.Load) and node not in known:
            return [name]
        case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ExceptHandler(name=str() as name):
            return [name]
    return []
