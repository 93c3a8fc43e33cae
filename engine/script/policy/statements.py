"""Statements, loops and functions: what a script may do."""

from __future__ import annotations

import ast

from engine.script.names import EXCEPTIONS
from engine.script.policy.expressions import ExpressionRules
from engine.script.policy.rules import at, load


class Policy(ExpressionRules):
    """The whole policy for Python scripts."""

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """Assignments; `a, b = b, a` stays a swap."""
        value = node.value
        unpacks = isinstance(node.targets[0], ast.Tuple) and len(node.targets) == 1
        new = self.contents(value) if unpacks and isinstance(value, ast.Tuple) else self.visit(value)
        return at(ast.Assign([self.visit(target) for target in node.targets], new), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        """An annotation is dropped unread."""
        if node.value is None or not isinstance(node.target, ast.Name):
            self.refuse(node, "an annotation needs a name and a value")
            return node
        return at(ast.Assign([self.visit(node.target)], self.visit(node.value)), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """`x op= value`, where x is a name, a field or an index; container and key are evaluated once."""
        target = node.target
        if isinstance(target, ast.Name):
            self.visit(target)
            return [
                self._augmented(node, [ast.Name(target.id, ast.Store())], load(target.id), load(target.id))
            ]
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            self.refuse(node, "a slice cannot be assigned to")
            return [node]
        container, key = self.gen_tmp_name(), self.gen_tmp_name()
        place = target.slice if isinstance(target, ast.Subscript) else ast.Constant(target.attr)
        if isinstance(place, ast.Tuple):
            self.refuse(node, "a key is one value")
        current = ast.Subscript(load(container), load(key), ast.Load())
        stored = ast.Subscript(load(container), load(key), ast.Store())
        # The read comes first, so a key that is not there yet fails before it could be stored.
        return [
            at(ast.Assign([ast.Name(container, ast.Store())], self.visit(target.value)), node),
            at(ast.Assign([ast.Name(key, ast.Store())], self.key(self.visit(at(place, target)))), node),
            self._augmented(node, [stored], at(current, target), current),
        ]

    def _augmented(
        self, node: ast.AugAssign, targets: list[ast.expr], new: ast.expr, old: ast.expr
    ) -> ast.stmt:
        value = self.visit(node.value)
        in_place = {ast.Add: "_iadd_", ast.BitOr: "_ior_"}.get(type(node.op))
        if in_place is None or self.proofs.is_number(node.value) or self.proofs.is_number(old):
            result = self.operation(node.op, new, value, old, node.value)
        else:
            self.visit(node.op)
            result = self.call(in_place, new, value)
        return at(ast.Assign(targets, result), node)

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        """`del` of names, fields and items."""
        return [self._deletion(target, node) for target in node.targets]

    def _deletion(self, target: ast.expr, node: ast.Delete) -> ast.stmt:
        match target:
            case ast.Name():
                return at(ast.Delete([self.visit(target)]), node)
            case ast.Attribute(value=value, attr=name):
                return at(ast.Expr(self.call("_del_", self.visit(value), ast.Constant(name))), target)
            case ast.Subscript(value=value, slice=key) if not isinstance(key, ast.Slice | ast.Tuple):
                return at(ast.Expr(self.call("_del_", self.visit(value), self.visit(key))), target)
        self.refuse(target, "this cannot be deleted")
        return node

    def visit_While(self, node: ast.While) -> ast.stmt:
        """Each round takes a step."""
        node = self.contents(node)
        node.body.insert(0, self._step(node))
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        """A function of the script's own; each call takes a step."""
        if node.decorator_list:
            self.refuse(node, "decorators are not allowed")
        if getattr(node, "type_params", None):
            self.refuse(node, "type parameters are not allowed")
        self.check_name(node, node.name)
        self._check_parameters(node.args)
        node.returns = None
        node = self.contents(node)
        node.body.insert(0, self._step(node))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        """A function in one expression; each call takes a step."""
        self._check_parameters(node.args)
        node = self.contents(node)
        node.body = at(ast.BoolOp(ast.Or(), [self.call("_step_"), node.body]), node.body)
        return node

    def _check_parameters(self, arguments: ast.arguments) -> None:
        for parameter in (arguments.vararg, arguments.kwarg):
            if parameter is not None:
                self.refuse(parameter, "*args and **kwargs are not allowed")
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            parameter.annotation = None
            self.check_name(parameter, parameter.arg)

    def _step(self, place: ast.AST) -> ast.stmt:
        return at(ast.Expr(self.call("_step_")), place)

    def visit_For(self, node: ast.For) -> ast.stmt:
        """All rounds are paid for when the loop begins."""
        items = self._items(node.target, node.iter)
        body, orelse = self._block(node.body), self._block(node.orelse)
        return at(ast.For(self._target(node.target), items, body, orelse), node)

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        block: list[ast.stmt] = []
        for statement in statements:
            visited = self.visit(statement)
            block.extend(visited if isinstance(visited, list) else [visited])
        return block

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        """All rounds are paid for when the loop begins."""
        if node.is_async:
            self.refuse(node.iter, "async is not allowed")
        self.without_walrus += 1
        items = self._items(node.target, node.iter)
        self.without_walrus -= 1
        conditions = [self.visit(condition) for condition in node.ifs]
        return ast.comprehension(self._target(node.target), items, conditions, 0)

    def _target(self, target: ast.expr) -> ast.expr:
        if not isinstance(target, ast.Name | ast.Tuple):
            self.refuse(target, "a loop runs over names")
        visited: ast.expr = self.visit(target)
        return visited

    def _items(self, target: ast.expr, items: ast.expr) -> ast.expr:
        """What a loop runs over; pairs stay pairs only where they are taken apart at once."""
        apart = isinstance(target, ast.Tuple)
        match items:
            case ast.Call(func=ast.Attribute(value=value, attr="items"), args=[], keywords=[]) if apart:
                return at(self.call("_pairs_", self.visit(value)), items)
            case ast.Call(func=ast.Name(id=name), keywords=[]) if not self.proofs.is_bound(name):
                loops = {"range": "_range_"} | ({"enumerate": "_enumerate_", "zip": "_zip_"} if apart else {})
                if name in loops:
                    return at(self.call(loops[name], *map(self.visit, items.args)), items)
        return at(self.call("_iter_", self.visit(items)), items)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        """Made at once, as a list: a generator would carry a frame."""
        return at(self.visit_ListComp(at(ast.ListComp(node.elt, node.generators), node)), node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        """A list made by a loop."""
        return self.contents(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        """A set made by a loop."""
        node = self.contents(node)
        node.elt = self.key(node.elt)
        return node

    def visit_DictComp(self, node: ast.DictComp) -> ast.expr:
        """An object made by a loop."""
        if node.value is None:
            self.refuse(node, "** is not allowed here")
            return node
        node = self.contents(node)
        node.key = self.key(node.key)
        return node

    def visit_Try(self, node: ast.Try) -> ast.stmt:
        """`finally` is refused: it would run when a limit has stopped the script."""
        if node.finalbody:
            self.refuse(node.finalbody[0], "finally is not allowed")
        return self.contents(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        """`except Error as e` makes e the text of the error: no exception is ever in a script's hands."""
        kinds = (
            node.type.elts if isinstance(node.type, ast.Tuple) else [node.type or at(load("Exception"), node)]
        )
        for kind in kinds:
            if not self._is_exception(kind):
                self.refuse(kind, f"except knows {', '.join(EXCEPTIONS)}")
        self.check_name(node, node.name)
        body = self._block(node.body)
        if node.name is not None:
            text = self.call("_message_", load(node.name))
            body.insert(0, at(ast.Assign([ast.Name(node.name, ast.Store())], text), node))
        caught = ast.Tuple([self._exception(kind) for kind in kinds], ast.Load())
        return at(ast.ExceptHandler(caught, node.name, body), node)

    def visit_Raise(self, node: ast.Raise) -> ast.stmt:
        """`raise` alone, or with a known error."""
        if node.cause is not None:
            self.refuse(node.cause, "`from` is not allowed")
        match node.exc:
            case None:
                return node
            case ast.Call(func=func, args=arguments, keywords=[]) if self._is_exception(func):
                made = ast.Call(self._exception(func), [self.visit(argument) for argument in arguments], [])
                return at(ast.Raise(at(made, node.exc), None), node)
            case ast.Name() if self._is_exception(node.exc):
                return at(ast.Raise(self._exception(node.exc), None), node)
        self.refuse(node, 'raise is used as in raise ValueError("text")')
        return node

    def _is_exception(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in EXCEPTIONS and not self.proofs.is_bound(node.id)

    def _exception(self, node: ast.expr) -> ast.expr:
        return at(load(f"_e_{getattr(node, 'id', '')}_"), node)
