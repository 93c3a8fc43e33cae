"""The real program in processes of its own: serve, demo, simulate, import and export over the network."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cli_world import ROOT, Server, keeping_the_logs, manage, run, start, tidegate, until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Server]:
    """A demo that runs while the other tests use it as their server, too."""
    server = Server(folder, "demo", TIDEGATE_LOG_FORMAT="json")
    try:
        server.find(r"(The demo is ready)")
        yield server
    finally:
        assert server.stop() == 0


def endpoint(server: Server) -> str:
    return server.find(r"(http://\S+/api/v1/integrations/http/[0-9a-zA-Z-]{8,})")


def test_the_demo_answers_a_device_that_is_too_hot_on_the_same_exchange(demo: Server) -> None:
    body = {"deviceName": "Kitchen", "deviceType": "thermostat", "temperature": 33}
    response = httpx.post(endpoint(demo), json=body, trust_env=False)
    assert (response.status_code, response.json()) == (200, {"setpoint": 19})
    assert httpx.get(endpoint(demo), trust_env=False).status_code == 200


def test_the_line_to_paste_is_one_that_works(demo: Server) -> None:
    assert "curl -i -H 'Content-Type: application/json' -d '{" in "".join(demo.lines)


def test_the_converter_of_the_demo_understands_its_own_sample(demo: Server) -> None:
    up = next(item for item in manage(demo.url, "/converters")["items"] if item["direction"] == "uplink")
    kept = manage(demo.url, f"/converters/{up['id']}")
    body = {"direction": "uplink", "script": kept["script"], "payload": kept["samples"][0]["payload"]}
    tried = httpx.post(f"{demo.url}/manage/converters/test", json=body, trust_env=False).json()
    assert [reading["name"] for reading in tried["readings"]] == ["Kitchen"], tried


def test_the_thermostats_of_the_demo_send_by_themselves(demo: Server) -> None:
    def telemetry(name: str) -> dict[str, object]:
        found = {item["name"]: item["id"] for item in manage(demo.url, "/devices")["items"]}
        return manage(demo.url, f"/devices/{found[name]}/telemetry/latest") if name in found else {}

    for name in ("Thermostat 1", "Thermostat 2"):
        latest = until(lambda name=name: telemetry(name), demo.trouble)
        assert {"temperature", "setpoint"} <= latest.keys()


def test_a_shared_attribute_changes_the_setpoint_of_a_thermostat(demo: Server) -> None:
    def thermostat() -> str | None:
        items = manage(demo.url, "/devices?q=Thermostat 2")["items"]
        return items[0]["id"] if items else None

    place = f"{demo.url}/manage/devices/{until(thermostat)}"
    response = httpx.post(f"{place}/attributes/shared", json={"setpoint": 23.25}, trust_env=False)
    assert response.is_success, response.text

    def taken_over() -> bool:
        points = httpx.get(f"{place}/telemetry?keys=setpoint&limit=100", trust_env=False).json()
        return any(point["value"] == 23.25 for point in points.get("setpoint", ()))

    assert until(taken_over, demo.trouble)


def test_simulate_reports_what_came_back(demo: Server, folder: Path) -> None:
    body = '{"deviceName": "$device", "temperature": 40}'
    options = ("--devices", "3", "--rate", "30", "--seconds", "0.5", "--body", body)
    result = run(folder, "device", "simulate", endpoint(demo), *options)
    assert result.returncode == 0, result.stderr
    assert "answers    200: 15\n" in result.stdout
    assert "downlinks  15\n" in result.stdout
    assert "p50 " in result.stdout
    names = {item["name"] for item in manage(demo.url, "/devices?q=sim-")["items"]}
    assert names == {"sim-1", "sim-2", "sim-3"}


def test_ctrl_c_ends_simulate_with_its_summary(demo: Server, folder: Path) -> None:
    body = '{"deviceName": "early-$device", "temperature": 22}'
    program = start(folder, "device", "simulate", endpoint(demo), "--seconds", "600", "--body", body)
    try:
        until(lambda: manage(demo.url, "/devices?q=early-")["items"], demo.trouble)
    finally:
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=60)
    assert program.returncode == 0, err
    assert out.startswith("sent ")
    assert "answers    200: " in out


def test_a_chain_goes_in_and_comes_out_again(demo: Server, folder: Path) -> None:
    document = json.loads((ROOT / "chains/root.json").read_text())
    document["id"] = "cellar-0001"
    (folder / "in.json").write_text(json.dumps(document))
    imported = tidegate(
        "chain", "import", str(folder / "in.json"), "--name", "Cellar", "--activate", "--server", demo.url
    )
    assert imported.exit_code == 0, imported.stderr
    assert imported.stdout == "Cellar (cellar-0001) version 1\n"
    exported = tidegate("chain", "export", "Cellar", "-o", str(folder / "out.json"), "--server", demo.url)
    assert exported.exit_code == 0, exported.stderr
    out = json.loads((folder / "out.json").read_text())
    assert [node["id"] for node in out["nodes"]] == [node["id"] for node in document["nodes"]]
    assert out["scenarios"] == document["scenarios"]
    assert out["id"] == "cellar-0001"


def test_a_taken_address_is_one_line(demo: Server, folder: Path) -> None:
    with keeping_the_logs():
        result = tidegate(
            "serve", "--bind", demo.url.removeprefix("http://"), "--data-dir", str(folder / "x")
        )
    assert result.exit_code == 1
    assert result.stderr.startswith("error: cannot listen on 127.0.0.1:")
    assert result.stderr.count("\n") == 1


def test_a_folder_that_another_server_works_with_is_one_line(demo: Server, folder: Path) -> None:
    result = run(folder, "serve", "--bind", "127.0.0.1:0", "--data-bind", "")
    assert result.returncode == 1
    assert "another server works with" in result.stderr
    assert result.stderr.count("\n") == 1


def test_tls_by_halves_and_one_address_for_both_doors_are_refused(folder: Path) -> None:
    certificate = folder / "certificate.pem"
    certificate.write_text("not PEM")
    gone, pem = str(folder / "gone.pem"), str(certificate)
    for extra, code, text in (
        ({"TIDEGATE_CERTIFICATE": pem}, 2, "TIDEGATE_CERTIFICATE and TIDEGATE_PRIVATE_KEY go together"),
        ({"TIDEGATE_PRIVATE_KEY": pem}, 2, "TIDEGATE_CERTIFICATE and TIDEGATE_PRIVATE_KEY go together"),
        ({"TIDEGATE_CERTIFICATE": pem, "TIDEGATE_PRIVATE_KEY": gone}, 1, "TIDEGATE_PRIVATE_KEY: "),
        ({"TIDEGATE_CERTIFICATE": pem, "TIDEGATE_PRIVATE_KEY": pem}, 1, f"no TLS with {pem}"),
        (
            {"TIDEGATE_BIND": "127.0.0.1:18089", "TIDEGATE_DATA_BIND": "127.0.0.1:18089"},
            2,
            "--bind and --data-bind cannot both be 127.0.0.1:18089",
        ),
    ):
        with keeping_the_logs(), pytest.MonkeyPatch.context() as patch:
            for name, value in {"TIDEGATE_BIND": "127.0.0.1:0", "TIDEGATE_DATA_BIND": "", **extra}.items():
                patch.setenv(name, value)
            result = tidegate("serve", "--data-dir", str(folder / "y"))
        assert (result.exit_code, result.stderr.count("\n")) == (code, 1), result.stderr
        assert text in result.stderr


def test_the_second_start_of_the_demo_changes_nothing(tmp_path: Path) -> None:
    state = []
    for _ in range(2):
        server = Server(tmp_path, "demo", "--no-devices")
        try:
            key = endpoint(server).rsplit("/", 1)[1]
            chains = manage(server.url, "/rule-chains")["items"]
            root = next(item["name"] for item in chains if item["root"])
            state.append((key, sorted((c["id"], c["version"]) for c in chains), root))
            assert manage(server.url, "/devices")["items"] == []
        finally:
            code = server.stop()
        assert code == 0
    assert state[0] == state[1]
    assert state[0][2] == "Demo: two thermostats"


def test_serve_says_where_things_are_and_logs_no_request(tmp_path: Path) -> None:
    server = Server(tmp_path, "serve", TIDEGATE_LOG_FORMAT="json", TIDEGATE_LOG_LEVEL="debug")
    try:
        url = server.url
        server.find(rf"({url}/manage/docs)")
        assert server.find(r"data +(\S+)").endswith("tidegate.db")
        assert httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
        body = {"name": "Door", "routingKey": "front-door-1"}
        assert httpx.post(f"{url}/manage/integrations", json=body, trust_env=False).status_code == 201
        device = {"deviceName": "T", "telemetry": {"t": 1}}
        answer = httpx.post(f"{url}/api/v1/integrations/http/front-door-1", json=device, trust_env=False)
        assert answer.status_code == 204
    finally:
        code = server.stop()
    assert code == 0
    assert all(json.loads(line)["level"] for line in server.errors)
    assert "front-door-1" not in "".join(server.errors)
