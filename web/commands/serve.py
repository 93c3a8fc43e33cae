"""`tidegate serve` and `tidegate demo`."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Annotated, Literal

import typer
from hypercorn.utils import LifespanFailureError
from rich.markup import escape

from web import logs
from web.app import Tidegate, create_app
from web.commands.console import WRONG_USE, Complaint, group, out
from web.commands.db import bring_up_to_date, claim
from web.commands.settings import read_settings
from web.demo import Demo
from web.listener.server import tls_context
from web.serve import run
from web.settings import Settings
from web.shown_settings import masked

Bind = Annotated[
    str | None, typer.Option(help="host:port to listen on; port 0 takes a free one.", show_default=False)
]
DataBind = Annotated[
    str | None,
    typer.Option(help="host:port of the data listener for devices; empty: none.", show_default=False),
]
DatabaseUrl = Annotated[
    str | None, typer.Option(help="sqlite:///file or postgresql://user@host/name.", show_default=False)
]
DataDir = Annotated[Path | None, typer.Option(help="Folder for the database.", show_default=False)]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"] | None,
    typer.Option(help="Least level that is logged.", show_default=False),
]
DEMO_DIR = Path("tidegate-demo")


app = group()


@app.command()
def serve(
    bind: Bind = None,
    data_bind: DataBind = None,
    database_url: DatabaseUrl = None,
    data_dir: DataDir = None,
    log_level: LogLevel = None,
) -> None:
    """Serve devices, the API and the page until Ctrl+C.

    What is not given here comes from TIDEGATE_* variables and tidegate.toml, see `tidegate settings`.

    \b
    tidegate serve
    tidegate serve --bind 0.0.0.0:80 --database-url postgresql://tide@db/tide
    """
    settings = read_settings(
        bind=bind, data_bind=data_bind, database_url=database_url, data_dir=data_dir, log_level=log_level
    )
    _serve(settings, _welcome)


@app.command()
def demo(
    bind: Bind = None,
    data_bind: DataBind = None,
    database_url: DatabaseUrl = None,
    data_dir: DataDir = None,
    log_level: LogLevel = None,
    devices: Annotated[
        bool, typer.Option("--devices/--no-devices", help="Run two simulated thermostats.")
    ] = True,
) -> None:
    """Serve with an example and two thermostats.

    The example is an integration with its converters and a rule chain with a downlink branch.
    The thermostats post their temperature every two seconds; when it is too hot or too cold, the answer
    carries a new setpoint, and they follow it. All of it is kept in the folder tidegate-demo, unless
    another one is given. Starting it again changes nothing.

    \b
    tidegate demo
    tidegate demo --no-devices --bind 127.0.0.1:9000
    """
    settings = read_settings(
        bind=bind, data_bind=data_bind, database_url=database_url, data_dir=data_dir, log_level=log_level
    )
    if data_dir is None and settings.sources()["data_dir"] == "default":
        settings = settings.model_copy(update={"data_dir": DEMO_DIR})

    def ready(tidegate: Tidegate, settings: Settings) -> None:
        _welcome(tidegate, settings)
        example = Demo(tidegate, settings, say=lambda text: out().print(escape(text), soft_wrap=True))
        tidegate.house.tasks.start(example.run(devices), "demo")

    _serve(settings, ready)


def _serve(settings: Settings, ready: Callable[[Tidegate, Settings], None]) -> None:
    logs.configure(settings.log_level, settings.log_format)
    settings = settings.model_copy(update=free_addresses(settings))
    check_certificate(settings)
    with ExitStack() as held:
        # Here what is wrong with the database is said in one line; later it would break a server half started.
        claim(settings, held)
        elsewhere(bring_up_to_date, settings)
        try:
            tidegate = create_app(settings)
            run(tidegate, settings, lambda: ready(tidegate, settings))
        except (LifespanFailureError, OSError) as error:
            raise Complaint(f"the server cannot start: {error}") from None


def check_certificate(settings: Settings) -> None:
    """Complaint when TLS is asked for by halves, or with files that are missing or wrong."""
    if bool(settings.certificate) != bool(settings.private_key):
        raise Complaint("TIDEGATE_CERTIFICATE and TIDEGATE_PRIVATE_KEY go together", WRONG_USE)
    for name in ("certificate", "private_key", "data_client_ca"):
        path = getattr(settings, name)
        try:
            if path:
                Path(path).open("rb").close()
        except OSError as error:
            raise Complaint(f"TIDEGATE_{name.upper()}: {path}: {error.strerror or error}") from None
    try:
        tls_context(settings)
    except OSError as error:
        files = [settings.certificate, settings.private_key, settings.data_client_ca]
        raise Complaint(f"no TLS with {', '.join(filter(None, files))}: {error}") from None


def elsewhere(work: Callable[[Settings], object], settings: Settings) -> None:
    """Do it in a process of its own, so that what it loads is not in the server's memory; its Complaint is ours."""
    make = get_context("fork").Process if sys.platform == "linux" else get_context("spawn").Process
    ours, theirs = Pipe(duplex=False)
    process = make(target=_report, args=(work, settings, theirs))
    process.start()
    theirs.close()
    try:
        complaint = ours.recv()
    except EOFError:
        complaint = ("the database could not be brought up to date: the process for it died",)
    process.join()
    if complaint is not None:
        raise Complaint(*complaint)


def _report(work: Callable[[Settings], object], settings: Settings, to: Connection) -> None:
    try:
        work(settings)
    except Complaint as complaint:
        to.send((str(complaint), complaint.code))
    else:
        to.send(None)


def free_addresses(settings: Settings) -> dict[str, str]:
    """The addresses to listen on with real ports, once it is sure that nobody else has them."""
    addresses = {"bind": free_address(settings.bind, "--bind")}
    if settings.data_bind == settings.bind and not settings.bind.endswith(":0"):
        raise Complaint(f"--bind and --data-bind cannot both be {settings.bind}", WRONG_USE)
    if settings.data_bind and not settings.data_reuse_port:
        addresses["data_bind"] = free_address(settings.data_bind, "--data-bind")
    return addresses


def free_address(bind: str, option: str) -> str:
    """`bind` with a real port; Complaint when it cannot be listened on."""
    host, _, port = bind.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except PermissionError:
            raise Complaint(
                f"{bind}: the port needs privileges; choose one above 1023 with {option}"
            ) from None
        except OSError as error:
            text = f"cannot listen on {bind}: {error.strerror or error}; choose another address with {option}"
            raise Complaint(text, WRONG_USE if isinstance(error, socket.gaierror) else 1) from None
        return f"{host}:{probe.getsockname()[1]}"


def _welcome(tidegate: Tidegate, settings: Settings) -> None:
    url = settings.public_url
    lines = [
        ("page", f"{url}/"),
        ("devices", f"{url}/api/v1/integrations/http/{{routingKey}}"),
        ("", f"{url}/api/v1/{{token}}/telemetry"),
        ("", f"the same on {settings.data_bind}, which is for devices only" if settings.data_bind else ""),
        ("API", f"{url}/manage/docs"),
        ("data", masked(settings.url)),
    ]
    console = out()
    console.print(f"[bold]Tidegate[/] listens on {settings.bind}; Ctrl+C ends it")
    for name, value in filter(lambda line: line[1], lines):
        console.print(f"  {name:<8} {escape(value)}", soft_wrap=True)
