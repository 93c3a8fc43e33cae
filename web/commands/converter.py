"""`tidegate converter test`: a converter and a payload, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from engine.converter import Converter, payloads, readings, script_failed
from engine.errors import ConversionError, Problem, ScriptError
from engine.message import ATTRIBUTES_UPDATED
from engine.script import DOWNLINK, compile_script
from engine.values import Value, decode
from web.commands.console import FAILED, WRONG_USE, Complaint, errors, group, read_bytes
from web.wording import pretty

app = group("Try converters without a server.")
Direction = Literal["uplink", "downlink"]
Pairs = list[str]


@app.callback()
def converter() -> None:
    """Try converters without a server."""


@app.command("test")
def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A script, or a converter document (.json).")],
    payload: Annotated[Path | None, typer.Option(help="File with the payload; - is standard input.")] = None,
    json: Annotated[str | None, typer.Option("--json", metavar="TEXT", help="Payload as JSON text.")] = None,
    hex: Annotated[str | None, typer.Option("--hex", metavar="TEXT", help="Payload as hex digits.")] = None,
    direction: Annotated[Direction, typer.Option(help="What kind of converter it is.")] = "uplink",
    metadata: Annotated[Pairs | None, typer.Option(metavar="K=V", help="Metadata; may be repeated.")] = None,
    integration: Annotated[
        Pairs | None, typer.Option(metavar="K=V", help="Downlink: metadata of the integration.")
    ] = None,
    type: Annotated[str, typer.Option(help="Downlink: the type of the message.")] = ATTRIBUTES_UPDATED,
) -> None:
    """Run a converter on one payload and print what it returns; ends with 1 when it fails.

    A downlink converter takes a message instead: its data is the payload, which is JSON then.

    \b
    tidegate converter test uplink.py --json '{"deviceName": "T-1", "temperature": 33}'
    tidegate converter test uplink.py --hex 02fff601e0 --metadata Header:x-device=S-1
    tidegate converter test down.py --direction downlink --json '{"setpoint": 21}' --type ATTRIBUTES_UPDATED
    """
    source, direction, language = _script(file, direction)
    data = _payload(payload, json, hex)
    about = _pairs(metadata, "--metadata")
    try:
        if direction == "uplink":
            result = _uplink(source, language, data, about)
        else:
            result = _downlink(source, language, data, about, type, _pairs(integration, "--integration"))
    except ConversionError as error:
        _show(error, source)
        raise typer.Exit(FAILED) from None
    typer.echo(pretty(result))


def _uplink(source: str, language: str, data: bytes, metadata: dict[str, str]) -> Value:
    try:
        result = Converter("", "", "uplink", language, source).uplink(data, metadata)
    except ScriptError as error:
        raise script_failed(error, "") from None
    readings(result)
    return result


def _downlink(
    source: str, language: str, data: bytes, metadata: dict[str, str], type: str, integration: dict[str, str]
) -> Value:
    try:
        message = decode(data)
    except ValueError as error:
        raise Complaint(f"the data of a message is JSON: {error}", WRONG_USE) from None
    if not source.strip():
        return message
    try:
        result = compile_script(DOWNLINK, source, language)(message, metadata, type, integration)
    except ScriptError as error:
        raise script_failed(error, "") from None
    payloads(result)
    return result


def _script(file: Path, direction: Direction) -> tuple[str, Direction, str]:
    """Source, direction and language; a document knows its own."""
    raw = read_bytes(file)
    try:
        text = raw.decode()
        if file.suffix != ".json":
            return text, direction, "python"
        document = decode(text)
        return document["script"], document.get("direction", direction), document.get("language", "python")
    except (ValueError, LookupError, TypeError):
        raise Complaint(
            f"{file}: neither a script nor a converter document with a script", WRONG_USE
        ) from None


def _payload(file: Path | None, json: str | None, hex: str | None) -> bytes:
    given = [value for value in (file, json, hex) if value is not None]
    if len(given) != 1:
        raise Complaint("give the payload by one of --payload, --json and --hex", WRONG_USE)
    if file is not None:
        return read_bytes(file)
    if json is not None:
        return json.encode()
    try:
        return bytes.fromhex(hex or "")
    except ValueError as error:
        raise Complaint(f"--hex: {error}", WRONG_USE) from None


def _pairs(texts: Pairs | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in texts or ():
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise Complaint(f"{option} reads key=value, not {text!r}", WRONG_USE)
        pairs[key] = value
    return pairs


def _show(error: ConversionError, source: str) -> None:
    console = errors()
    for problem in error.problems:
        place = f"{problem.place}: " if problem.place else ""
        console.print(f"[bold red]error:[/] {escape(place + problem.message)}", soft_wrap=True)
        for line, is_it in _around(problem, source):
            console.print(f"[bold]{escape(line)}[/]" if is_it else f"[dim]{escape(line)}[/]", soft_wrap=True)


def _around(problem: Problem, source: str) -> list[tuple[str, bool]]:
    """The line of a problem with a mark at its column, and its neighbours."""
    if problem.line is None:
        return []
    shown = []
    for number, text in enumerate(source.splitlines(), 1):
        if abs(number - problem.line) > 2:
            continue
        is_it = number == problem.line
        shown.append((f"{'>' if is_it else ' '} {number:>3} | {text}", is_it))
        if is_it and problem.column:
            shown.append((" " * (7 + problem.column) + "^", True))
    return shown
