"""A real server process on a loopback port, and the few calls that tests make of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, ClassVar

import httpx

from tests.e2e.forked import Forked
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
WAIT_S = 60.0
START_S = 150.0  # a start takes a second; on a machine with ten times more to do than it can, much longer
# Without TLS: a set of authorities for each call would cost fifty times the call.
PLAIN: dict[str, Any] = {"verify": False, "trust_env": False}
# A client forgets its idle connections sooner than the server ends them: by default both do so after five seconds
LIMITS = httpx.Limits(keepalive_expiry=1)

UPLINK = """
p = json_decode(payload)
if "nothing" in p:
    return p.nothing
if "many" in p:
    return p.many
device = {"deviceName": p.deviceName, "deviceType": p.deviceType}
device.telemetry = {k: v for k, v in p.items() if k not in ("deviceName", "deviceType", "model", "ts")}
if "ts" in p:
    device.telemetry = {"ts": p.ts, "values": device.telemetry}
if "model" in p:
    device.attributes = {"model": p.model}
return device
"""
DOWNLINK = """
return {"contentType": "JSON", "data": json_encode(msg), "metadata": {"Header:X-Kind": msgType}}
"""


def until(condition: Any, what: str, timeout_s: float = WAIT_S) -> Any:
    """The first true value of `condition`, looked at again and again; an error names `what` did not come."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited {timeout_s:g} s in vain for {what}")


def tell(url: str, **said: Any) -> httpx.Response:
    """What a device sends by POST, and how it is answered, whatever that is."""
    return httpx.post(url, **{"timeout": WAIT_S, **PLAIN, **said})


