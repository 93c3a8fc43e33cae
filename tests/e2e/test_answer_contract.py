"""The answer contract, row by row: a real process, a real socket, both databases, both versions of HTTP."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hpack import Encoder
from tide import WAIT_S, Office, Tide, outside, tell, until

from tests.web.test_bad_input import BAD

SWITCH = {"type": "message-type-switch"}
SAVE = {"type": "save-telemetry"}
SAVE_ATTRIBUTES = {"type": "save-attributes", "config": {"scope": "client"}}


def name() -> str:
    """A device name that no other test uses."""
    return f"d-{uuid4().hex[:8]}"


def body(device: str, **values: Any) -> dict[str, Any]:
    return {"deviceName": device, "deviceType": "thermostat", **values}


def send_down(integration: dict[str, Any], **config: Any) -> dict[str, Any]:
    return {"type": "integration-downlink", "config": {"integrationId": integration["id"], **config}}


def loop_back(office: Office, **fields: Any) -> str:
    """A door whose chain sends every telemetry message back as a downlink."""
    path = office.open_door(**fields)
    chain = office.chain(
        {"switch": SWITCH, "save": SAVE, "down": send_down(office.integration)},
        "switch>save:Post telemetry, save>down",
    )
    office.call(
        "PUT", f"integrations/{office.integration['id']}", {**office.integration, "ruleChainId": chain}
    )
    return path


# ------------------------------------------------------------------ done


def test_a_downlink_made_by_this_uplink_goes_back_on_this_exchange(
    office: Office, device: httpx.Client
) -> None:
    path, who = loop_back(office), name()
    answer = device.post(path, json=body(who, temperature=33))
    assert answer.status_code == 200
    assert answer.json() == {"temperature": 33}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-kind"] == "POST_TELEMETRY_REQUEST"
    assert office.latest(who) == {"temperature": 33}


def test_a_downlink_converter_may_set_the_status(office: Office, device: httpx.Client) -> None:
    script = 'return {"contentType": "TEXT", "data": "later", "metadata": {"status": 202}}'
    answer = device.post(loop_back(office, downlink=script), json=body(name(), t=1))
    assert (answer.status_code, answer.text) == (202, "later")
    assert answer.headers["content-type"].startswith("text/plain")


def test_all_downlinks_of_one_exchange_are_an_array_in_which_nothing_is_lost(
    office: Office, device: httpx.Client
) -> None:
    script = """
return [{"contentType": "JSON", "data": "{\\"a\\": 1}"}, {"contentType": "JSON", "data": "a = 1"},
        {"contentType": "TEXT", "data": "ü"}, {"contentType": "BINARY", "data": "AP8="}]
