"""A store that takes nothing: 503 at every door, nothing stored by halves, and all goes on when it is back."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tide import Office, Tide, outside, until

NEWS = 'return {"msg": msg, "metadata": metadata, "msgType": "POST_ATTRIBUTES_REQUEST"}'
Outage = Callable[[], AbstractContextManager[None]]


@contextmanager
def full_disk(tide: Tide) -> Iterator[None]:
    """The system lets the process write no byte behind the first of any file."""
    assert tide.process is not None
    pid, kind = tide.process.pid, resource.RLIMIT_FSIZE
    soft, hard = resource.prlimit(pid, kind)
    resource.prlimit(pid, kind, (1, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, kind, (soft, hard))


@contextmanager
def locked(tide: Tide) -> Iterator[None]:
    """Another program writes to the database and does not come to an end."""
    other = sqlite3.connect(tide.folder / "data" / "tidegate.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


@contextmanager
def stopped(postgres: Any) -> Iterator[None]:
    """The database server is gone."""
    postgres.stop()
    try:
        yield
    finally:
        postgres.start()


@pytest.fixture(scope="module", params=["SQLite on a full disk", "PostgreSQL stopped"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Tide, Outage]]:
    """A running server, and how its store goes away for a while."""
    folder = tmp_path_factory.mktemp("tide")
    if request.param.startswith("SQLite"):
        tide = Tide(folder, device_api_deadline_s=60).start()
        yield tide, lambda: full_disk(tide)
    else:
        server: Any = request.getfixturevalue("postgres")
        tide = Tide(folder, server.url(server.new_database()), device_api_deadline_s=60).start()
        yield tide, lambda: stopped(server)
    assert tide.stop() == 0, tide.log


@pytest.fixture
def tide(world: tuple[Tide, Outage]) -> Tide:
    """The server; the doors of `device` are its doors."""
    return world[0]


@pytest.fixture
def outage(world: tuple[Tide, Outage]) -> Outage:
    return world[1]


def name() -> str:
    return f"d-{uuid4().hex[:8]}"


def body(device: str, **values: Any) -> dict[str, Any]:
    return {"deviceName": device, "deviceType": "t", **values}


def assert_503(answer: httpx.Response) -> None:
    """As the contract says it: a problem, and when to come again."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 503
    assert int(answer.headers["retry-after"]) >= 1


def token_of(office: Office, who: str) -> str:
    device = office.device(who)
    assert device is not None
    found: str = office.call("GET", f"devices/{device['id']}/credentials")["token"]
    return found


def test_uplinks_are_503_store_nothing_and_then_go_on(
    office: Office, device: httpx.Client, outage: Outage
) -> None:
    path, old, new = office.open_door(), name(), name()
    assert device.post(path, json=body(old, n=1)).status_code == 204
    with outage():
        assert_503(device.post(path, json=body(old, n=2, lost=True)))
        assert_503(device.post(path, json=body(new, n=2)))
        assert_503(device.post(path, json=body(old, n=3, model="never")))
    until(lambda: device.post(path, json=body(old, n=4)).status_code == 204, "the store")
    assert office.latest(old) == {"n": 4}
    assert office.device(new) is None or office.latest(new) == {}
    assert device.post(path, json=body(new, n=5)).status_code == 204
    assert office.latest(new) == {"n": 5}


def test_a_downlink_that_could_not_leave_leaves_with_the_next_exchange(
    office: Office, device: httpx.Client, outage: Outage
) -> None:
    path, who = office.open_door(), name()
    assert device.post(path, json=body(who, n=1)).status_code == 204
    chain = office.chain(
        {"down": {"type": "integration-downlink", "config": {"integrationId": office.integration["id"]}}}, ""
    )
    # What comes in by the second door makes a downlink that waits for the first one.
    assert device.post(office.open_door(ruleChainId=chain), json=body(who, n=2)).status_code == 204
    with outage():
        assert_503(device.post(path, json=body(who, n=3)))
    answers: list[httpx.Response] = []

    def arrives() -> bool:
        answers.append(device.post(path, json=body(who, n=4)))
        return answers[-1].status_code == 200

    until(arrives, "the downlink")
    assert answers[-1].json() == {"n": 2}
    assert device.post(path, json=body(who, n=5)).status_code == 204


def test_the_token_api_is_503_too(office: Office, device: httpx.Client, outage: Outage) -> None:
    who = name()
    assert device.post(office.open_door(), json=body(who, n=1)).status_code == 204
    telemetry = f"/api/v1/{token_of(office, who)}/telemetry"
    assert device.post(telemetry, json={"n": 2}).status_code == 200
    with outage():
        assert_503(device.post(telemetry, json={"n": 3, "lost": 1}))
    until(lambda: device.post(telemetry, json={"n": 4}).status_code == 200, "the store")
    assert office.latest(who) == {"n": 4}


