"""Users' scripts: the body of a function, compiled once, called for each message within its budgets."""

from __future__ import annotations

from functools import lru_cache

from engine.errors import Problem
from engine.script.languages import Help, Language, Run, Script
from engine.script.limits import LimitReached, Limits
from engine.script.python import PythonLanguage
from engine.script.signature import DOWNLINK, GENERATOR, NODE, UPLINK, Signature

__all__ = [
    "DOWNLINK",
    "GENERATOR",
    "LANGUAGES",
    "NODE",
    "UPLINK",
    "Help",
    "Language",
    "LimitReached",
    "Limits",
    "Run",
    "Script",
    "Signature",
    "compile_script",
    "problems",
]

LANGUAGES: dict[str, Language] = {"python": PythonLanguage()}
DEFAULTS = Limits()


@lru_cache(maxsize=256)
def compile_script(
    signature: Signature, source: str, language: str = "python", limits: Limits = DEFAULTS
) -> Script:
    """The script of this source, from a cache of 256.

    ScriptError with line and column for whatever is wrong with it; ValueError for an unknown language.
    """
    return _language(language).compile(signature, source, limits)


def problems(
    signature: Signature, source: str, language: str = "python", limits: Limits = DEFAULTS
) -> list[Problem]:
    """Everything that is wrong with a source, each with line and column; empty when it compiles."""
    try:
        return _language(language).problems(signature, source, limits)
    except ValueError as error:
        return [Problem(str(error), code="language")]


def _language(name: str) -> Language:
    if name not in LANGUAGES:
        raise ValueError(f"unknown script language {name!r}; there is: {', '.join(LANGUAGES)}")
    return LANGUAGES[name]