"""
    path = loop_back(office, downlink=script, downlinkMode="fifo", allDownlinks=True)
    answer = device.post(path, json=body(name(), t=1))
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == [{"a": 1}, "a = 1", "ü", "AP8="]


def test_done_without_a_downlink_is_204_or_200_as_the_integration_says(
    office: Office, device: httpx.Client
) -> None:
    nothing = device.post(office.open_door(), json=body(name(), t=1))
    assert nothing.status_code == 204
    assert "content-length" not in nothing.headers  # RFC 9110, 8.6
    path = office.open_door(replaceNoContentToOk=True)
    answer = device.post(path, json=body(name(), t=1))
    assert (answer.status_code, answer.content) == (200, b"")
    assert device.put(path, json=body(name(), t=1)).status_code == 200


@pytest.mark.parametrize("nothing", [{}, []])
def test_a_converter_with_nothing_to_say_is_always_204(
    office: Office, device: httpx.Client, nothing: Any
) -> None:
    assert (
        device.post(office.open_door(replaceNoContentToOk=True), json={"nothing": nothing}).status_code == 204
    )


def test_what_was_answered_with_2xx_is_stored(office: Office, device: httpx.Client) -> None:
    path, who = office.open_door(), name()
    for number in range(10):
        assert device.post(path, json=body(who, n=number, big=2**70, flag=True, x=1.5)).status_code == 204
        assert office.latest(who) == {"n": number, "big": 2**70, "flag": True, "x": 1.5}


# ------------------------------------------------------------------ pick-up


def test_get_says_that_the_endpoint_is_there(office: Office, device: httpx.Client) -> None:
    path = office.open_door()
    assert device.get(path).status_code == 200
    head = device.head(path)
    assert (head.status_code, head.content) == (200, b"")


def test_a_poll_takes_what_waits_or_ends_with_204(office: Office, device: httpx.Client) -> None:
    path, who = office.open_door(), name()
    assert device.post(path, json=body(who, t=1)).status_code == 204
    assert device.get(path, params={"deviceName": who, "timeout": 20}).status_code == 204
    queue_downlink(office, who, "one")
    answer = device.get(path, params={"deviceName": who, "timeout": 20_000})
    assert (answer.status_code, answer.json()) == (200, {"firmware": "one"})
    assert device.get(path, params={"deviceName": who, "timeout": 0}).status_code == 204


@pytest.mark.parametrize("door", ["main", "listener"])
def test_a_caller_that_closes_after_each_answer_gets_a_downlink_once(
    office: Office, tide: Tide, door: str
) -> None:
    path, who = office.open_door(), name()
    url = (tide.url if door == "main" else tide.data_url) + path
    closing = {"Connection": "close"}
    assert tell(url, json=body(who, t=1), headers=closing).status_code == 204
    queue_downlink(office, who, "three")
    answer = until(lambda: _with_body(tell(url, json=body(who, t=2), headers=closing)), "the downlink")
    assert answer.json() == {"firmware": "three"}
    assert tell(url, json=body(who, t=3), headers=closing).status_code == 204
    kept = office.call("GET", f"devices/{office.device(who)['id']}/downlinks")["items"]  # type: ignore[index]
    ours = [downlink["state"] for downlink in kept if downlink["integrationId"] == office.integration["id"]]
    assert ours == ["delivered"]


def _with_body(answer: httpx.Response) -> httpx.Response | None:
    return answer if answer.status_code == 200 else None


def test_an_open_poll_is_answered_as_soon_as_something_comes(office: Office, device: httpx.Client) -> None:
    path, who = office.open_door(), name()
    device.post(path, json=body(who, t=1))
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(device.get, path, params={"deviceName": who, "timeout": 60_000})
        queue_downlink(office, who, "two")
        assert poll.result(WAIT_S).json() == {"firmware": "two"}


def test_a_poll_for_nobody_or_with_a_wrong_timeout_is_refused(office: Office, device: httpx.Client) -> None:
    path = office.open_door()
    assert device.get(path, params={"deviceName": name()}).status_code == 404
    assert device.get(path, params={"deviceName": name(), "timeout": "soon"}).status_code == 400


def queue_downlink(office: Office, who: str, firmware: str) -> None:
    """What a person does: set a shared attribute; the root chain makes a downlink of it."""
    root = next(chain for chain in office.call("GET", "rule-chains")["items"] if chain["root"])
    stored = office.call("GET", f"rule-chains/{root['id']}")
    node = {"id": f"down-{office.integration['id']}", "name": "down", **send_down(office.integration)}
    if all(item["id"] != node["id"] for item in stored["nodes"]):
        stored["nodes"].append(node)
        arrow = {
            "id": node["id"],
            "from": stored["entry"],
            "to": node["id"],
            "relation": "Attributes Updated",
        }
        stored["edges"].append(arrow)
        office.call("PUT", f"rule-chains/{root['id']}", stored)
        office.call("POST", f"rule-chains/{root['id']}/activate", {})
    device = office.device(who)
    assert device is not None
    office.call("POST", f"devices/{device['id']}/attributes/shared", {"firmware": firmware})


# ------------------------------------------------------------------ refused


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["title"]
    return found


def test_a_body_that_is_too_large_is_413(office: Office, device: httpx.Client) -> None:
    path, who = office.open_door(), name()
    problem(device.post(path, json=body(who, t="x" * 200_000)), 413)
    chunks = (b"x" * 50_000 for _ in range(4))
    assert device.post(path, content=chunks).status_code == 413
    assert office.device(who) is None


def test_50_mb_are_refused_whether_their_length_is_said_or_not(
    office: Office, device: httpx.Client, tide: Tide
) -> None:
    """The server neither keeps them nor goes down; whoever goes on sending may be cut off."""
    path, who, before = office.open_door(), name(), peak_kb(tide)
    for content in (b"x" * 50_000_000, (b"x" * 100_000 for _ in range(500))):
        try:
            assert device.post(path, content=content).status_code == 413
        except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
            assert device.post(path, content=b"x" * 200_000).status_code == 413
        assert device.post(path, json=body(who, t=1)).status_code == 204
    assert peak_kb(tide) - before < 40_000


def peak_kb(tide: Tide) -> int:
    """The most memory that the server had at any time."""
    assert tide.process is not None
    status = Path(f"/proc/{tide.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def test_bad_input_is_400_and_stores_nothing_by_halves(office: Office, device: httpx.Client) -> None:
    who = name()
    for uplink in ("", "return json_decode(payload)"):
        path = office.open_door(uplink=uplink) if uplink else office.open_door(uplinkConverterId=None)
        for kind, bad in BAD.items():
            answer = device.post(path, content=bad.replace(b'"d"', f'"{who}"'.encode()))
            assert answer.status_code == 400, (kind, answer.text)
            assert problem(answer, 400)["errors"], kind
    assert office.device(who) is None
    assert office.call("GET", f"dead-letters?q={who}")["items"] == []


@pytest.mark.parametrize("door", ["main", "listener"])
def test_a_head_that_is_too_large_is_431_and_what_is_not_http_is_400(tide: Tide, door: str) -> None:
    port = tide.port if door == "main" else tide.data_port
    assert raw(port, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n").startswith(
        b"HTTP/1.1 431"
    )
    assert raw(port, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert raw(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n").startswith(b"HTTP/1.1 400")


@pytest.fixture
def plain_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client compresses no head: with a large one Python takes seconds, and who is idle for five is let go of."""
    encode = Encoder.encode
    monkeypatch.setattr(Encoder, "encode", lambda self, headers, huffman=True: encode(self, headers, False))