class Tide:
    """One server with a folder and a database of its own; it can be killed and started again.

    With `cold` (or `pin`, the cores it may use) it is a process of its own, for who measures its memory and time;
    else, where `is_warm` says so, a fork of a process that has loaded the program. `program` is the folder with its packages.
    """

    running: ClassVar[set[Tide]] = set()
    is_warm: ClassVar[bool] = False

    def __init__(
        self,
        folder: Path,
        database_url: str = "",
        pin: str = "",
        cold: bool = False,
        program: Path = ROOT,
        **settings: Any,
    ) -> None:
        self.folder = folder
        self.database_url = database_url or f"sqlite:///{folder}/data/tidegate.db"
        self.prefix = ["taskset", "-c", pin] if pin else []
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data_port = free_port()
        self.data_url = f"http://127.0.0.1:{self.data_port}"
        self.environment = {
            **os.environ,
            "TIDEGATE_DATA_DIR": str(folder / "data"),
            "TIDEGATE_BIND": f"127.0.0.1:{self.port}",
            "TIDEGATE_DATA_BIND": f"127.0.0.1:{self.data_port}",
            "TIDEGATE_DATABASE_URL": database_url,
            "TIDEGATE_LOG_LEVEL": "warning",
            "TIDEGATE_CONFIG": str(folder / "none.toml"),
            **{f"TIDEGATE_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self._is_forked = self.is_warm and not cold and not pin
        self._program = program
        self.process: subprocess.Popen[bytes] | Forked | None = None

    def start(self) -> Tide:
        """Start the process and wait until it is ready."""
        self.process = self._process()
        self.running.add(self)
        until(self.is_ready, "the server", START_S)
        return self

    def _process(self) -> subprocess.Popen[bytes] | Forked:
        log = self.folder / "server.log"
        if self._is_forked:
            return Forked(ROOT, self.environment, log)
        with log.open("ab") as output:
            command = [*self.prefix, sys.executable, "-m", "web", "serve"]
            return subprocess.Popen(
                command, cwd=self._program, env=self.environment, stdout=output, stderr=output
            )

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        """Whether it takes messages."""
        assert self.process is not None
        assert self.process.poll() is None, self.log
        try:
            # Asking by HTTP takes so long that the server would start later for it
            socket.create_connection(("127.0.0.1", self.port), WAIT_S).close()
            return httpx.get(f"{self.url}/readyz", timeout=WAIT_S, **PLAIN).status_code == 200
        except (OSError, httpx.TransportError):
            return False

    @property
    def log(self) -> str:
        """What it has written."""
        return (self.folder / "server.log").read_text()[-4000:]

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.running.discard(self)

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        if self.process is None or not self.is_running:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(WAIT_S)
        finally:
            self.kill()

    def client(self, http2: bool = False) -> httpx.Client:
        """A client of the main door; with `http2` it speaks HTTP/2 from the first byte."""
        return httpx.Client(
            base_url=self.url, http1=not http2, http2=http2, timeout=WAIT_S, limits=LIMITS, **PLAIN
        )

    def data_client(self) -> httpx.Client:
        """A client of the data listener."""
        return httpx.Client(base_url=self.data_url, timeout=WAIT_S, limits=LIMITS, **PLAIN)


class Office:
    """What a person does in the management API."""

    def __init__(self, tide: Tide, name: str = "it") -> None:
        self.tide = tide
        self.name = name
        self.routing_key = ""
        self.integration: dict[str, Any] = {}

    def call(self, method: str, path: str, body: Any = None, expect: int | None = None) -> Any:
        """The answer's JSON; fails on any status that is not a success (or not the expected one)."""
        response = httpx.request(method, f"{self.tide.url}/manage/{path}", json=body, timeout=WAIT_S, **PLAIN)
        wanted = (expect,) if expect is not None else (200, 201, 202, 204)
        assert response.status_code in wanted, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def converter(self, direction: str, script: str) -> str:
        """A new converter; its id."""
        name = f"{self.name} {direction} {time.monotonic_ns()}"
        body = {"name": name, "direction": direction, "language": "python", "script": script}
        found: str = self.call("POST", "converters", body)["id"]
        return found

    def open_door(self, uplink: str = UPLINK, downlink: str = DOWNLINK, **fields: Any) -> str:
        """A new integration with both converters; the path of its endpoint."""
        self.integration = self.call(
            "POST",
            "integrations",
            {
                "name": f"{self.name} {time.monotonic_ns()}",
                "type": "http",
                "enabled": True,
                "allowCreateDevicesOrAssets": True,
                "deadlineMs": 60_000,  # a busy machine is no reason for a 504
                "uplinkConverterId": self.converter("uplink", uplink),
                "downlinkConverterId": self.converter("downlink", downlink),
                **fields,
            },
        )
        return f"/api/v1/integrations/http/{self.integration['routingKey']}"

    def chain(self, nodes: Mapping[str, Mapping[str, Any]], edges: str, active: bool = True) -> str:
        """A new chain, its nodes as `{id: {type, config}}`, its arrows as `a>b:relation, ...`; its id."""
        body = {"name": f"{self.name} {time.monotonic_ns()}", **document(nodes, edges)}
        found: str = self.call("POST", "rule-chains", body)["id"]
        if active:
            self.call("POST", f"rule-chains/{found}/activate", {})
        return found

    def device(self, name: str) -> dict[str, Any] | None:
        """The device of that name."""
        items = self.call("GET", f"devices?q={name}")["items"]
        return next((item for item in items if item["name"] == name), None)

    def latest(self, name: str) -> dict[str, Any]:
        """The latest telemetry of a device: key -> value."""
        device = self.device(name)
        assert device is not None, f"there is no device {name}"
        found = self.call("GET", f"devices/{device['id']}/telemetry/latest")
        return {key: point["value"] for key, point in found.items()}


def document(nodes: Mapping[str, Mapping[str, Any]], edges: str) -> dict[str, Any]:
    """A chain document in short writing; the first node is the entry."""
    rows = [{"id": id, "name": id, **node} for id, node in nodes.items()]
    arrows = []
    for number, text in enumerate(part.strip() for part in edges.split(",") if part.strip()):
        ends, _, relation = text.partition(":")
        source, _, target = ends.partition(">")
        arrows.append({"id": f"e{number}", "from": source, "to": target, "relation": relation or "Success"})
    return {"entry": rows[0]["id"], "nodes": rows, "edges": arrows}


@contextmanager
def outside(
    status: int = 200, hold: Event | None = None, answer: bytes = b"{}"
) -> Iterator[tuple[str, list[bytes]]]:
    """A server outside of ours on a port that no other test gets: its URL, and the bodies that it was sent.

    With `hold`, it answers only when that is set.
    """
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if hold is not None:
                hold.wait(WAIT_S)
            with suppress(OSError):  # who called may have given up
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", bodies
    finally:
        if hold is not None:
            hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
