"""`tidegate chain`: check, test, import and export rule chains."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from engine.catalog import Catalog, problems_of
from engine.chain import ChainSpec
from engine.errors import ChainError, Problem
from engine.lint import lint
from engine.scenario import ScenarioResult, run_scenario, scenarios_of
from engine.values import Value
from web.commands.console import FAILED, WRONG_USE, Complaint, group, out, problem_line, read_json
from web.commands.manage import DEFAULT_SERVER, Manage, Server
from web.wording import pretty

app = group("Check, test, import and export rule chains.")
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Chain documents (JSON).")]
CHAINS = "/rule-chains"


@app.command()
def check(files: Files) -> None:
    """Find what is wrong in chain documents.

    Each problem is named with its place and a way out. Ends with 1 when there are errors.

    \b
    tidegate chain check chains/*.json
    """
    console, catalog = out(), Catalog.discover("nodes")
    found = [_checked(console, path, catalog) for path in files]
    if not all(found):
        raise typer.Exit(FAILED)


def _checked(console: Console, path: Path, catalog: Catalog) -> bool:
    """Print the problems of one file; whether there is no error among them."""
    problems = _problems(read_json(path), catalog)
    for problem in problems:
        color = "yellow" if problem.severity == "warning" else "red"
        console.print(
            f"{escape(str(path))}: [{color}]{problem.severity or 'error'}[/] {escape(problem_line(problem))}"
        )
    if not problems:
        console.print(f"{escape(str(path))}: [green]ok[/]")
    return all(problem.severity == "warning" for problem in problems)


def _problems(document: Value, catalog: Catalog) -> list[Problem]:
    try:
        spec = ChainSpec.model_validate(document)
    except ValidationError as error:
        return problems_of(error)
    problems = lint(spec, catalog)
    try:
        scenarios_of(spec)
    except ChainError as error:
        problems += error.problems
    return problems


@app.command("test")
def run(
    files: Files,
    trace: Annotated[
        bool, typer.Option("--trace", help="Show the way of the messages of what fails.")
    ] = False,
) -> None:
    """Run the scenarios of chain documents.

    Nothing leaves this process. Ends with 1 when a scenario does not come true. Chains that are tested together may enter each other.

    \b
    tidegate chain test chains/root.json
    tidegate chain test --trace chains/templates/*.json
    """
    console, catalog = out(), Catalog.discover("nodes")
    specs = [_spec(path, catalog) for path in files]
    failed = passed = 0
    for path, spec in zip(files, specs, strict=True):
        console.print(escape(str(path)))
        others = [other for other in specs if other is not spec]
        for scenario in scenarios_of(spec):
            result = asyncio.run(run_scenario(spec, scenario, catalog, others))
            _print_result(console, result, trace)
            passed, failed = passed + result.passed, failed + (not result.passed)
        if not spec.scenarios:
            console.print("  [yellow]it has no scenarios[/]")
    console.print(f"{passed} passed, {failed} failed")
    if failed:
        raise typer.Exit(FAILED)


def _spec(path: Path, catalog: Catalog) -> ChainSpec:
    document = read_json(path)
    wrong = [problem for problem in _problems(document, catalog) if problem.severity != "warning"]
    if wrong:
        raise Complaint(f"{path}: {problem_line(wrong[0])}; see `tidegate chain check {path}`")
    return ChainSpec.model_validate(document)


def _print_result(console: Console, result: ScenarioResult, trace: bool) -> None:
    mark = "[green]pass[/]" if result.passed else "[bold red]FAIL[/]"
    console.print(f"  {mark} {escape(result.name)}")
    for difference in result.differences:
        console.print(f"       {escape(difference.where)}")
        console.print(f"         expected [green]{escape(difference.expected)}[/]")
        console.print(f"         got      [red]{escape(difference.got)}[/]")
    if trace and not result.passed:
        for hop in (hop for one in result.trace for hop in one["hops"]):
            where = f"{hop['name']} -> {hop['error'] or hop['relation'] or 'end'}"
            console.print(f"       [dim]{escape(where)}[/]")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A chain document (JSON).")],
    name: Annotated[str | None, typer.Option(help="Another name than the document's.")] = None,
    activate: Annotated[bool, typer.Option("--activate", help="Let it run at once.")] = False,
    root: Annotated[bool, typer.Option("--root", help="Make it the root chain; it runs at once.")] = False,
    server: Server = DEFAULT_SERVER,
) -> None:
    """Save a chain document on a running server.

    It becomes a new chain, or a new version of the chain that has its id there.

    \b
    tidegate chain import chains/templates/threshold.json --activate
    tidegate chain import mine.json --name Cellar --root --server http://tide.example.org
    """
    document = read_json(file)
    if not isinstance(document, dict):
        raise Complaint(f"{file}: not a chain document", WRONG_USE)
    document = document | {"name": name or document.get("name") or file.stem}
    with Manage(server) as manage:
        saved = _saved(manage, document)
        place = f"{CHAINS}/{saved['id']}"
        if activate or root:
            manage.call("POST", f"{place}/activate", {"version": saved["version"]})
        if root:
            manage.call("POST", f"{place}/root")
    out().print(escape(f"{saved['name']} ({saved['id']}) version {saved['version']}"))


def _saved(manage: Manage, document: dict[str, Any]) -> Value:
    id = document.get("id")
    if id and any(item["id"] == id for item in manage.get(CHAINS, limit="200")["items"]):
        return manage.call("PUT", f"{CHAINS}/{id}", document)
    return manage.call("POST", CHAINS, document)


@app.command()
def export(
    chain: Annotated[str, typer.Argument(metavar="ID|NAME", help="Which chain.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; else stdout.")] = None,
    server: Server = DEFAULT_SERVER,
) -> None:
    """Write a chain of a running server to a file.

    The document is one that `import`, `check` and `test` take.

    \b
    tidegate chain export "Root chain" -o root.json
    """
    with Manage(server) as manage:
        found = manage.find(CHAINS, chain)
    if found is None:
        raise Complaint(f"{server} has no rule chain {chain!r}")
    fields = {field.alias or name for name, field in ChainSpec.model_fields.items()}
    text = pretty({key: value for key, value in found.items() if key in fields})
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(f"{text}\n")
    except OSError as error:
        raise Complaint(f"{output}: {error.strerror or error}") from None
