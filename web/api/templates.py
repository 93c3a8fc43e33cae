"""The rule chains that come with the program, to begin with."""

from __future__ import annotations

import importlib.resources
from functools import lru_cache

from engine.chain import ChainSpec
from engine.values import decode

SUFFIX = ".json"
TEMPLATES = {
    file.name.removesuffix(SUFFIX): file
    for file in sorted(
        (importlib.resources.files("chains") / "templates").iterdir(), key=lambda file: file.name
    )
    if file.name.endswith(SUFFIX)
}


@lru_cache
def template(name: str) -> ChainSpec:
    """One of TEMPLATES."""
    return ChainSpec.model_validate(decode(TEMPLATES[name].read_bytes()))
