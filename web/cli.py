"""The `tidegate` command. Each command loads what it needs when it is called: only some need the server."""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import Annotated, Any

import typer
from typer.main import get_group

from web.commands.console import Group, group

# command -> the file under web/commands whose `app` is it, or has it
COMMANDS = {
    "serve": "serve",
    "demo": "serve",
    "settings": "settings",
    "chain": "chain",
    "converter": "converter",
    "device": "device",
    "db": "db",
}


class Commands(Group):
    """The commands in the order of the list above."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command, loaded now; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        found = get_group(importlib.import_module(f"web.commands.{COMMANDS[cmd_name]}").app)
        return found.commands.get(cmd_name, found)


app = group(cls=Commands)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tidegate {version()}")
        raise typer.Exit


def version() -> str:
    """The version of the installed program."""
    try:
        return importlib.metadata.version("tidegate")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Rule chains for devices that speak HTTP; the answer goes back on the same exchange.

    \b
    tidegate demo              a server with two simulated thermostats
    tidegate serve             a server for your own devices
    tidegate chain test FILE   tell whether a rule chain keeps its promises
    """
