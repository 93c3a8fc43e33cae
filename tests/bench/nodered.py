"""The peer that most people know: Node-RED, installed by npm into a folder that git ignores."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import httpx

from tests.bench.machine import NotHere

HERE = Path(__file__).parent
VERSION = "4.1.15"  # the last line that runs on Node 20
FOLDER = HERE / ".cache" / f"node-red-{VERSION}"
ARGUMENTS = ("--settings", str(HERE / "nodered-settings.js"))


def installed() -> Path:
    """The program, installed now if it is not yet; NotHere without npm or when npm fails."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise NotHere("npm and node are not installed (Debian: apt install nodejs npm)")
    program = FOLDER / "node_modules" / ".bin" / "node-red"
    if program.exists():
        return program
    # Into another folder first: an installation that was broken off must not look like a whole one
    begun = FOLDER.with_suffix(".part")
    shutil.rmtree(begun, ignore_errors=True)
    command = ["npm", "install", "--prefix", str(begun), "--no-audit", "--no-fund", "--ignore-scripts"]
    begun.mkdir(parents=True)
    done = subprocess.run([*command, f"node-red@{VERSION}"], capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
        raise NotHere(f"npm cannot install node-red@{VERSION}: {(lines or [done.stderr.strip()])[0]}")
    begun.rename(FOLDER)
    return program


def environment(folder: Path, port: int) -> dict[str, str]:
    """The variables that `nodered-settings.js` reads."""
    return {**os.environ, "USER_DIR": str(folder), "PORT": str(port), "NRLOG": "warn"}


def deploy(url: str) -> None:
    """Put the flow in force."""
    flow = (HERE / "nodered-flow.json").read_bytes()
    headers = {"Content-Type": "application/json", "Node-RED-Deployment-Type": "full"}
    httpx.post(f"{url}/flows", content=flow, headers=headers, timeout=60).raise_for_status()
