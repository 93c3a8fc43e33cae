"""The servers that are compared: each starts on the server's core, plays the scene, and stops."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.bench import nodered, scene
from tests.bench.machine import Cores, NotHere
from tests.conftest import Postgres
from tests.e2e.tide import ROOT, Office, Tide, until
from tests.ports import free_port

HERE = Path(__file__).parent
ROUTING_KEY = "bench"


@dataclass(frozen=True)
class Door:
    """Where a running server takes messages, and its process."""

    url: str
    pid: int


Start = Callable[[], AbstractContextManager[Door]]


class Servers:
    """Starts servers on a core; what they share (PostgreSQL) lives until `close`."""

    def __init__(self, cores: Cores) -> None:
        self._cores = cores
        self._shared = ExitStack()
        self._postgres: Postgres | None = None

    def close(self) -> None:
        """Stop what the servers shared."""
        self._shared.close()

    @contextmanager
    def echo(self, script: str, *arguments: str) -> Iterator[Door]:
        """One of the bare echo servers of this folder; NotHere when its library is missing."""
        library = script.removeprefix("echo_").removesuffix(".py")
        if importlib.util.find_spec(library) is None:
            raise NotHere(f"{library} is not installed (make bench installs it)")
        port = free_port()
        with self._process([sys.executable, str(HERE / script), str(port), *arguments]) as process:
            url = f"http://127.0.0.1:{port}/x"
            until(lambda: answers(url, process), script)
            yield Door(url, process.pid)

    @contextmanager
    def nodered(self, path: str) -> Iterator[Door]:
        """Node-RED with the flow of this folder; NotHere without npm."""
        program = nodered.installed()
        with tempfile.TemporaryDirectory() as folder:
            port = free_port()
            environment = nodered.environment(Path(folder), port)
            with self._process([str(program), *nodered.ARGUMENTS], environment) as process:
                base = f"http://127.0.0.1:{port}"
                until(lambda: is_up(base, process), "Node-RED", 90)
                nodered.deploy(base)
                until(lambda: answers(f"{base}{path}", process), "the flow of Node-RED")
                yield Door(f"{base}{path}", process.pid)

    @contextmanager
    def tidegate(self, is_listener: bool, database_url: str = "", program: Path = ROOT) -> Iterator[Door]:
        """A whole Tidegate with the scene in it, behind its Quart door or its data listener."""
        with tempfile.TemporaryDirectory() as folder:
            tide = Tide(Path(folder), database_url, pin=self._cores.server, program=program).start()
            try:
                path = scene.play(Office(tide, "bench"))
                assert tide.process is not None
                yield Door(f"{tide.data_url if is_listener else tide.url}{path}", tide.process.pid)
            finally:
                tide.stop()

    @contextmanager
    def tidegate_on_postgres(self, program: Path = ROOT) -> Iterator[Door]:
        """Tidegate's data listener on a fresh database of PostgreSQL."""
        with self.tidegate(True, self.database(), program) as door:
            yield door

    def database(self) -> str:
        """The URL of a fresh database of a PostgreSQL that is as durable as can be, on the load's core.

        On a core of its own it would be nobody's bottleneck; on the server's core its CPU time would count as
        the server's. NotHere when it is not installed.
        """
        if self._postgres is None:
            try:
                self._postgres = Postgres(fsync="on")
            except (pytest.skip.Exception, pytest.fail.Exception) as missing:
                raise NotHere(f"{missing} (Debian: apt install postgresql)") from None
            self._shared.callback(self._postgres.remove)
            (pid,) = self.database_pids()
            subprocess.run(
                ["taskset", "-a", "-c", "-p", self._cores.load, str(pid)], check=True, capture_output=True
            )
        return self._postgres.url(self._postgres.new_database())

    def database_pids(self) -> list[int]:
        """The process of the PostgreSQL that was started, if one was."""
        if self._postgres is None:
            return []
        return [int((self._postgres.folder / "data" / "postmaster.pid").read_text().split()[0])]

    @contextmanager
    def _process(
        self, command: list[str], environment: dict[str, str] | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        pinned = ["taskset", "-c", self._cores.server, *command]
        process = subprocess.Popen(pinned, env=environment, stdout=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def compiled() -> Path:
    """Where `make wheel` has put this program with its compiled modules; NotHere when it has not, or not from this."""
    folder = ROOT / "build" / "compiled"
    built = [file for part in ("engine", "nodes", "web") for file in (folder / part).rglob("*.py")]
    if not list(folder.rglob("*.so")):
        raise NotHere("nothing is compiled (make wheel does it)")
    if any(file.read_bytes() != (ROOT / file.relative_to(folder)).read_bytes() for file in built):
        raise NotHere("what is compiled is not from these sources (make wheel compiles them)")
    tests = folder / "tests"
    shutil.rmtree(tests, ignore_errors=True)
    shutil.copytree(ROOT / "tests", tests, ignore=shutil.ignore_patterns(".cache", "__pycache__"))
    return folder


def answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server there takes the scene's message; RuntimeError when its process has ended."""
    if process.poll() is not None:
        raise RuntimeError(f"the server of {url} ended with {process.returncode}")
    try:
        return httpx.post(url, content=scene.BODY, headers=scene.HEADERS, timeout=5).is_success
    except httpx.TransportError:
        return False


def is_up(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether somebody answers GET there; RuntimeError when the process has ended."""
    if process.poll() is not None:
        raise RuntimeError(f"the server of {url} ended with {process.returncode}")
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False
