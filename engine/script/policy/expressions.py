"""Names, fields, calls and displays: what a script may reach."""

from __future__ import annotations

import ast

from engine.script.methods import DIRECT, GUARDED
from engine.script.names import EXCEPTIONS, MATH_CONSTANTS, MATH_FUNCTIONS, TYPES
from engine.script.policy.operators import OperatorRules
from engine.script.policy.rules import at, load

_MAX_CONSTANT_BITS = 4096


class ExpressionRules(OperatorRules):
    """Everything that has a value, except for operators."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Constants of JSON, and bytes."""
        value = node.value
        if isinstance(value, complex) or value is ...:
            self.refuse(node, f"{value!r} is not allowed in scripts")
        elif value.__class__ is int and value.bit_length() > _MAX_CONSTANT_BITS:
            self.refuse(node, f"an integer may have {_MAX_CONSTANT_BITS} bits")
        elif isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
            self.refuse(node, "a text cannot hold a half of a surrogate pair")
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Names of the script itself, and public functions; nothing with an underscore in front."""
        name = node.id
        self.check_name(node, name)
        if not isinstance(node.ctx, ast.Load) or self.proofs.is_bound(name) or name.startswith("_"):
            return node
        if name in EXCEPTIONS:
            self.refuse(node, f"{name} is used in `raise` and `except` only")
        elif name == "math":
            self.refuse(node, "math is used as in math.sqrt(x)")
        elif name == "isinstance":
            self.refuse(node, "isinstance is used as in isinstance(x, str)")
        elif name not in self.public:
            self.unknown(node)
        return node

    def check_name(self, node: ast.AST, name: str | None, allow_magic_methods: bool = False) -> None:
        """Names that begin with an underscore belong to the guards."""
        if name is not None and name.startswith("_") and name != "_":
            self.refuse(node, f"the name {name!r} begins with an underscore, which is not allowed")

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """`x.name` is `x["name"]`, and `math.name` is what it says."""
        taken = self.proofs.math_name(node)
        if taken is not None:
            return self._of_math(node, taken)
        field = ast.Subscript(self.visit(node.value), ast.Constant(node.attr), node.ctx)
        return at(field, node)

    def _of_math(self, node: ast.Attribute, name: str) -> ast.expr:
        if name in MATH_CONSTANTS and isinstance(node.ctx, ast.Load):
            return at(ast.Constant(MATH_CONSTANTS[name]), node)
        if name not in MATH_FUNCTIONS or not isinstance(node.ctx, ast.Load):
            self.refuse(node, f"math.{name} is not available")
        return at(load(f"_math_{name}_"), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """An index or key; a slice can be read, not written."""
        value = self.visit(node.value)
        if isinstance(node.slice, ast.Tuple):
            self.refuse(node, "a key is one value")
        if not isinstance(node.slice, ast.Slice):
            index = self.visit(node.slice)
            if isinstance(node.ctx, ast.Store):
                index = self.key(index)
            return at(ast.Subscript(value, index, node.ctx), node)
        if not isinstance(node.ctx, ast.Load):
            self.refuse(node, "a slice cannot be assigned to")
        bounds = (node.slice.lower, node.slice.upper, node.slice.step)
        new = [ast.Constant(None) if bound is None else self.visit(bound) for bound in bounds]
        return at(self.call("_slice_", value, *new), node)

    def key(self, key: ast.expr) -> ast.expr:
        """A rewritten key, checked if it may be something else than text."""
        if isinstance(key, ast.Constant | ast.JoinedStr):
            return key
        pair = self.twice(key)
        if pair is None:
            return at(self.call("_key_", key), key)
        return at(_if_text(pair, self.call("_key_", pair[1])), key)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Calls of functions by value, and of methods by name."""
        for keyword in node.keywords:
            if keyword.arg is None:
                self.refuse(keyword.value, "** is not allowed here")
            elif keyword.arg.startswith("_"):
                self.refuse(keyword.value, f"the name {keyword.arg!r} begins with an underscore")
        if isinstance(node.func, ast.Attribute) and self.proofs.math_name(node.func) is None:
            return self._method(node, node.func)
        if self.proofs.calls(node, frozenset(("isinstance",))):
            return self._isinstance(node)
        quick = "_encoded_" if node in self.displays.calls else self._quick_function(node)
        node = self.contents(node)
        if quick is not None:
            node.func = at(load(quick), node.func)
        return node

    def _method(self, node: ast.Call, func: ast.Attribute) -> ast.expr:
        name = func.attr
        value = self.visit(func.value)
        arguments = [self._argument(name, argument) for argument in node.args]
        keywords = [self.visit(keyword) for keyword in node.keywords]
        if name in DIRECT:
            return at(ast.Call(at(ast.Attribute(value, name, ast.Load()), func), arguments, keywords), node)
        if name not in GUARDED:
            self.refuse(node, f"there is no method {name}()")
        return at(ast.Call(load(f"_m_{name}"), [value, *arguments], keywords), node)

    def _argument(self, method: str, node: ast.expr) -> ast.expr:
        if method in ("startswith", "endswith") and isinstance(node, ast.Tuple):
            return self.contents(node)
        visited: ast.expr = self.visit(node)
        return visited

    def _isinstance(self, node: ast.Call) -> ast.expr:
        if len(node.args) != 2 or node.keywords:
            self.refuse(node, "isinstance is used as in isinstance(x, str)")
            return node
        asked = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
        names = [kind.id for kind in asked if isinstance(kind, ast.Name) and kind.id in TYPES]
        if len(names) != len(asked):
            self.refuse(node.args[1], f"isinstance knows {', '.join(TYPES)}")
        kinds = ast.Tuple([load(f"_t_{name}_") for name in names], ast.Load())
        return at(self.call("_isinstance_", self.visit(node.args[0]), kinds), node)

    def _quick_function(self, node: ast.Call) -> str | None:
        """The C function that may stand in for a guarded one, as far as can be proven beforehand."""
        if node.keywords or not isinstance(node.func, ast.Name) or self.proofs.is_bound(node.func.id):
            return None
        name, count = node.func.id, len(node.args)
        numbers = sum(map(self.proofs.is_number, node.args))
        if name in ("min", "max"):
            # With one unknown, every comparison has a number on one side.
            return f"_{name}_" if count >= 2 and numbers >= count - 1 else None
        if name == "round":
            return "_round_" if count == 1 or (count == 2 and _is_few(node.args[1])) else None
        if name in ("int", "float", "str"):
            return f"_t_{name}_" if count == 1 and numbers == 1 else None
        return "_t_bool_" if name == "bool" and count == 1 else None

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        """A tuple is a list: tuples can be keys, and nested ones would take for ever to hash."""
        node = self.contents(node)
        return at(ast.List(node.elts, ast.Load()), node) if isinstance(node.ctx, ast.Load) else node

    def visit_List(self, node: ast.List) -> ast.expr:
        """A list display; as a target it would unpack."""
        if not isinstance(node.ctx, ast.Load):
            self.refuse(node, "unpack into names without brackets")
        return self.contents(node)

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        """An object display."""
        if None in node.keys:
            self.refuse(node, "** is not allowed here")
            return node
        node = self.contents(node)
        node.keys = [None if key is None else self.key(key) for key in node.keys]
        return node

    def visit_Set(self, node: ast.Set) -> ast.expr:
        """A set display."""
        node = self.contents(node)
        node.elts = [self.key(item) for item in node.elts]
        return node


def _if_text(pair: tuple[ast.expr, ast.expr], otherwise: ast.expr) -> ast.expr:
    """pair[1] if pair[0] is a text, and otherwise something else."""
    test = ast.Compare(ast.Attribute(pair[0], "__class__", ast.Load()), [ast.Is()], [load("_t_str_")])
    return ast.IfExp(test, pair[1], otherwise)


def _is_few(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and -400 < node.value < 400
