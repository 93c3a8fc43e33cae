"""`tidegate settings`, and how every command reads them."""

from __future__ import annotations

import tomllib
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table

from engine.catalog import problems_of
from engine.errors import Problem
from engine.values import Value, encode_text
from web.commands.console import WRONG_USE, Complaint, group, out
from web.settings import PREFIX, Settings, config_file
from web.shown_settings import rows


def read_settings(**options: Any) -> Settings:
    """The settings in force; options that are None leave the choice to environment, file and default."""
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = [_line(problem, given) for problem in problems_of(error)]
        raise Complaint("; ".join(lines), WRONG_USE) from None
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise Complaint(f"{config_file()}: {error}", WRONG_USE) from None


def _line(problem: Problem, given: dict[str, Any]) -> str:
    name = problem.place.strip("/")
    if name not in Settings.model_fields:
        return f"{config_file()}: there is no setting {name!r}, see `tidegate settings`"
    where = f"--{name.replace('_', '-')}" if name in given else f"{PREFIX}{name.upper()}"
    return f"{where}: {problem.message}"


app = group()


@app.command("settings")
def show(
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON array instead of a table.")] = False,
) -> None:
    """Show all settings, their values and sources.

    \b
    tidegate settings
    TIDEGATE_BIND=0.0.0.0:80 tidegate settings --json
    """
    found = rows(read_settings())
    if as_json:
        typer.echo(encode_text(found))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("variable", "value", "source", "description"):
        table.add_column(name, overflow="fold", no_wrap=name == "variable")
    for row in found:
        table.add_row(*(escape(_text(row[name])) for name in ("variable", "value", "source", "description")))
    out().print(table)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else encode_text(value)
