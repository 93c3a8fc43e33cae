"""The ports that tests give to their servers."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import ephemeral, free_port

ROOT = Path(__file__).parents[1]


def test_a_port_is_free_and_never_one_that_the_system_gives_away() -> None:
    ports = [free_port() for _ in range(150)]
    assert len(set(ports)) == len(ports)
    assert not [port for port in ports if port in ephemeral()]
    for port in ports:
        with socket.create_server(("127.0.0.1", port)):
            pass


def test_two_processes_never_choose_the_same_port() -> None:
    """Each asks while the others still live: a server that is down keeps its port."""
    script = (
        "from tests.ports import free_port\nprint([free_port() for _ in range(120)], flush=True)\ninput()"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    try:
        chosen = [run.stdout.readline() for run in runs if run.stdout]
    finally:
        for run in runs:
            run.communicate("\n")
    numbers = [int(part) for line in chosen for part in line.strip("[]\n").split(",")]
    assert len(set(numbers)) == len(numbers) == 3 * 120


def test_a_port_that_somebody_uses_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    used = free_port()
    with socket.create_server(("127.0.0.1", used)):
        monkeypatch.setattr("tests.ports._ports", lambda: iter((used, used + 1)))
        assert free_port() != used
