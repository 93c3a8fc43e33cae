"""Slow, half-open, idle and oversized callers at the data listener of a real server: other devices do not notice."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from rough import TIMES_WORSE, Attack, allow_files, busy_share, devices, least_cpu_us, nobody_notices, vanish
from tide import Office, Tide, until

from tests.bench.machine import memory_mb

HEAD = b"Host: tide\r\n"
MB = 1_000_000


@pytest.fixture(scope="module")
def sea(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tide]:
    """A server with the usual limits but for the times, so that the slow are told so within a test."""
    folder = tmp_path_factory.mktemp("sea")
    tide = Tide(
        folder,
        cold=True,
        data_first_byte_timeout_s=0.5,
        data_head_timeout_s=0.5,
        data_body_timeout_s=0.5,
        data_write_timeout_s=0.5,
        data_idle_timeout_s=3,
    ).start()
    yield tide
    assert tide.stop() == 0, tide.log


@pytest.fixture(scope="module")
def path(sea: Tide) -> str:
    """Where devices send."""
    return Office(sea).open_door()


def post(path: str, *lines: bytes) -> bytes:
    """The head of a POST."""
    return b"POST %b HTTP/1.1\r\n%b%b\r\n" % (path.encode(), HEAD, b"".join(line + b"\r\n" for line in lines))


# name -> what is sent, by the path that devices send to, and the answers that the contract has for it
ATTACKS = {
    "slow head": (lambda p: Attack(post(p)[:-2] + b"X: ", b"a", 200), {408}),
    "slow body": (lambda p: Attack(post(p, b"Content-Length: 900000"), b"x", 200), {408}),
    "slow chunks": (lambda p: Attack(post(p, b"Transfer-Encoding: chunked"), b"1\r\nx\r\n", 200), {408}),
    "silence": (lambda p: Attack(b"", callers=300), set()),
    "half a request": (lambda p: Attack(post(p)[:-9], callers=300), {408}),
    "oversized head": (lambda p: Attack(post(p)[:-2] + b"X: " + b"a" * 200_000, b"a", 10), {431}),
    "many headers": (lambda p: Attack(post(p, *[b"X: y"] * 5_000), callers=10), {431}),
    "oversized URL": (lambda p: Attack(b"GET /" + b"a" * 200_000, b"a", 10), {414}),
    "oversized body": (
        lambda p: Attack(post(p, b"Content-Length: 5000000") + b"x" * 5 * MB, callers=5),
        {413},
    ),
    "oversized chunk": (
        lambda p: Attack(post(p, b"Transfer-Encoding: chunked") + b"4C4B40\r\n" + b"x" * 5 * MB, callers=5),
        {413},
    ),
    "endless chunks": (
        lambda p: Attack(
            post(p, b"Transfer-Encoding: chunked") + b"800\r\n%b\r\n" % (b"x" * 2048) * 1000, callers=5
        ),
        {413},
    ),
    "flood of requests": (
        lambda p: Attack(b"GET %b HTTP/1.1\r\n%b\r\n" % (p.encode(), HEAD) * 500, callers=4),
        {200},
    ),
    "not HTTP": (lambda p: Attack(b"\x16\x03\x01\x02\x00" + os.urandom(2000), callers=20), {400}),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_other_devices_do_not_notice(sea: Tide, path: str, name: str) -> None:
    make, statuses = ATTACKS[name]
    attack = make(path)
    nobody_notices(f"{sea.data_url}{path}", lambda: attack.on(sea.data_port))
    assert set(attack.statuses) == statuses


def test_who_takes_no_answers_is_let_go_of(sea: Tide, path: str) -> None:
    """Twenty callers ask a hundred times for 200 KB and read nothing: of these 400 MB only a part ever waits."""
    office = Office(sea)
    httpx.post(f"{sea.url}{path}", json={"deviceName": "large", "deviceType": "t", "n": 1}).raise_for_status()
    device = office.device("large")
    assert device is not None
    assert sea.process is not None
    office.call("POST", f"devices/{device['id']}/attributes/shared", {"map": "x" * 200_000})
    token = office.call("GET", f"devices/{device['id']}/credentials")["token"]
    asked_for = b"GET /api/v1/%b/attributes HTTP/1.1\r\n%b\r\n" % (token.encode(), HEAD)
    attack = Attack(asked_for * 100, callers=20, reads=False)
    pid = sea.process.pid
    own_mb = memory_mb(pid)[1]
    with attack.on(sea.data_port):
        until(lambda: attack.begun == attack.callers, "all of them to come")
        with sea.data_client() as other:
            for n in range(20):
                other.post(path, json={"deviceName": "other", "deviceType": "t", "n": n}).raise_for_status()
        assert memory_mb(pid)[1] - own_mb < 300
        until(lambda: not connections(sea.data_port), "the server to let go of them, though they stay")
        assert attack.begun == attack.callers


def test_callers_that_vanish_without_a_word_are_let_go_of(sea: Tide, path: str) -> None:
    """Before a request, after half a head, half a body, an answer: the wire is cut, nothing says so."""
    until(lambda: not connections(sea.data_port), "the callers of other tests to go")
    whole = b"GET %b HTTP/1.1\r\n%b\r\n" % (path.encode(), HEAD)
    begun = [b"", post(path)[:-2], post(path, b"Content-Length: 100") + b"{", whole]
    callers = []
    for number in range(200):
        caller = socket.create_connection(("127.0.0.1", sea.data_port))
        caller.sendall(begun[number % len(begun)])
        callers.append(caller)
    assert connections(sea.data_port) > 100
    silent = [caller for caller in callers if not vanish(caller)]
    if silent:
        print("without CAP_NET_ADMIN the callers stay, silent, instead of vanishing")
    until(lambda: not connections(sea.data_port), "the server to let go of them")
    for caller in silent:
        caller.close()


def test_ten_thousand_idle_connections_cost_memory_only(tmp_path: Path) -> None:
    wanted = 10_000
    count = min(wanted, allow_files(wanted + 500) - 500)
    if count < wanted:
        print(f"only {count} connections: this system allows no more open files")
    tide = Tide(tmp_path, cold=True, data_max_connections=wanted + 100).start()
    assert tide.process is not None
    path = Office(tide).open_door()
    url, pid = f"{tide.data_url}{path}", tide.process.pid
    devices(url)
    own_mb = memory_mb(pid)[1]
    with idle_connections(tide.data_port, path, count) as idle:
        assert connections(tide.data_port) >= count
        per_connection = (memory_mb(pid)[1] - own_mb) * MB / count
        share = busy_share(tide, 4)
        print(f"{count} idle connections: {per_connection:,.0f} bytes each, {share:.1%} of a core")
        assert per_connection < 16_000
        assert share < 0.05
        for connection in idle[:: count // 50]:
            assert asked(connection, path) == 200
        beside = min(devices(url)["p99_ms"] for _ in range(3))
    alone = max(devices(url)["p99_ms"] for _ in range(3))
    assert beside <= TIMES_WORSE * alone
    assert tide.stop() == 0, tide.log


def test_more_connections_than_the_shell_allows_files(tmp_path: Path) -> None:
    """The usual limit of open files is a soft one; the server takes what it may have."""
    allow_files(2000)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
    try:
        tide = Tide(tmp_path, cold=True).start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    with idle_connections(tide.data_port, Office(tide).open_door(), 600):
        assert connections(tide.data_port) >= 600
    assert tide.stop() == 0, tide.log


@contextmanager
def idle_connections(port: int, path: str, count: int) -> Iterator[list[socket.socket]]:
    """Connections that were answered once and then say nothing, 2,000 from each of some addresses."""
    found: list[socket.socket] = []
    try:
        for number in range(count):
            connection = socket.socket()
            found.append(connection)
            connection.bind((f"127.0.0.{2 + number // 2000}", 0))
            connection.settimeout(30)
            connection.connect(("127.0.0.1", port))
            assert asked(connection, path) == 200
        yield found
    finally:
        for connection in found:
            connection.close()


def asked(connection: socket.socket, path: str) -> int:
    """The status that a GET gets there."""
    connection.sendall(b"GET %b HTTP/1.1\r\n%b\r\n" % (path.encode(), HEAD))
    return int(connection.recv(4096)[9:12])


def connections(port: int) -> int:
    """How many connections the server holds at that port."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    ours = [line.split() for line in lines]
    return sum(1 for line in ours if line[1].endswith(f":{port:04X}") and line[3] in ("01", "08"))


