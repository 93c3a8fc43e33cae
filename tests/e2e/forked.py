"""Server processes that begin with the program loaded, as a fork of one process that has loaded it once.

Loading takes a second and a half of the processor, opening the store a tenth of that; tests that kill a server
again and again would do little else. What a server does, and what kill -9 does to it, is the same.
"""

from __future__ import annotations

import atexit
import importlib
import os
import signal
import subprocess
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import ClassVar

_MOTHER = get_context("forkserver")
# What a server loads in time, with either database; pytest, because a fork loads what its parent's parent ran
_LOADED = ["web.commands.serve", "engine.store.partitions", "engine.store.migrate", "pytest"]


class Forked:
    """A process that runs `tidegate serve`; as much of `subprocess.Popen` as the tests need."""

    _living: ClassVar[set[Forked]] = set()

    def __init__(self, folder: Path, environment: Mapping[str, str], log: Path) -> None:
        _MOTHER.set_forkserver_preload(_LOADED)
        self._process = _MOTHER.Process(target=_serve, args=(folder, dict(environment), log))
        self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid
        self._living.add(self)

    def poll(self) -> int | None:
        """Its exit code (minus the signal that ended it), or None while it runs."""
        code = self._process.exitcode
        if code is not None:
            self._living.discard(self)
        return code

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code as soon as it has ended."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("tidegate serve", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.send_signal(signal.SIGKILL)

    @classmethod
    def kill_all(cls) -> None:
        """End those that are left: Python waits for them otherwise."""
        for process in tuple(cls._living):
            process.kill()


# After multiprocessing's own, so it runs before that
atexit.register(Forked.kill_all)


def _serve(folder: Path, environment: dict[str, str], log: Path) -> None:
    """What `python -m web serve` does in that folder and environment, with its output in a file."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(output)
    importlib.import_module("web.cli").app(["serve"], prog_name="tidegate")
