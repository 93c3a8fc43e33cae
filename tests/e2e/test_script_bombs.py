"""Scripts that run away, in a running server: each gets its answer in its budget, everybody else goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from load import Load
from tide import Office, Tide, until

from tests.engine.script import script_attacks, script_attacks_fresh

BOMBS = script_attacks.BOMBS | script_attacks_fresh.BOMBS
# What a script of a node finds as its arguments, for the script of a converter.
ARGUMENTS = "msg = json_decode(payload)\nmsgType = 'POST_TELEMETRY_REQUEST'\n"
# Those that would never end, or never fit, one of each kind: they must be stopped, not just survived.
ENDLESS = {
    "while True": "too",
    "nested comprehension": "too",
    "list(range(10**10))": "too",
    "recursion": "too",
    "exponential recursion": "too",
    "str doubling": "may be",
    "returned DAG": "too",
    "10**10**8": "bits",
    "regex many repeats": "",
}
# The others run elsewhere, without a server.
SOME = [*ENDLESS, "surrogate in the source", *list(BOMBS)[::6]]
SECONDS_FOR_ONE = 10.0  # a script stops within 0.1 s; the rest is for a busy machine
MEMORY_KB = 300_000


@pytest.fixture(scope="module")
def tide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tide]:
    running = Tide(tmp_path_factory.mktemp("tide")).start()
    yield running
    assert running.stop() == 0, running.log


@pytest.fixture
def others(tide: Tide) -> Iterator[Load]:
    """Devices that send all the time by both doors; every one of their messages must be answered with 204."""
    path = Office(tide, "others").open_door()
    loads = [Load(port, path, devices=2, prefix=uuid4().hex[:6]) for port in (tide.port, tide.data_port)]
    for load in loads:
        load.start()
        until(lambda load=load: load.count > 10, "the other devices")
    before = [load.count for load in loads]
    yield loads[0]
    for load, count in zip(loads, before, strict=True):
        until(lambda load=load, count=count: load.count > count + 10, "the others to go on")
        load.stop()
        assert set(load.answers) == {204}
        assert load.lost == 0


def peak_kb(tide: Tide) -> int:
    """The most memory that the server had at any time."""
    assert tide.process is not None
    status = Path(f"/proc/{tide.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The first of its errors."""
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()["errors"][0]
    assert found["message"]
    return found


def send(url: str, who: str) -> httpx.Response:
    body = {"deviceName": who, "deviceType": "t", "a": 1, "t": 1}
    return httpx.post(url, json=body, timeout=SECONDS_FOR_ONE)


def test_every_bomb_in_a_converter_is_answered_and_the_others_go_on(tide: Tide, others: Load) -> None:
    office, pid, before = Office(tide, "bombs"), tide.process and tide.process.pid, peak_kb(tide)
    door = office.open_door()
    refused, stopped = {}, {}
    for name in SOME:
        body = {
            "name": uuid4().hex,
            "direction": "uplink",
            "language": "python",
            "script": ARGUMENTS + BOMBS[name],
        }
        made = httpx.post(
            f"{tide.url}/manage/converters",
            content=json.dumps(body),  # which httpx would not write: a surrogate
            headers={"Content-Type": "application/json"},
            timeout=SECONDS_FOR_ONE,
        )
        if made.status_code != 201:
            refused[name] = problem(made, 400)
            continue
        changed = {**office.integration, "uplinkConverterId": made.json()["id"]}
        office.call("PUT", f"integrations/{office.integration['id']}", changed)
        answer = send(tide.url + door, "bomber")
        assert answer.status_code in (204, 400), (name, answer.text)
        if answer.status_code == 400:
            stopped[name] = problem(answer, 400)
    for name, words in ENDLESS.items():
        assert words in stopped[name]["message"], stopped[name]
        assert stopped[name]["line"] >= ARGUMENTS.count("\n"), stopped[name]
    assert len(stopped) > len(SOME) / 2 > len(refused) > 0
    assert office.device("bomber") is None or office.latest("bomber") == {}
    assert tide.process is not None
    assert (tide.process.poll(), tide.process.pid) == (None, pid)
    assert peak_kb(tide) - before < MEMORY_KB


@pytest.mark.parametrize("door", ["main", "listener"])
def test_a_bomb_in_a_filter_is_a_failure_with_its_trace_and_the_others_go_on(
    tide: Tide, others: Load, door: str
) -> None:
    office = Office(tide, "filter bombs")
    for name, words in ENDLESS.items():
        nodes = {
            "save": {"type": "save-telemetry"},
            "bomb": {"type": "script-filter", "config": {"script": BOMBS[name].strip()}},
        }
        path = office.open_door(ruleChainId=office.chain(nodes, "save>bomb"))
        who = uuid4().hex[:8]
        answer = send((tide.url if door == "main" else tide.data_url) + path, who)
        assert answer.status_code == 500, (name, answer.text)
        hops = office.call("GET", f"traces/{answer.json()['trace']}")["hops"]
        assert words in hops[-1]["error"], name
        # What was saved before the bomb is saved; the message itself is kept.
        assert office.latest(who)["t"] == 1
    letters = [item["error"] for item in office.call("GET", "dead-letters?limit=100")["items"]]
    assert len(letters) >= len(ENDLESS)
