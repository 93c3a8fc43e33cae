"""`python -m web` is the `tidegate` command."""

from __future__ import annotations

from web.cli import app

app(prog_name="tidegate")
