"""The text of a script: its tree, its lines, its columns."""

from __future__ import annotations

import ast
import re
import threading
import warnings
from types import CodeType

FILENAME = "<script>"
"""What tracebacks call every script."""

_warnings_lock = threading.Lock()
_LINE_END = re.compile("\r\n|\r|\n")


def parse(source: str) -> ast.Module:
    """The tree of a source; Python's warnings about it (`"\\d"`, `1 is 1`) do not concern the server's log."""
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, FILENAME)


def compile_tree(tree: ast.Module) -> CodeType:
    """The code of a tree, without warnings as well."""
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code: CodeType = compile(tree, FILENAME, "exec", dont_inherit=True)
        return code


def lines_of(source: str) -> list[str]:
    """The lines as Python counts them; str.splitlines knows more line ends than Python does."""
    return _LINE_END.split(source)


def column_of(lines: list[str], line: int, offset: int) -> int:
    """The column, from 1 and in characters, of an offset in UTF-8 bytes."""
    if not 1 <= line <= len(lines):
        return 1
    return len(lines[line - 1].encode(errors="replace")[:offset].decode(errors="replace")) + 1
