"""`tidegate device simulate`: many devices against an endpoint."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from web.commands.console import FAILED, WRONG_USE, Complaint, errors, group, read_bytes
from web.simulate import BODY, Plan, Swarm, Tally

app = group("Simulate devices.")


@app.callback()
def device() -> None:
    """Simulate devices."""


@app.command()
def simulate(
    url: Annotated[str, typer.Argument(metavar="URL", help="The endpoint of an integration.")],
    devices: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many devices.")] = 10,
    rate: Annotated[float, typer.Option(min=0.001, max=100_000, help="Requests per second, in total.")] = 10,
    seconds: Annotated[float, typer.Option(min=0.001, help="For how long.")] = 10,
    body: Annotated[str, typer.Option(help="Template of the body; @FILE reads it from a file.")] = BODY,
) -> None:
    """Let devices send to an endpoint and tell what they were answered. Ctrl+C ends it early, with the summary.

    The body may hold $device (sim-1, sim-2, ...), $number, $ts (epoch ms) and $temperature. Ends with 1 when
    no request was answered with success.

    \b
    tidegate device simulate http://127.0.0.1:8080/api/v1/integrations/http/KEY
    tidegate device simulate URL --devices 500 --rate 1000 --seconds 60 --body '{"id": "$device"}'
    """
    if not url.startswith(("http://", "https://")):
        raise Complaint(f"{url!r} is not a URL: it begins with http:// or https://", WRONG_USE)
    if body.startswith("@"):
        body = read_bytes(Path(body[1:])).decode("utf-8", "replace")
    tally = Tally()
    plan = Plan(url, devices, rate, seconds, body)
    try:
        asyncio.run(_run(plan, tally))
    except (KeyError, ValueError) as error:
        text = f"the body's template is wrong: {error}; it knows $device $number $ts $temperature"
        raise Complaint(text, WRONG_USE) from None
    summarise(tally)
    if not any(status.startswith("2") for status in tally.statuses):
        raise typer.Exit(FAILED)


async def _run(plan: Plan, tally: Tally) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    console = errors()
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=plan.total)

        def seen(tally: Tally) -> None:
            text = f"{tally.rate:.0f}/s, {_counts(tally)}"
            progress.update(task, completed=tally.sent, description=text)

        await Swarm(plan, tally, seen).run(stop)


def _counts(tally: Tally) -> str:
    return (
        ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items())) or "nothing yet"
    )


def summarise(tally: Tally) -> None:
    """The summary on stdout."""
    typer.echo(f"sent       {tally.sent} in {tally.elapsed_s:.1f} s ({tally.rate:.1f}/s)")
    typer.echo(f"answers    {_counts(tally)}")
    if tally.latencies_s:
        p50, p95, p99 = (tally.percentile_ms(percent) for percent in (50, 95, 99))
        typer.echo(f"latency    p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")
    typer.echo(f"downlinks  {tally.downlinks}")
