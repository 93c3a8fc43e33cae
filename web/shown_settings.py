"""Settings as people may see them: with their sources and meanings, without passwords."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from engine.values import Value
from web.settings import PREFIX, Settings

HIDDEN = "***"


def rows(settings: Settings) -> list[dict[str, Value]]:
    """Each setting with its value, where that comes from, and what it means; no passwords."""
    sources = settings.sources()
    return [
        {
            "name": name,
            "variable": f"{PREFIX}{name.upper()}",
            "value": _shown(getattr(settings, name)),
            "source": sources[name],
            "description": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]


def _shown(value: Value) -> Value:
    if isinstance(value, Path):
        return str(value)
    return masked(value) if isinstance(value, str) else value


def masked(value: str) -> str:
    """A URL without its password; any other text as it is."""
    try:
        parts = urlsplit(value)
        secret = parts.password
    except ValueError:
        return value
    if secret is None:
        return value
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:{HIDDEN}@{host}"))