def test_management_writes_are_503_and_the_process_is_alive_but_not_ready(
    office: Office, tide: Tide, outage: Outage
) -> None:
    with outage(), tide.client() as person:
        converter = {"name": name(), "direction": "uplink", "language": "python", "script": "return {}"}
        assert_503(person.post("/manage/converters", json=converter))
        assert_503(person.get("/readyz"))
        assert person.get("/healthz").status_code == 200
        assert person.get("/metrics").status_code == 200
    until(tide.is_ready, "the store")
    assert converter["name"] not in [found["name"] for found in office.call("GET", "converters")["items"]]


@pytest.mark.parametrize("door", ["HTTP/1.1", "HTTP/2", "listener"])
def test_what_is_under_way_when_the_server_stops_is_503_and_not_lost(tmp_path: Path, door: str) -> None:
    """Its node waits for longer than a stop does."""
    tide = Tide(tmp_path, shutdown_s=1, allow_private_addresses=True).start()
    office, who = Office(tide, "stop"), name()
    nodes = {"save": {"type": "save-telemetry"}, "call": {"type": "rest-call"}}
    with outside(hold=Event()) as (blocked, seen):
        nodes["call"]["config"] = {"url": blocked}
        path = office.open_door(ruleChainId=office.chain(nodes, "save>call"))
        with ThreadPoolExecutor(1) as pool:
            client = tide.data_client() if door == "listener" else tide.client(http2=door == "HTTP/2")
            with client as device:
                sent = pool.submit(device.post, path, json=body(who, n=1))
                until(lambda: seen, "the slow node")
                assert tide.stop() == 0, tide.log
                assert_503(sent.result())
    tide.start()
    assert Office(tide).latest(who) == {"n": 1}
    assert tide.stop() == 0, tide.log


@pytest.mark.parametrize("door", ["HTTP/1.1", "HTTP/2", "listener"])
def test_a_queue_that_is_full_is_503_at_once_and_what_was_taken_is_stored(tmp_path: Path, door: str) -> None:
    """The store stands still under a lock: it holds as many rows as it may, and no row of what it refuses."""
    tide = Tide(tmp_path, max_unwritten_rows=100).start()
    office, who = Office(tide, "full"), name()
    path = office.open_door()
    keys = {number: {f"k{number}-{key}": number for key in range(25)} for number in range(12)}

    def send(values: dict[str, int]) -> httpx.Response:
        with tide.data_client() if door == "listener" else tide.client(http2=door == "HTTP/2") as device:
            return device.post(path, json=body(who, **values))

    send({}).raise_for_status()
    with ThreadPoolExecutor(len(keys)) as pool:
        with locked(tide):
            sent = [pool.submit(send, values) for values in keys.values()]
            until(lambda: any(answer.done() for answer in sent), "a refusal")
        answers = dict(zip(keys, [answer.result() for answer in sent], strict=True))
    taken = [number for number, answer in answers.items() if answer.status_code == 204]
    assert taken
    refused = [answer for number, answer in answers.items() if number not in taken]
    assert refused
    for answer in refused:
        assert_503(answer)
        assert answer.json()["detail"] == "the store is behind"  # not that it failed
    assert office.latest(who) == {key: value for number in taken for key, value in keys[number].items()}
    assert tide.stop() == 0, tide.log


def test_a_lock_that_is_let_go_in_time_costs_nobody_an_answer(tmp_path: Path) -> None:
    """Another program holds the database for longer than one attempt to write waits, not for two."""
    tide = Tide(tmp_path).start()
    office, who = Office(tide, "locked"), name()
    path = office.open_door()
    with tide.client() as device, ThreadPoolExecutor(1) as pool:
        device.post(path, json=body(who, n=1)).raise_for_status()
        with locked(tide):
            sent = pool.submit(device.post, path, json=body(who, n=2))
            until(lambda: "trying once more" in tide.log, "the second attempt")
        assert sent.result().status_code == 204
    assert office.latest(who) == {"n": 2}
    assert tide.stop() == 0, tide.log


def test_a_device_that_came_up_in_an_outage_is_announced_when_it_is_stored(
    office: Office, tide: Tide, outage: Outage
) -> None:
    """ENTITY_CREATED enters the chain once the device is there, however many attempts that took."""
    nodes = {
        "switch": {"type": "message-type-switch"},
        "news": {"type": "transform-script", "config": {"script": NEWS}},
        "tell": {"type": "save-attributes", "config": {"scope": "server"}},
        "save": {"type": "save-telemetry"},
    }
    edges = "switch>news:Entity Created, news>tell, switch>save:Post telemetry"
    path, who = office.open_door(ruleChainId=office.chain(nodes, edges)), name()
    with tide.client() as device:
        known = name()
        assert device.post(path, json=body(known, n=1)).status_code == 204
        until(lambda: announced(office, known), "the device that came up in good times")
        with outage():
            assert_503(device.post(path, json=body(who, n=1)))
        until(lambda: device.post(path, json=body(who, n=2)).status_code == 204, "the store")
    until(lambda: announced(office, who), "the message about the new device")


def announced(office: Office, who: str) -> bool:
    """Whether the chain was told that the device has come up."""
    device = office.device(who)
    assert device is not None
    found = office.call("GET", f"devices/{device['id']}/attributes/server")
    return bool(found.get("name", {}).get("value") == who)
