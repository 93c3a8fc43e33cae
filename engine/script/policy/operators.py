"""Operators: left as they are where the operands are proven harmless, guarded everywhere else."""

from __future__ import annotations

import ast

from engine.script.policy.rules import Rules, at, class_in, is_small
from engine.script.proofs import is_small_int

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "_eq_",
    ast.NotEq: "_ne_",
    ast.Lt: "_lt_",
    ast.LtE: "_le_",
    ast.Gt: "_gt_",
    ast.GtE: "_ge_",
}
_ON_SETS: dict[type[ast.operator], str] = {
    ast.BitOr: "_or_",
    ast.BitAnd: "_and_",
    ast.BitXor: "_xor_",
    ast.Sub: "_sub_",
}


class OperatorRules(Rules):
    """Arithmetic, comparison and formatted texts."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Guard what is not proven to be arithmetic on numbers."""
        left, right = node.left, node.right
        new_left = self.visit(left)
        # The values of "%s %s" % (a, b) are the one tuple that is not made a list.
        new_right = self.contents(right) if isinstance(right, ast.Tuple) else self.visit(right)
        return at(self.operation(node.op, new_left, new_right, left, right), node)

    def operation(
        self, op: ast.operator, left: ast.expr, right: ast.expr, old_left: ast.expr, old_right: ast.expr
    ) -> ast.expr:
        """The rewritten `left op right`; the old operands are what proofs are known about."""
        self.visit(op)
        plain = ast.BinOp(left, op, right)
        numbers = [self.proofs.is_number(old_left), self.proofs.is_number(old_right)]
        match op:
            case ast.Add():
                return plain if any(numbers) else self._addition(plain)
            case ast.Mult():
                return plain if self._is_bounded_product(old_left, old_right) else self._product(plain)
            case ast.Mod():
                return plain if numbers[0] else self.call("_mod_", left, right)
            case ast.Pow():
                return self.call("_pow_", left, right)
            case ast.LShift():
                # Only integers have it, and one operation cannot add more than the constant.
                few = isinstance(right, ast.Constant) and isinstance(right.value, int) and right.value <= 64
                return plain if few else self.call("_shl_", left, right)
        guard = _ON_SETS.get(type(op))
        return plain if guard is None or any(numbers) else self.call(guard, left, right)

    def _addition(self, plain: ast.BinOp) -> ast.expr:
        """(t if (t := left + right).__class__ in _NUMBERS_ else _checked_(t)): numbers cost no call."""
        pair = self.twice(plain)
        if pair is None:
            return self.call("_checked_", plain)
        return ast.IfExp(class_in(pair[0], "_NUMBERS_"), pair[1], self.call("_checked_", pair[1]))

    def _is_bounded_product(self, left: ast.expr, right: ast.expr) -> bool:
        proofs = self.proofs
        if proofs.is_float(left) or proofs.is_float(right):
            return True
        numbers = proofs.is_number(left) and proofs.is_number(right)
        return numbers and (is_small_int(left) or is_small_int(right))

    def _product(self, plain: ast.BinOp) -> ast.expr:
        """(left * 10 if left.__class__ in _NUMBERS_ else _mul_(left, 10)): growth by a constant is slow."""
        guard = self.call("_mul_", plain.left, plain.right)
        if is_small(plain.left) and is_small_int(plain.right):
            return ast.IfExp(class_in(plain.left, "_NUMBERS_"), plain, guard)
        return guard

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Guard what may compare two large values; a < b < c becomes a < b and b < c."""
        old = [node.left, *node.comparators]
        new = [self.visit(node.left)]
        new += [self._comparator(op, right) for op, right in zip(node.ops, node.comparators, strict=True)]
        triples = list(zip(node.ops, old, old[1:], strict=False))
        if all(self._is_cheap(*triple) for triple in triples):
            return at(ast.Compare(new[0], node.ops, new[1:]), node)
        parts: list[ast.expr] = []
        left = new[0]
        for (op, *pair), right in zip(triples, new[1:], strict=True):
            last = right is new[-1]
            uses = (right, right) if last or isinstance(right, ast.Constant) else self.twice(right)
            if uses is None:
                self.refuse(node, "a chain of comparisons is not allowed here: use `and`")
                return node
            parts.append(at(self._comparison(op, left, uses[0], self._is_cheap(op, *pair)), node))
            left = uses[1]
        return parts[0] if len(parts) == 1 else at(ast.BoolOp(ast.And(), parts), node)

    def _comparator(self, op: ast.cmpop, node: ast.expr) -> ast.expr:
        self.visit(op)
        if isinstance(op, ast.In | ast.NotIn) and _is_constants(node):
            # Python makes one constant of it.
            return self.contents(node)
        visited: ast.expr = self.visit(node)
        return visited

    def _is_cheap(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> bool:
        if isinstance(op, ast.Is | ast.IsNot):
            return True
        if isinstance(op, ast.In | ast.NotIn):
            return _is_constants(right)
        return self.proofs.is_scalar(left) or self.proofs.is_scalar(right)

    def _comparison(self, op: ast.cmpop, left: ast.expr, right: ast.expr, cheap: bool) -> ast.expr:
        plain = ast.Compare(left, [op], [right])
        if cheap:
            return plain
        small = is_small(left) and is_small(right)
        if isinstance(op, ast.In | ast.NotIn):
            quick = ast.Compare(left, [ast.In()], [right])
            found: ast.expr = self.call("_in_", left, right)
            if small:
                found = ast.IfExp(class_in(right, "_OBJECTS_"), quick, found)
            return found if isinstance(op, ast.In) else ast.UnaryOp(ast.Not(), found)
        guard = self.call(_COMPARISONS[type(op)], left, right)
        return ast.IfExp(class_in(left, "_SCALARS_"), plain, guard) if small else guard

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        """A part of an f-string: its format is a constant with widths up to 99."""
        if node.format_spec is not None and not _is_tame(node.format_spec):
            self.refuse(node, "a format is a constant with widths up to 99, and not c")
        value = self.visit(node.value)
        if not self.proofs.is_number(node.value):
            value = self.call("_part_", value)
        return at(ast.FormattedValue(value, node.conversion, node.format_spec), node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        """An f-string; its length is known only when it is made."""
        values = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        bounded = all(self.proofs.is_number(value) for value in values)
        text = self.contents(node)
        return text if bounded else at(self.call("_checked_", text), node)


def _is_constants(node: ast.expr) -> bool:
    """Whether the expression is a display of constants."""
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return False
    return all(isinstance(item, ast.Constant) for item in node.elts)


def _is_tame(spec: ast.expr) -> bool:
    parts = spec.values if isinstance(spec, ast.JoinedStr) else [spec]
    texts = [part.value for part in parts if isinstance(part, ast.Constant)]
    text = "".join(map(str, texts))
    digits = "".join(char if char.isdigit() else " " for char in text).split()
    return len(texts) == len(parts) and not text.endswith("c") and all(len(number) < 3 for number in digits)