def test_a_thousand_long_polls_cost_memory_only(tmp_path: Path) -> None:
    """Five each of 200 devices with tokens."""
    allow_files(3000)
    tide = Tide(tmp_path, cold=True).start()
    assert tide.process is not None
    office = Office(tide)
    url, pid = f"{tide.data_url}{office.open_door()}", tide.process.pid
    tokens = tokens_of(office, url, 200)
    devices(url)
    alone_share, own_mb = busy_share(tide, 3), memory_mb(pid)[1]
    with polls(tide, tokens * 5) as waiting:
        per_poll = (memory_mb(pid)[1] - own_mb) * MB / len(waiting)
        share = busy_share(tide, 3)
        print(
            f"{len(waiting)} polls: {per_poll:,.0f} bytes each, {share:.1%} of a core, {alone_share:.1%} without"
        )
        assert per_poll < 50_000
        assert share < alone_share + 0.01
        beside = least_cpu_us(url, pid)
        # They do wait: those of the device that something happens to are answered, and only those
        device = office.device("poller-7")
        assert device is not None
        office.call("POST", f"devices/{device['id']}/attributes/shared", {"order": 1})
        for connection in waiting[7::200]:
            connection.settimeout(30)
            assert connection.recv(4096).endswith(b'{"order":1}')
        for other in waiting[:7]:
            with pytest.raises(BlockingIOError):
                other.recv(1)
    assert beside <= 2 * least_cpu_us(url, pid)
    assert tide.stop() == 0, tide.log


