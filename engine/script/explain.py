"""From a Python exception to a message that the author of a script understands, with its place."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import FrameType, TracebackType

from engine.errors import ScriptError, ScriptLimitError
from engine.script.kinds import SCALARS
from engine.script.limits import LimitReached
from engine.script.result import Refused
from engine.script.text import FILENAME, column_of, lines_of, parse
from engine.values import Value, name_of

_MAX_TEXT = 200
_MAX_KEYS = 8
_MAX_PATH = 60
_Span = tuple[int, int, int, int]


def describe_error(error: BaseException) -> str:
    """What went wrong, in the script's own words; only scalars are shown."""
    shown = [_shown(value, error) for value in error.args]
    return ", ".join(shown) or type(error).__name__


def _shown(value: Value, error: BaseException) -> str:
    if value.__class__ not in SCALARS:
        return name_of(value)
    if value.__class__ is str and not isinstance(error, KeyError):
        return str(value[:_MAX_TEXT])
    return repr(value[:_MAX_TEXT] if value.__class__ in (str, bytes) else value)


class Explainer:
    """Turns what a script raised into a ScriptError; knows the script's text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = lines_of(source)
        self._fields: dict[_Span, ast.expr] | None = None

    def explain(self, error: BaseException) -> ScriptError:
        """The ScriptError, or ScriptLimitError, for an exception, with the place where it was raised."""
        frame, span = _place(error.__traceback__)
        line = span[0] if span else None
        column = column_of(self.lines, span[0], span[2]) if span else None
        message = _limit_of(error)
        if message is not None:
            return ScriptLimitError(message, line, column)
        if isinstance(error, KeyError | TypeError) and frame is not None and span is not None:
            message = self._missing(frame, span, error)
        if frame is None or isinstance(error, Refused):
            # Not an error of the script: its result was refused.
            return ScriptError(describe_error(error), line, column)
        return ScriptError(message or f"{type(error).__name__}: {describe_error(error)}", line, column)

    def _missing(self, frame: FrameType, span: _Span, error: BaseException) -> str | None:
        """What to say when a field was read from something that has no such field."""
        node = self._nodes().get(span)
        if node is None:
            return None
        text = _shortened(ast.unparse(_container(node)))
        try:
            key = _key_of(node, frame.f_locals)
            container = _value_of(_container(node), frame.f_locals)
        except LookupError:
            # A call, say, or since Python 3.12 the variable of a comprehension, which is gone by now.
            return f"{_shown(error.args[0], error)} is not in {text}" if isinstance(error, KeyError) else None
        if container.__class__ is dict and isinstance(error, KeyError):
            return f"{_quoted(key)} is not in {text}; {_contents(container)}"
        if key.__class__ is str and container.__class__ is not dict:
            return f"{text} is {_article(container)}: it has no {_quoted(key)}"
        return None

    def _nodes(self) -> dict[_Span, ast.expr]:
        if self._fields is None:
            nodes = [node for node in ast.walk(parse(self.source)) if isinstance(node, ast.expr)]
            self._fields = {
                _span(node): node for node in nodes if isinstance(node, ast.Attribute | ast.Subscript)
            }
        return self._fields


def _limit_of(error: BaseException) -> str | None:
    if isinstance(error, LimitReached):
        return str(error)
    if isinstance(error, RecursionError):
        return "functions call each other too deeply, or a value is nested too deeply"
    return "the script needs too much memory" if isinstance(error, MemoryError) else None


def _place(traceback: TracebackType | None) -> tuple[FrameType | None, _Span | None]:
    """The innermost frame of the script, and the span of the expression it was at."""
    frame, span = None, None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == FILENAME:
            frame = traceback.tb_frame
            span = _position(list(code.co_positions())[traceback.tb_lasti // 2], traceback.tb_lineno)
        traceback = traceback.tb_next
    return frame, span


def _position(found: tuple[int | None, int | None, int | None, int | None], line: int) -> _Span:
    first, last, start, end = found
    return (first or line, last or line, start or 0, end or 0)


def _span(node: ast.expr) -> _Span:
    return (node.lineno, node.end_lineno or 0, node.col_offset, node.end_col_offset or 0)


def _container(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute | ast.Subscript):
        return node.value
    raise LookupError


def _key_of(node: ast.expr, names: Mapping[str, Value]) -> Value:
    if isinstance(node, ast.Attribute):
        return node.attr
    return _value_of(node.slice, names) if isinstance(node, ast.Subscript) else None


def _value_of(node: ast.expr, names: Mapping[str, Value]) -> Value:
    """The value of a name, a constant or a path of fields, as the script's frame has it; LookupError if none."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return names[name]
        case ast.Attribute() | ast.Subscript():
            container = _value_of(node.value, names)
            key = _key_of(node, names)
            if container.__class__ is dict and key.__class__ in (str, int):
                return container[key]
            if container.__class__ is list and isinstance(key, int):
                return container[key]
    raise LookupError


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_PATH else text[:_MAX_PATH] + "..."


def _contents(container: dict[Value, Value]) -> str:
    if not container:
        return "it is empty"
    keys = [_quoted(key)[1:-1] if key.__class__ is str else str(key) for key in list(container)[:_MAX_KEYS]]
    more = ", ..." if len(container) > _MAX_KEYS else ""
    return f"it has: {', '.join(keys)}{more}"


def _quoted(key: Value) -> str:
    return repr(key[:_MAX_TEXT] if key.__class__ in (str, bytes) else key)


def _article(value: Value) -> str:
    name = name_of(value)
    if name == "null":
        return name
    return f"{'an' if name[0] in 'aio' else 'a'} {name}"
