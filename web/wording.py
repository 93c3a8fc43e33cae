"""JSON as a person reads it: short values on one line, long ones indented."""

from __future__ import annotations

from engine.values import Value, encode_text

WIDTH = 100


def pretty(value: Value, indent: int = 0) -> str:
    """The JSON text of a value; what fits into a line stays in one."""
    flat = encode_text(value)
    if not value or not isinstance(value, dict | list) or len(flat) + indent <= WIDTH:
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        rows = [f"{pad}{encode_text(key)}: {pretty(item, indent + 2)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + pretty(item, indent + 2) for item in value) + "\n" + " " * indent + "]"
