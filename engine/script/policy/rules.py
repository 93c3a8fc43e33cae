"""The ground of the policy: what kinds of nodes exist at all, and how a refusal is recorded."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from itertools import islice
from typing import Any, TypeVar

from RestrictedPython.transformer import RestrictingNodeTransformer

from engine.errors import Problem
from engine.script.displays import Displays
from engine.script.names import words
from engine.script.proofs import Proofs
from engine.script.text import column_of

# Nobody reads more, and finding similar names takes time.
_MAX_PROBLEMS = 50
_LONG_NAME = 40

Node = TypeVar("Node", bound=ast.AST)

# A node that is not listed is refused, so a new Python cannot bring in anything that nobody looked at.
_ALLOWED = frozenset(
    getattr(ast, name)
    for name in words(
        "Module FunctionDef Lambda arguments arg Return Assign AugAssign AnnAssign Delete For While If Raise Try "
        "ExceptHandler Assert Expr Pass Break Continue BoolOp NamedExpr BinOp UnaryOp IfExp Dict Set List Tuple "
        "ListComp SetComp DictComp GeneratorExp comprehension Compare Call keyword FormattedValue JoinedStr "
        "Constant Attribute Subscript Slice Name Load Store Del And Or Add Sub Mult Div Mod Pow LShift RShift "
        "BitOr BitXor BitAnd FloorDiv Invert Not UAdd USub Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn"
    )
)
_REASONS = {
    "Import": "import is not allowed: the helpers are there without it",
    "ImportFrom": "import is not allowed: the helpers are there without it",
    "ClassDef": "classes are not allowed: use functions and objects like {...}",
    "With": "with is not allowed",
    "Yield": "yield is not allowed: return a list",
    "YieldFrom": "yield is not allowed: return a list",
    "Global": "global is not allowed: a script keeps nothing between calls",
    "Nonlocal": "nonlocal is not allowed: return the value, or change an object",
    "Starred": "* is not allowed here",
    "MatMult": "@ is not allowed",
    "Match": "match is not allowed: use if and elif",
    "TryStar": "except* is not allowed",
}


class Rules(RestrictingNodeTransformer):
    """Records problems with their places, and builds nodes; the other parts of the policy add the rules."""

    def __init__(self, proofs: Proofs, public: frozenset[str], lines: list[str], displays: Displays) -> None:
        super().__init__()
        self.proofs = proofs
        self.public = public
        self.lines = lines
        self.displays = displays
        self.problems: list[Problem] = []
        # Above zero where Python itself forbids `:=`, so that the policy must not use it either.
        self.without_walrus = 0

    def visit(self, node: ast.AST) -> Any:
        """Visit a node of an allowed kind; refuse any other."""
        if type(node) in _ALLOWED:
            new = super().visit(node)
            if isinstance(node, ast.expr):
                if node in self.displays.leaves:
                    return self._checked(new, "_plain_", self.displays.leaves[node])
                if node in self.displays.encoded:
                    return self._checked(new, "_plain_json_", self.displays.encoded[node])
            return new
        kind = type(node).__name__
        self.refuse(node, _REASONS.get(kind, f"{kind} is not allowed in scripts"))
        return node

    def _checked(self, new: ast.expr, check: str, is_given: bool) -> ast.expr:
        """A value of a display that is used when its type says that it is plain, and checked otherwise."""
        pair = self.twice(new)
        if pair is None:
            return at(self.call(check, new), new)
        fine = class_in(pair[0], "_given_" if is_given else "_constants_")
        return at(ast.IfExp(fine, pair[1], self.call(check, pair[1])), new)

    def contents(self, node: Node) -> Node:
        """Visit what a node is made of, and keep the node."""
        visited: Node = self.node_contents_visit(node)
        return visited

    def refuse(self, node: ast.AST, message: str) -> None:
        """Record a problem at the place of a node."""
        if len(self.problems) >= _MAX_PROBLEMS:
            return
        line = getattr(node, "lineno", 1)
        offset = getattr(node, "col_offset", 0)
        self.problems.append(Problem(message, code="policy", line=line, column=self.column(line, offset)))

    def error(self, node: ast.AST, info: str) -> None:
        """Where RestrictedPython's own checks report."""
        self.refuse(node, info)

    def column(self, line: int, offset: int) -> int:
        """The column, from 1 and in characters, of an offset in UTF-8 bytes."""
        return column_of(self.lines, line, offset)

    def call(self, name: str, *arguments: ast.expr) -> ast.Call:
        """A call of a guard."""
        return ast.Call(load(name), list(arguments), [])

    def twice(self, node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
        """An expression to use first and one to use after it, for the same value, evaluated once.

        None where that would take a `:=` that Python forbids.
        """
        if isinstance(node, ast.Name):
            return node, load(node.id)
        if self.without_walrus:
            return None
        name = self.gen_tmp_name()
        return ast.NamedExpr(ast.Name(name, ast.Store()), node), load(name)

    def unknown(self, node: ast.Name) -> None:
        """Refuse a name that means nothing."""
        if len(self.problems) >= _MAX_PROBLEMS or len(node.id) > _LONG_NAME:
            self.refuse(node, f"{node.id[:_LONG_NAME]!r} is not defined")
            return
        own = [name for name in islice(self.proofs.bindings, 200) if len(name) <= _LONG_NAME]
        close = get_close_matches(node.id, [*sorted(self.public), *own], n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        self.refuse(node, f"{node.id!r} is not defined{hint}")


def load(name: str) -> ast.Name:
    """The use of a name."""
    return ast.Name(name, ast.Load())


def class_in(first: ast.expr, name: str) -> ast.expr:
    """first.__class__ in name, for a name that stands for a set of types."""
    return ast.Compare(ast.Attribute(first, "__class__", ast.Load()), [ast.In()], [load(name)])


def at(node: Node, place: ast.AST) -> Node:
    """The new node, at the place of an old one."""
    return ast.fix_missing_locations(ast.copy_location(node, place))


def is_small(node: ast.expr) -> bool:
    """Whether a rewritten expression may stand twice in the code: anything larger could double at every level."""
    for _ in range(3):
        if isinstance(node, ast.Name | ast.Constant):
            return True
        if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)):
            return False
        node = node.value
    return False
