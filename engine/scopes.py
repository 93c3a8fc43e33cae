"""Attribute scopes and the names they have in metadata."""

from __future__ import annotations

from typing import Final

from engine.message import Message
from engine.node import Scope

# scope -> its name in metadata `scope`, which is ThingsBoard's
SCOPE_NAMES: Final[dict[Scope, str]] = {
    "client": "CLIENT_SCOPE",
    "shared": "SHARED_SCOPE",
    "server": "SERVER_SCOPE",
}
# either name -> scope
SCOPES: Final[dict[str, Scope]] = {
    name: scope for scope, text in SCOPE_NAMES.items() for name in (scope, text)
}


def scope_of(message: Message, default: Scope) -> Scope:
    """The scope that metadata `scope` names, `default` when it names none; ValueError for an unknown name."""
    name = message.metadata.get("scope")
    if not name:
        return default
    if name not in SCOPES:
        raise ValueError(f"metadata scope {name!r} is not one of {', '.join(SCOPE_NAMES.values())}")
    return SCOPES[name]