@pytest.mark.usefixtures("plain_heads")
def test_over_http2_too_the_head_is_bounded_and_the_connection_goes_on(office: Office, tide: Tide) -> None:
    path = office.open_door()
    with tide.client(http2=True) as device:
        found = problem(device.post(path, json=body(name(), t=1), headers={"x": "y" * 40_000}), 431)
        assert "32768" in found["detail"]
        problem(device.post(path, json=body(name(), t=1), headers={f"x{n}": "y" for n in range(1000)}), 431)
        problem(device.get(f"{path}?{'y' * 40_000}"), 431)
        assert device.post(path, json=body(name(), t=1), headers={"x": "y" * 20_000}).status_code == 204
        with pytest.raises(httpx.RemoteProtocolError, match="error_code:11"):  # ENHANCE_YOUR_CALM
            # Without a body, which could meet a closed connection before the reason for that is read
            device.get(path, headers={"x": "y" * 100_000})
        assert device.post(path, json=body(name(), t=1)).status_code == 204


GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0"
GO_AWAY = b"\x07"


@pytest.mark.parametrize(
    "frame",
    [b"\0\0\1\0\0\0\0\0\0x", b"\0\0\4\1\5\0\0\0\1\xff\xff\xff\xff"],
    ids=["data of no stream", "headers that are none"],
)
def test_what_is_not_http2_is_sent_away(tide: Tide, frame: bytes) -> None:
    """There is no status for it: the connection is told why it ends, and ends."""
    with socket.create_connection(("127.0.0.1", tide.port), timeout=WAIT_S) as connection:
        connection.sendall(GREETING + frame)
        answer = connection.makefile("rb")
        kinds = []
        while head := answer.read(9):
            kinds.append(head[3:4])
            answer.read(int.from_bytes(head[:3]))
    assert kinds[-1] == GO_AWAY


