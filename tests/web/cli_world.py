"""The real program in processes of its own, with a data folder and settings of its own."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import structlog
from typer.testing import CliRunner, Result

from tests.ports import free_port
from web.cli import app

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "web")
PATIENCE_S = 60


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment without anybody's TIDEGATE_* but these."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("TIDEGATE_")}
    own = {"TIDEGATE_DATA_DIR": str(folder / "data"), "TIDEGATE_CONFIG": str(folder / "none.toml")}
    return {**clean, **own, **settings, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def start(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start the program; its output is piped."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(folder, **settings),
        cwd=ROOT,
    )


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        env=environment(folder, **settings),
        cwd=ROOT,
        timeout=PATIENCE_S,
    )


def tidegate(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, list(arguments))


@contextmanager
def keeping_the_logs() -> Iterator[None]:
    """What a command sets up for logging is put back."""
    root = logging.getLogger()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


class Server:
    """The program as a server on a free port; `lines` is what it has printed."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        free = ("--bind", f"127.0.0.1:{free_port()}", "--data-bind", f"127.0.0.1:{free_port()}")
        self.process = start(folder, *arguments, *free, **settings)
        self.lines: list[str] = []
        self.errors: list[str] = []
        streams = ((self.process.stdout, self.lines), (self.process.stderr, self.errors))
        self._readers = [threading.Thread(target=_read, args=each, daemon=True) for each in streams]
        for reader in self._readers:
            reader.start()

    def find(self, pattern: str) -> str:
        """The first group of a pattern in what is printed, as soon as it is."""
        return until(lambda: re.search(pattern, "".join(self.lines)), self.trouble)[1]

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.find(r"page +(http://\S+)/\n")

    def trouble(self) -> str:
        """What it said so far, for a failing test; an end that nobody asked for fails at once."""
        text = "".join([*self.lines, *self.errors])
        assert self.process.poll() is None, f"the program ended with {self.process.poll()}: {text}"
        return text

    def stop(self) -> int:
        """Ctrl+C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self.process.wait()
            for reader in self._readers:
                reader.join()
            for stream in (self.process.stdout, self.process.stderr):
                stream.close()


def _read(stream: Any, into: list[str]) -> None:
    for line in stream:
        into.append(line)


def until(look: Callable[[], Any], trouble: Callable[[], str] = str) -> Any:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        trouble()
        time.sleep(0.02)
    raise AssertionError(f"nothing came within {PATIENCE_S} s: {trouble()}")


def manage(url: str, path: str) -> Any:
    """What the management API says."""
    response = httpx.get(f"{url}/manage{path}", trust_env=False)
    response.raise_for_status()
    return response.json()
