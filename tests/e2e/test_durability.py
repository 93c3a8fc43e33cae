"""Nothing that was promised is lost: kill -9, chains swapped under load, a store that goes away, a stop."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import msgspec
import pytest
from load import Load, stored
from sqlalchemy import NullPool, create_engine, text
from tide import WAIT_S, Office, Tide, document, outside, until

from engine.store.database import parse_url

SAVE = {"type": "save-telemetry"}
KILLS = 10


@pytest.fixture
def url(request: pytest.FixtureRequest, database_url: str) -> str:
    return database_url


def test_ten_kills_under_load_lose_nothing_that_got_a_2xx(tmp_path: Path, url: str) -> None:
    tide = Tide(tmp_path, url).start()
    path = Office(tide).open_door()
    load = Load(tide.port, path)
    for _ in range(KILLS):
        before = load.count
        load.start()
        until(lambda seen=before: load.count >= seen + 40, "messages")
        tide.kill()
        load.stop()
        tide.start()
    office = Office(tide)
    for name, numbers in load.acked.items():
        device = office.device(name)
        assert device is not None, f"{name} is gone"
        missing = set(numbers) - stored(office.call, device)
        assert not missing, f"{name} lost {sorted(missing)[:10]}"
    assert set(load.answers) <= {204}, load.answers
    assert tide.stop() == 0, tide.log


def test_every_downlink_arrives_at_least_once_over_kills(tmp_path: Path, url: str) -> None:
    tide = Tide(tmp_path, url).start()
    office = Office(tide)
    path = office.open_door(downlinkMode="fifo")
    root = next(chain for chain in office.call("GET", "rule-chains")["items"] if chain["root"])
    stored_chain = office.call("GET", f"rule-chains/{root['id']}")
    down = {"type": "integration-downlink", "config": {"integrationId": office.integration["id"]}}
    stored_chain["nodes"].append({"id": "down", "name": "down", **down})
    stored_chain["edges"].append(
        {"id": "down", "from": stored_chain["entry"], "to": "down", "relation": "Attributes Updated"}
    )
    office.call("PUT", f"rule-chains/{root['id']}", stored_chain)
    office.call("POST", f"rule-chains/{root['id']}/activate", {})
    load = Load(tide.port, path, devices=4)
    load.start()
    until(lambda: load.count >= 8, "the devices")
    sent: dict[str, set[int]] = {name: set() for name in load.acked}
    for number in range(30):
        for name in sent:
            device = Office(tide).device(name)
            assert device is not None
            Office(tide).call("POST", f"devices/{device['id']}/attributes/shared", {"order": number})
            sent[name].add(number)
        if number % 10 == 5:
            tide.kill()
            load.stop()
            tide.start()
            load.start()

    def received() -> dict[str, set[int]]:
        found: dict[str, set[int]] = {name: set() for name in sent}
        for name, content in tuple(load.bodies):
            found[name].add(json.loads(content)["order"])
        return found

    until(lambda: received() == sent, "all downlinks")
    load.stop()
    assert tide.stop() == 0, tide.log


def test_a_downlink_whose_answer_was_cut_off_by_a_kill_comes_again(tmp_path: Path, url: str) -> None:
    """Its answer waits behind one that is slow: stored it is, and its bytes have not left."""
    tide = Tide(tmp_path, url, allow_private_addresses=True).start()
    office, names = Office(tide), [f"d{number}" for number in range(5)]
    with outside(hold=Event()) as (blocked, seen):
        call = {"call": {"type": "rest-call", "config": {"url": blocked}}}
        slow = office.open_door(ruleChainId=office.chain(call, "", active=True))
        path = office.open_door(downlinkMode="fifo")
        down = {"type": "integration-downlink", "config": {"integrationId": office.integration["id"]}}
        chain = office.chain({"save": SAVE, "down": down}, "save>down")
        changed = {**office.integration, "ruleChainId": chain}
        office.call("PUT", f"integrations/{office.integration['id']}", changed)
        with socket.create_connection(("127.0.0.1", tide.data_port), timeout=WAIT_S) as connection:
            connection.sendall(request(slow, "slow", 0))
            until(lambda: seen, "the slow one to be under way")
            connection.sendall(b"".join(request(path, who, n) for n, who in enumerate(names)))
            until(lambda: outbox(tide) == len(names), "all downlinks in the store")
            tide.kill()
            connection.settimeout(5)
            assert answered(connection) == b""
    tide.start()
    assert outbox(tide) == 0
    for number, who in enumerate(names):
        again = httpx.get(f"{tide.data_url}{path}?deviceName={who}&timeout=0", timeout=WAIT_S)
        assert (again.status_code, again.json()) == (200, {"n": number})
    for who in names:  # and, having arrived, not once more
        assert (
            httpx.get(f"{tide.data_url}{path}?deviceName={who}&timeout=0", timeout=WAIT_S).status_code == 204
        )
    assert tide.stop() == 0, tide.log
    tide.start()
    assert httpx.get(f"{tide.data_url}{path}?deviceName=d0&timeout=0", timeout=WAIT_S).status_code == 204


def request(path: str, who: str, number: int) -> bytes:
    """An uplink as bytes."""
    body = json.dumps({"deviceName": who, "deviceType": "t", "n": number}).encode()
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def answered(connection: socket.socket) -> bytes:
    """What came before the connection ended."""
    try:
        return connection.recv(1000)
    except ConnectionResetError:
        return b""


def outbox(tide: Tide) -> int:
    """How many downlinks are stored as leaving with an answer."""
    engine = create_engine(parse_url(tide.database_url), poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT document FROM outbox"))
        return sum(len(msgspec.msgpack.decode(document)) for (document,) in found)


def test_the_internal_queue_survives_a_kill(tmp_path: Path, url: str) -> None:
    """Attribute updates wait for an outside server that answers only after the server was killed and started."""
    hold = Event()
    tide = Tide(tmp_path, url, allow_private_addresses=True).start()
    office = Office(tide)
    door = office.open_door()
    httpx.post(f"{tide.url}{door}", json={"deviceName": "d", "deviceType": "t", "n": 1}).raise_for_status()
    with outside(hold=hold) as (blocked, seen):
        root = call_outside_on_updates(office, blocked)
        device = office.device("d")
        assert device is not None
        for number in range(20):
            office.call("POST", f"devices/{device['id']}/attributes/shared", {"order": number})
        until(lambda: seen, "the first call")
        tide.kill()
    tide.start()
    office = Office(tide)
    with outside() as (open_url, bodies):
        point_to(office, root, open_url)
        expected = set(range(20))
        until(
            lambda: {json.loads(body)["order"] for body in bodies} == expected,
            "all messages of the queue",
            60,
        )
    assert tide.stop() == 0, tide.log


def call_outside_on_updates(office: Office, url: str) -> str:
    """The root chain sends attribute updates to an outside server; the id of the chain."""
    nodes = {"switch": {"type": "message-type-switch"}, "call": {"type": "rest-call", "config": {"url": url}}}
    chain = office.chain(nodes, "switch>call:Attributes Updated")
    office.call("POST", f"rule-chains/{chain}/root", {})
    return chain


def point_to(office: Office, chain: str, url: str) -> None:
    stored_chain = office.call("GET", f"rule-chains/{chain}")
    for node in stored_chain["nodes"]:
        if node["type"] == "rest-call":
            node["config"]["url"] = url
    office.call("PUT", f"rule-chains/{chain}", stored_chain)
    office.call("POST", f"rule-chains/{chain}/activate", {})


def test_a_hundred_swaps_under_load_lose_nothing_and_mix_nothing(tmp_path: Path, sqlite_url: str) -> None:
    """Each version stamps two values; an answer that mixed versions would carry two different stamps."""
    tide = Tide(tmp_path, sqlite_url).start()
    office = Office(tide)
    office.open_door()
    integration = office.integration

    def version(number: int) -> dict[str, Any]:
        stamp = {"type": "transform-script", "config": {"script": f"msg.a = {number}\nreturn {{'msg': msg}}"}}
        again = {"type": "transform-script", "config": {"script": f"msg.b = {number}\nreturn {{'msg': msg}}"}}
        down = {"type": "integration-downlink", "config": {"integrationId": integration["id"]}}
        return document(
            {"save": SAVE, "one": stamp, "two": again, "down": down}, "save>one, one>two, two>down"
        )

    created = office.call("POST", "rule-chains", {"name": "swapped", **version(0)})
    office.call("POST", f"rule-chains/{created['id']}/activate", {})
    office.call("PUT", f"integrations/{integration['id']}", {**integration, "ruleChainId": created["id"]})
    load = Load(tide.port, f"/api/v1/integrations/http/{integration['routingKey']}").start()
    until(lambda: load.count > 20, "messages")
    for number in range(1, 101):
        office.call("PUT", f"rule-chains/{created['id']}", {"name": "swapped", **version(number)})
        office.call("POST", f"rule-chains/{created['id']}/activate", {})
    load.stop()
    assert set(load.answers) == {200}, (load.answers, tide.log)
    assert load.lost == 0
    stamps = [(found["a"], found["b"]) for found in (json.loads(content) for _, content in load.bodies)]
    assert all(a == b for a, b in stamps)
    assert len({a for a, _ in stamps}) > 50
    for name, numbers in load.acked.items():
        device = office.device(name)
        assert device is not None
        assert set(numbers) <= stored(office.call, device)
    assert tide.stop() == 0, tide.log


def test_a_store_that_goes_away_is_503_and_comes_back(tmp_path: Path, postgres: Any) -> None:
    tide = Tide(tmp_path, postgres.url(postgres.new_database())).start()
    path = f"{tide.url}{Office(tide).open_door()}"
    body = {"deviceName": "d", "deviceType": "t", "n": 1}
    assert httpx.post(path, json=body, timeout=WAIT_S).status_code == 204
    postgres.stop()
    try:
        answer = httpx.post(path, json={**body, "n": 2}, timeout=WAIT_S)
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["retry-after"]) >= 1
        assert httpx.get(f"{tide.url}/readyz", timeout=WAIT_S).status_code == 503
        assert httpx.get(f"{tide.url}/healthz", timeout=WAIT_S).status_code == 200
    finally:
        postgres.start()
    until(lambda: httpx.post(path, json={**body, "n": 3}, timeout=WAIT_S).status_code == 204, "the store")
    assert Office(tide).latest("d") == {"n": 3}
    assert tide.stop() == 0, tide.log


def test_a_stop_answers_what_is_under_way_and_loses_nothing(tmp_path: Path, sqlite_url: str) -> None:
    tide = Tide(tmp_path, sqlite_url).start()
    load = Load(tide.port, Office(tide).open_door()).start()
    until(lambda: load.count > 100, "messages")
    assert tide.stop() == 0, tide.log
    load.stop()
    assert set(load.answers) <= {204, 503}
    tide.start()
    office = Office(tide)
    for name, numbers in load.acked.items():
        device = office.device(name)
        assert device is not None
        assert set(numbers) <= stored(office.call, device)
    assert tide.stop() == 0


def test_a_poll_does_not_hold_up_a_stop(tmp_path: Path, sqlite_url: str) -> None:
    tide = Tide(tmp_path, sqlite_url).start()
    path = f"{tide.url}{Office(tide).open_door()}"
    httpx.post(path, json={"deviceName": "d", "deviceType": "t", "n": 1}).raise_for_status()
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(httpx.get, f"{path}?deviceName=d&timeout=60000", timeout=70)
        until(lambda: "tidegate_exchanges_open 1.0" in httpx.get(f"{tide.url}/metrics").text, "the poll")
        assert tide.stop() == 0, tide.log
        assert poll.result(WAIT_S).status_code == 503