def raw(port: int, data: bytes) -> bytes:
    """What the server says to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as connection:
        connection.sendall(data)
        return connection.recv(200)


def test_a_security_header_that_is_missing_or_wrong_is_403_before_the_converter(
    office: Office, device: httpx.Client
) -> None:
    path = office.open_door(uplink='return json_decode("{")', security={"headers": {"test-header": "secret"}})
    problem(device.post(path, json={}), 403)
    problem(device.post(path, json={}, headers={"Test-Header": "wrong"}), 403)
    problem(device.post(path, json={}, headers={"Test-Header": "secret"}), 400)


def test_an_unknown_key_is_404_and_a_disabled_integration_503(office: Office, device: httpx.Client) -> None:
    problem(device.post("/api/v1/integrations/http/nobody", json={}), 404)
    answer = device.post(office.open_door(enabled=False), json=body(name(), t=1))
    problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_405_with_allow(office: Office, device: httpx.Client, method: str) -> None:
    answer = device.request(method, office.open_door())
    problem(answer, 405)
    assert "POST" in answer.headers["allow"]


def test_a_body_that_cannot_be_converted_is_400_with_its_place_in_the_script(
    office: Office, device: httpx.Client
) -> None:
    path = office.open_door(uplink='p = json_decode(payload)\nreturn {"deviceName": p.name}')
    found = problem(device.post(path, json={"other": 1}), 400)
    assert repr(converter_name(office)) in found["detail"]
    assert found["errors"][0]["line"] == 2
    assert found["errors"][0]["column"] > 1
    assert "name" in found["errors"][0]["message"]
    assert found["trace"]


def converter_name(office: Office) -> str:
    """The uplink converter of the last door."""
    found: str = office.call("GET", f"converters/{office.integration['uplinkConverterId']}")["name"]
    return found


def test_an_unknown_device_is_403_by_name_and_the_others_go_on(office: Office, device: httpx.Client) -> None:
    known, unknown = name(), name()
    first = office.open_door()
    assert device.post(first, json=body(known, t=1)).status_code == 204
    many = {
        "many": [{"deviceName": known, "telemetry": {"t": 2}}, {"deviceName": unknown, "telemetry": {"t": 2}}]
    }
    found = problem(device.post(office.open_door(allowCreateDevicesOrAssets=False), json=many), 403)
    assert unknown in found["detail"]
    assert office.latest(known) == {"t": 2}
    assert office.device(unknown) is None


def test_an_atomic_integration_takes_all_or_nothing(office: Office, device: httpx.Client) -> None:
    known = name()
    assert device.post(office.open_door(), json=body(known, t=1)).status_code == 204
    many = {
        "many": [{"deviceName": known, "telemetry": {"t": 2}}, {"deviceName": name(), "telemetry": {"t": 2}}]
    }
    path = office.open_door(allowCreateDevicesOrAssets=False, atomic=True)
    problem(device.post(path, json=many), 403)
    assert office.latest(known) == {"t": 1}


def test_a_rate_limit_is_429_with_its_name_and_when_to_come_again(
    office: Office, device: httpx.Client
) -> None:
    path, who = office.open_door(rateLimit="2:60"), name()
    assert [device.post(path, json=body(who, t=n)).status_code for n in range(2)] == [204, 204]
    answer = device.post(path, json=body(who, t=3))
    assert problem(answer, 429)["limit"] == "integration"
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert office.latest(who) == {"t": 1}


# ------------------------------------------------------------------ failed


def test_a_failure_nobody_handles_is_500_with_a_trace_and_a_dead_letter(
    office: Office, device: httpx.Client
) -> None:
    script = {"type": "script-filter", "config": {"script": "return msg.missing > 3"}}
    chain = office.chain({"filter": script}, "")
    found = problem(device.post(office.open_door(ruleChainId=chain), json=body(name(), t=1)), 500)
    letters = office.call("GET", "dead-letters")["items"]
    letter = next(item for item in letters if item.get("traceId") == found["trace"])
    assert "missing" in letter["error"]
    hops = office.call("GET", f"traces/{found['trace']}")["hops"]
    assert "missing" in hops[-1]["error"]


def test_a_deadline_is_504_and_the_work_goes_on(office: Office, device: httpx.Client) -> None:
    hold, who = Event(), name()
    with outside(hold=hold, answer=b'{"done": 1}') as (url, bodies):
        chain = office.chain(
            {"call": {"type": "rest-call", "config": {"url": url}}, "save": SAVE}, "call>save"
        )
        path = office.open_door(ruleChainId=chain, deadlineMs=200)
        found = problem(device.post(path, json=body(who, t=1)), 504)
        assert found["trace"]
        hold.set()
        until(lambda: bodies, "the call")
    until(lambda: office.latest(who) == {"done": 1}, "what the chain saves after the call")


def test_a_slow_message_does_not_hold_up_other_devices(
    office: Office, device: httpx.Client, tide: Tide
) -> None:
    hold = Event()
    with outside(hold=hold) as (url, bodies), ThreadPoolExecutor(1) as pool:
        chain = office.chain({"call": {"type": "rest-call", "config": {"url": url}}}, "")
        path = f"{tide.url}{office.open_door(ruleChainId=chain)}"
        slow = pool.submit(httpx.post, path, json=body(name(), t=1), timeout=WAIT_S)
        until(lambda: bodies, "the slow message to be under way")
        assert device.post(office.open_door(), json=body(name(), t=1)).status_code == 204
        assert not slow.done()
        hold.set()
        assert slow.result(WAIT_S).status_code == 204


def test_an_uplinks_own_attributes_do_not_echo_back(office: Office, device: httpx.Client) -> None:
    path, who = office.open_door(), name()
    device.post(path, json=body(who, t=1))
    queue_downlink(office, who, "three")
    assert until(lambda: device.post(path, json=body(who, t=1, model="m")).content, "the downlink")
    assert device.post(path, json=body(who, t=2, model="changed")).status_code == 204
