"""The language Python: from the text of a script to something that can be called."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from types import CodeType

from engine.errors import Problem, ScriptError
from engine.script.displays import displays_of
from engine.script.effects import effects_of
from engine.script.environment import PUBLIC
from engine.script.guide import guide
from engine.script.languages import Help, Script
from engine.script.limits import Limits
from engine.script.policy import Policy
from engine.script.proofs import Proofs
from engine.script.running import Program, calls_few, script_of
from engine.script.signature import Signature
from engine.script.text import column_of, compile_tree, lines_of, parse

_MAX_DEPTH = 150


class PythonLanguage:
    """Scripts in a part of Python: data in, data out."""

    def compile(self, signature: Signature, source: str, limits: Limits) -> Script:
        """The script of this source; ScriptError for the first thing that is wrong with it."""
        found = _translate(signature, source, limits)
        if isinstance(found, list):
            first = min(found, key=lambda problem: (problem.line or 0, problem.column or 0))
            raise ScriptError(first.message, first.line, first.column)
        return script_of(found, limits)

    def problems(self, signature: Signature, source: str, limits: Limits) -> list[Problem]:
        """Everything that is wrong with the source, each with line and column."""
        found = _translate(signature, source, limits)
        return found if isinstance(found, list) else []

    def describe(self) -> Sequence[Help]:
        """The functions that a script can call, by name."""
        return guide()


def _translate(signature: Signature, source: str, limits: Limits) -> Program | list[Problem]:
    """The program of a source, or all that is wrong with it."""
    if len(source) > limits.source:
        return [Problem(f"a script may have {limits.source} characters", code="size", line=1, column=1)]
    try:
        return _compiled(signature, source)
    except SyntaxError as error:
        return [_syntax_problem(error)]
    except (RecursionError, MemoryError):
        return [Problem("the script is nested too deeply", code="size", line=1, column=1)]
    except ValueError as error:
        return [Problem(f"not a text: {error}", code="syntax", line=1, column=1)]


def _compiled(signature: Signature, source: str) -> Program | list[Problem]:
    tree = parse(source)
    deep = _too_deep(tree)
    lines = lines_of(source)
    if deep is not None:
        place = column_of(lines, deep.lineno, deep.col_offset)
        return [Problem("the script is nested too deeply", code="size", line=deep.lineno, column=place)]
    proofs = Proofs(tree, signature.parameters)
    effects = effects_of(tree, signature, proofs)
    few = calls_few(tree)
    ends = [node for node in ast.walk(tree) if isinstance(node, ast.Return)]
    displays = displays_of(tree, signature.parameters, proofs)
    policy = Policy(proofs, PUBLIC, lines, displays)
    policy.visit(tree)
    if policy.problems:
        return policy.problems
    end = (ends[0].lineno, policy.column(ends[0].lineno, ends[0].col_offset)) if len(ends) == 1 else None
    return Program(signature, source, _function(signature, tree), effects, few, displays.whole, end)


def _function(signature: Signature, tree: ast.Module) -> CodeType:
    """The code of the function whose body is the script."""
    parameters = ast.arguments([], [ast.arg(name) for name in signature.parameters], None, [], [], None, [])
    body = tree.body or [ast.Pass()]
    function = ast.FunctionDef(signature.name, parameters, body, [], None, None)
    # Python 3.12 and later want the type parameters too.
    function.type_params = []  # type: ignore[attr-defined, unused-ignore]
    module = ast.fix_missing_locations(ast.Module([function], []))
    code = compile_tree(module)
    return next(constant for constant in code.co_consts if isinstance(constant, CodeType))


def _too_deep(tree: ast.Module) -> ast.stmt | ast.expr | None:
    """A node that lies too deep for the visitors, which are recursive."""
    level: list[ast.AST] = [tree]
    for _ in range(_MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return next((node for node in level if isinstance(node, ast.stmt | ast.expr)), None)


def _syntax_problem(error: SyntaxError) -> Problem:
    return Problem(error.msg, code="syntax", line=error.lineno or 1, column=error.offset or 1)
