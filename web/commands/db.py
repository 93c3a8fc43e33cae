"""`tidegate db`: the database."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import UnavailableError
from engine.store.claim import claimed
from engine.store.upgrade import upgrade as upgrade_database
from web.commands.console import WRONG_USE, Complaint, group
from web.commands.settings import read_settings
from web.settings import Settings
from web.shown_settings import masked

app = group("Look after the database.")


@app.callback()
def db() -> None:
    """Look after the database."""


@app.command()
def upgrade(
    database_url: Annotated[str | None, typer.Option(help="Another database than the settings say.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Another data folder than the settings say.")] = None,
) -> None:
    """Bring the database to the schema of this program. `serve` does the same when it starts.

    \b
    tidegate db upgrade
    tidegate db upgrade --database-url postgresql://tide@db/tide
    """
    settings = read_settings(database_url=database_url, data_dir=data_dir)
    before, after = bring_up_to_date(settings)
    shown = masked(settings.url)
    if before == after:
        typer.echo(f"{shown} is at {after} already")
    else:
        typer.echo(f"{shown} went from {before or 'an empty database'} to {after}")


def bring_up_to_date(settings: Settings) -> tuple[str, str]:
    """Migrate the database; its schema before and after. Complaint when it cannot be used."""
    try:
        if not settings.database_url:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        return upgrade_database(settings.url)
    except ValueError as error:
        raise Complaint(str(error), WRONG_USE) from None
    except OSError as error:
        raise Complaint(f"{settings.data_dir}: {error.strerror or error}") from None
    except (UnavailableError, RuntimeError) as error:
        raise Complaint(str(error)) from None


def claim(settings: Settings, held: ExitStack) -> None:
    """Let no second server use the same SQLite file until `held` is closed; Complaint when one does already."""
    try:
        if not settings.database_url:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        held.enter_context(claimed(settings.url))
    except UnavailableError as error:
        raise Complaint(f"{error}; give this one another folder with --data-dir") from None
    except (ValueError, OSError):
        return  # `bring_up_to_date` says what is wrong
