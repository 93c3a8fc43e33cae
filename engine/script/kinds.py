"""The sets of types that guards ask about."""

from __future__ import annotations

from types import NoneType

NUMBERS = frozenset((int, float, bool))
CONSTANTS = frozenset((str, bool, NoneType))
TEXTS = frozenset((str, bytes))
SCALARS = frozenset((int, float, bool, str, bytes, NoneType))
SIZED = frozenset((str, bytes, dict, set, list, tuple))
"""Everything a script can walk over; each has a length, so that a walk is paid for before it begins."""
