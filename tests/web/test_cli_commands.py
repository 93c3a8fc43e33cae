"""The commands that need no server, run in this process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_world import keeping_the_logs, tidegate
from typer.testing import Result

from tests.ports import free_port

CHAINS = Path(__file__).parents[2] / "chains"
ROOT_CHAIN = str(CHAINS / "root.json")
COMMANDS = [
    "serve",
    "demo",
    "settings",
    "chain check",
    "chain test",
    "chain import",
    "chain export",
    "converter test",
    "device simulate",
    "db upgrade",
]
UPLINK = (
    "data = json_decode(payload)\nreturn {'deviceName': data.name,\n    'telemetry': {'t': data.t + 1}}\n"
)


@pytest.fixture(autouse=True)
def settings_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TIDEGATE_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("TIDEGATE_DATA_DIR", str(tmp_path / "data"))


def complaint(result: Result) -> str:
    """The one line on stderr."""
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    return line.removeprefix("error: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = tidegate(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"tidegate {command}" in result.output


def test_without_a_command_there_is_help_with_all_of_them() -> None:
    result = tidegate()
    assert all(f"  {command.split()[0]} " in result.output for command in COMMANDS)


def test_version() -> None:
    assert tidegate("--version").output.startswith("tidegate ")


# ---------------------------------------------------------------- settings


def test_settings_say_value_source_and_meaning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text("log_level = 'debug'\n")
    monkeypatch.setenv("TIDEGATE_CONFIG", str(tmp_path / "t.toml"))
    monkeypatch.setenv("TIDEGATE_BIND", "0.0.0.0:80")
    rows = {row["name"]: row for row in json.loads(tidegate("settings", "--json").output)}
    assert rows["bind"] == rows["bind"] | {
        "variable": "TIDEGATE_BIND",
        "value": "0.0.0.0:80",
        "source": "environment",
    }
    assert rows["log_level"] == rows["log_level"] | {"value": "debug", "source": str(tmp_path / "t.toml")}
    assert rows["event_days"]["source"] == "default"
    assert all(row["description"] for row in rows.values())


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_settings_hide_passwords(monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...]) -> None:
    monkeypatch.setenv("TIDEGATE_DATABASE_URL", "postgresql://tide:s3cret@db:5432/tide?sslmode=require")
    output = tidegate("settings", *form).output
    assert "s3cret" not in output
    assert "postgresql://tide:***@db:5432/tide?sslmode=require" in output


def test_wrong_settings_are_named_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEGATE_BIND", "nowhere")
    monkeypatch.setenv("TIDEGATE_EVENT_DAYS", "soon")
    result = tidegate("settings")
    assert result.exit_code == 2
    assert "TIDEGATE_BIND: must read host:port" in complaint(result)
    assert "TIDEGATE_EVENT_DAYS: " in complaint(result)


def test_an_unknown_setting_in_the_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text("bnd = 'x'\n")
    monkeypatch.setenv("TIDEGATE_CONFIG", str(tmp_path / "t.toml"))
    result = tidegate("settings")
    assert result.exit_code == 2
    assert "there is no setting 'bnd'" in complaint(result)


# ---------------------------------------------------------------- chains


def test_check_finds_no_problem_in_our_own_chains() -> None:
    result = tidegate("chain", "check", *map(str, CHAINS.rglob("*.json")))
    assert result.exit_code == 0
    assert result.output.count(": ok") == len(list(CHAINS.rglob("*.json")))


def test_check_names_place_and_way_out(tmp_path: Path) -> None:
    document = json.loads((CHAINS / "root.json").read_text())
    document["edges"][0]["relation"] = "Maybe"
    document["nodes"][3]["config"] = {"script": "return (\n"}
    document["scenarios"] = [{"name": "s"}]
    (tmp_path / "c.json").write_text(json.dumps(document))
    result = tidegate("chain", "check", str(tmp_path / "c.json"), ROOT_CHAIN)
    assert result.exit_code == 1
    assert "error edges/" in result.output
    assert "'Maybe' never leaves this node (choose one of Post attributes, " in result.output
    assert "error nodes/rpc-from-device/config/script, line 1: " in result.output
    assert "error scenarios/0/steps: Field required" in result.output
    assert f"{ROOT_CHAIN}: ok" in result.output


@pytest.mark.parametrize("text", ["{", "[]", '{"nodes": 3}'])
def test_check_of_what_is_no_chain_document(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    assert tidegate("chain", "check", str(tmp_path / "c.json")).exit_code in (1, 2)


def test_test_shows_what_was_expected_and_what_came(tmp_path: Path) -> None:
    document = json.loads((CHAINS / "templates/threshold.json").read_text())
    document["scenarios"] = document["scenarios"][:2]
    document["scenarios"][1]["expect"]["reply"]["body"] = {"setpoint": 99}
    (tmp_path / "c.json").write_text(json.dumps(document))
    result = tidegate("chain", "test", "--trace", str(tmp_path / "c.json"))
    assert result.exit_code == 1
    assert "pass Too hot" in result.output
    lines = result.output[result.output.index("FAIL Too cold") :].splitlines()
    assert [line.strip() for line in lines[1:4]] == [
        "reply.body",
        'expected {"setpoint":99}',
        'got      {"setpoint":23}',
    ]
    assert "Warm up -> Success" in result.output
    assert lines[-1] == "1 passed, 1 failed"


def test_test_refuses_a_chain_with_errors(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"nodes": [{"id": "a", "type": "nothing"}], "entry": "a"}')
    result = tidegate("chain", "test", str(tmp_path / "c.json"))
    assert result.exit_code == 1
    assert "there is no node type 'nothing'" in complaint(result)


@pytest.mark.parametrize("command", [("import", ROOT_CHAIN), ("export", "Root chain")])
def test_without_a_server_the_way_out_is_named(command: tuple[str, ...]) -> None:
    result = tidegate("chain", *command, "--server", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "no server answers at http://127.0.0.1:9" in complaint(result)
    assert "tidegate serve" in complaint(result)


def test_a_server_that_is_no_url() -> None:
    result = tidegate("chain", "export", "x", "--server", "nowhere")
    assert result.exit_code == 2
    assert complaint(result).startswith("nowhere: ")


# ---------------------------------------------------------------- converters


def test_a_converter_is_tried_on_json(tmp_path: Path) -> None:
    (tmp_path / "up.py").write_text(UPLINK)
    result = tidegate("converter", "test", str(tmp_path / "up.py"), "--json", '{"name": "a", "t": 3}')
    assert result.exit_code == 0
    assert json.loads(result.output) == {"deviceName": "a", "telemetry": {"t": 4}}


def test_a_converter_is_tried_on_bytes_with_metadata(tmp_path: Path) -> None:
    script = "return {'deviceName': metadata['Header:x-device'], 'telemetry': {'t': read_int(payload, 0, 2)}}"
    (tmp_path / "up.py").write_text(script)
    (tmp_path / "payload").write_bytes(b"\x01\x02")
    arguments = ("converter", "test", str(tmp_path / "up.py"), "--metadata", "Header:x-device=S=1")
    for payload in (("--hex", "0102"), ("--payload", str(tmp_path / "payload"))):
        assert json.loads(tidegate(*arguments, *payload).output)["telemetry"] == {"t": 258}
    assert json.loads(tidegate(*arguments, "--hex", "0102").output)["deviceName"] == "S=1"


def test_a_converter_that_fails_shows_the_line(tmp_path: Path) -> None:
    (tmp_path / "up.py").write_text(UPLINK)
    result = tidegate("converter", "test", str(tmp_path / "up.py"), "--json", '{"name": "a"}')
    assert result.exit_code == 1
    first, *lines = result.stderr.splitlines()
    assert first.startswith("error: ")
    marked = next(number for number, line in enumerate(lines) if line.startswith(">   3 | "))
    assert lines[marked].index("data.t") == lines[marked + 1].index("^")


def test_a_converter_that_returns_the_wrong_thing(tmp_path: Path) -> None:
    (tmp_path / "up.py").write_text("return {'telemetry': {'t': 1}}")
    result = tidegate("converter", "test", str(tmp_path / "up.py"), "--json", "{}")
    assert result.exit_code == 1
    assert "deviceName" in complaint(result)


def test_a_downlink_converter_from_its_document(tmp_path: Path) -> None:
    script = "return {'contentType': 'TEXT', 'data': msgType + integrationMetadata.site + str(msg.t)}"
    (tmp_path / "down.json").write_text(json.dumps({"script": script, "direction": "downlink"}))
    options = ("--json", '{"t": 1}', "--type", "X", "--integration", "site=-N-")
    result = tidegate("converter", "test", str(tmp_path / "down.json"), *options)
    assert json.loads(result.output) == {"contentType": "TEXT", "data": "X-N-1"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "one of --payload, --json and --hex"),
        (("--json", "{}", "--hex", "00"), "one of --payload"),
        (("--hex", "0"), "--hex: "),
        (("--json", "{}", "--metadata", "x"), "--metadata reads key=value"),
        (("--payload", "no-such-file"), "no-such-file: No such file"),
    ],
)
def test_wrong_use_of_converter_test(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    (tmp_path / "up.py").write_text(UPLINK)
    result = tidegate("converter", "test", str(tmp_path / "up.py"), *options)
    assert result.exit_code == 2
    assert words in complaint(result)


# ---------------------------------------------------------------- the rest


def test_db_upgrade_says_from_where_to_where() -> None:
    first = tidegate("db", "upgrade")
    assert first.exit_code == 0
    assert "tidegate.db went from an empty database to 0" in first.output
    assert " already" in tidegate("db", "upgrade").output


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("mysql://h/x", 2, "must be SQLite or PostgreSQL"),
        ("postgresql://u:s3cret@127.0.0.1:9/x", 1, "cannot open the database postgresql"),
    ],
)
def test_a_database_that_cannot_be_used(url: str, code: int, words: str) -> None:
    for command in (("db", "upgrade"), ("serve", "--bind", f"127.0.0.1:{free_port()}", "--data-bind", "")):
        with keeping_the_logs():
            result = tidegate(*command, "--database-url", url)
        assert result.exit_code == code
        assert words in complaint(result)
        assert "s3cret" not in result.output + result.stderr


def test_simulate_takes_only_urls_and_known_placeholders() -> None:
    assert tidegate("device", "simulate", "host:80").exit_code == 2
    result = tidegate("device", "simulate", "http://127.0.0.1:9/", "--body", "$nothing")
    assert result.exit_code == 2
    assert "nothing" in complaint(result)


def test_simulate_against_nobody_counts_the_refusals() -> None:
    result = tidegate("device", "simulate", "http://127.0.0.1:9/", "--rate", "100", "--seconds", "0.05")
    assert result.exit_code == 1
    assert "ConnectError: 5" in result.output
