"""What converters may return, up and down, and what is said of anything else."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.converter import Converter, Points, payloads, readings
from engine.errors import ConversionError, ScriptError

DEVICE = {"deviceName": "D", "deviceType": "t"}


@pytest.mark.parametrize(
    ("telemetry", "points"),
    [
        ({"a": 1}, [(None, {"a": 1})]),
        ({"a": 1, "b": None}, [(None, {"a": 1})]),
        ({"ts": 5, "values": {"a": 1}}, [(5, {"a": 1})]),
        ({"ts": "1700000000000", "values": {"a": True}}, [(1_700_000_000_000, {"a": True})]),
        ({"ts": 5}, [(None, {"ts": 5})]),
        ([{"a": 1}, {"ts": 2, "values": {"b": "x"}}], [(None, {"a": 1}), (2, {"b": "x"})]),
        ({"a": {"deep": [1]}}, [(None, {"a": {"deep": [1]}})]),
        ({}, []),
        (None, []),
    ],
)
def test_telemetry_has_three_forms(telemetry: Any, points: list[Points]) -> None:
    (reading,) = readings({**DEVICE, "telemetry": telemetry})
    assert reading.telemetry == points


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_nothing_to_store_is_no_error(nothing: Any) -> None:
    assert readings(nothing) == []


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (3, "not integer"),
        ("x", "not string"),
        ({"deviceType": "t"}, "deviceName"),
        ({"deviceName": ""}, "deviceName"),
        ({"deviceName": 5}, "it is integer"),
        ({"deviceName": "x" * 256}, "deviceName"),
        ({"deviceName": "D", "deviceType": None}, "deviceType"),
        ({"deviceName": "D", "assetName": "A"}, "not both"),
        ({**DEVICE, "telemetry": 5}, "telemetry must be an object or an array"),
        ({**DEVICE, "telemetry": [5]}, "must hold objects"),
        ({**DEVICE, "telemetry": {"ts": "soon", "values": {}}}, "epoch milliseconds"),
        ({**DEVICE, "telemetry": {"ts": -1, "values": {}}}, "epoch milliseconds"),
        ({**DEVICE, "telemetry": {"ts": 10**18, "values": {}}}, "epoch milliseconds"),
        ({**DEVICE, "attributes": [1]}, "attributes must be an object"),
        ({**DEVICE, "attributes": {"": 1}}, "1 to 255"),
    ],
)
def test_a_wrong_result_says_what_is_wrong(result: Any, says: str) -> None:
    with pytest.raises(ConversionError, match=says):
        readings(result)


def test_all_entries_of_an_array_are_judged_at_once() -> None:
    with pytest.raises(ConversionError) as caught:
        readings([DEVICE, {"deviceName": 1}, 7])
    assert [problem.place for problem in caught.value.problems] == ["/1/deviceName", "/2"]


def test_assets_and_labels() -> None:
    (reading,) = readings({"assetName": "A", "assetType": "b", "assetLabel": "L"})
    assert (reading.kind, reading.name, reading.type, reading.label) == ("ASSET", "A", "b", "L")


@pytest.mark.parametrize(
    ("result", "body", "content_type"),
    [
        ({"contentType": "JSON", "data": '{"a":1}'}, b'{"a":1}', "application/json"),
        ({"contentType": "JSON", "data": {"a": 1}}, b'{"a":1}', "application/json"),
        ({"contentType": "TEXT", "data": "hé"}, "hé".encode(), "text/plain; charset=utf-8"),
        (
            {"contentType": "BINARY", "data": base64.b64encode(b"\x00\xff").decode()},
            b"\x00\xff",
            "application/octet-stream",
        ),
        ({"data": "x"}, b"x", "application/json"),
    ],
)
def test_a_downlink_becomes_bytes(result: Any, body: bytes, content_type: str) -> None:
    (payload,) = payloads(result)
    assert (payload.body, payload.content_type) == (body, content_type)


def test_a_downlink_may_set_status_and_headers() -> None:
    (payload,) = payloads(
        {"data": "x", "metadata": {"status": "202", "Header:X-Level": 3, "topic": "ignored"}}
    )
    assert (payload.status, payload.headers) == (202, {"X-Level": "3"})


def test_values_of_headers_are_written_as_json_has_them_and_null_is_none_at_all() -> None:
    given = {"Header:A": True, "Header:B": None, "Header:C": [1, None], "Header:D": 1.5}
    (payload,) = payloads({"data": "x", "metadata": given})
    assert payload.headers == {"A": "true", "C": "[1,null]", "D": "1.5"}


def test_a_downlink_may_have_a_content_type_of_its_own() -> None:
    csv = {"contentType": "TEXT", "data": "a;b", "metadata": {"Header:content-type": "text/csv"}}
    (payload,) = payloads(csv)
    assert (payload.content_type, payload.headers) == ("text/csv", {})


@pytest.mark.parametrize(
    "metadata",
    [
        {"status": 99},
        {"status": 204},
        {"status": "x"},
        {"Header:a b": "x"},
        {"Header:X": "a\r\nSet-Cookie: x"},
        {"Header:Content-Length": "5"},
        {"Header:X": "\x00"},
        "text",
    ],
)
def test_a_downlink_may_not_break_the_answer(metadata: Any) -> None:
    with pytest.raises(ConversionError):
        payloads({"data": "x", "metadata": metadata})


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_a_converter_may_send_nothing_down(nothing: Any) -> None:
    assert payloads(nothing) == []


def test_a_script_that_fails_names_its_line() -> None:
    converter = Converter("c", "mine", "uplink", "python", 'x = 1\nreturn json_decode("{")')
    with pytest.raises(ConversionError, match="'mine'") as caught:
        converter.uplink(b"", {})
    assert caught.value.problems[0].line == 2


def test_a_script_that_does_not_compile_is_no_converter() -> None:
    with pytest.raises(ScriptError):
        Converter("c", "mine", "uplink", "python", "return (")


def test_without_a_script_json_passes_through() -> None:
    assert Converter("", "", "uplink", "python", "").uplink(b'{"deviceName":"D"}', {}) == {"deviceName": "D"}
    with pytest.raises(ConversionError, match="not JSON"):
        Converter("", "", "uplink", "python", "").uplink(b"no", {})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["deviceName", "telemetry", "ts", "values", "attributes", "assetName"])
                | st.text(max_size=3),
                x,
            )
        ),
        max_leaves=12,
    )
)
def test_any_value_is_read_or_refused(result: Any) -> None:
    try:
        readings(result)
    except ConversionError as error:
        assert error.problems