def tokens_of(office: Office, url: str, count: int) -> list[str]:
    """The tokens of so many new devices, poller-0 and so on."""
    names = [f"poller-{number}" for number in range(count)]
    many = [{"deviceName": name, "deviceType": "t", "telemetry": {"n": 1}} for name in names]
    httpx.post(url, json={"many": many}, timeout=60).raise_for_status()
    with office.tide.client() as client:
        items = client.get(f"/manage/devices?q=poller-&limit={count}").json()["items"]
        ids = {item["name"]: item["id"] for item in items}
        return [client.get(f"/manage/devices/{ids[name]}/credentials").json()["token"] for name in names]


@contextmanager
def polls(tide: Tide, tokens: list[str]) -> Iterator[list[socket.socket]]:
    """Open polls for attribute updates, one for each token."""
    found: list[socket.socket] = []
    try:
        for token in tokens:
            connection = socket.create_connection(("127.0.0.1", tide.data_port))
            found.append(connection)
            query = f"/api/v1/{token}/attributes/updates?timeout=300000"
            connection.sendall(b"GET %b HTTP/1.1\r\n%b\r\n" % (query.encode(), HEAD))
            connection.setblocking(False)
        is_open = f"tidegate_exchanges_open {float(len(tokens))}"
        until(lambda: is_open in httpx.get(f"{tide.url}/metrics").text, "the polls")
        yield found
    finally:
        for connection in found:
            connection.close()


def test_an_idle_server_takes_less_than_a_percent_of_a_core_and_120_mb(tmp_path: Path) -> None:
    tide = Tide(tmp_path, cold=True).start()
    assert tide.process is not None
    share, rss_mb = busy_share(tide, 5), memory_mb(tide.process.pid)[0]
    print(f"idle: {share:.2%} of a core, {rss_mb:.1f} MB")
    assert share < 0.01
    assert rss_mb < 120
    assert tide.stop() == 0, tide.log
