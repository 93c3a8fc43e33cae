"""The one JSON door: exact, strict, and honest about what it refuses."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import values

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_a_value_survives_the_way_to_text_and_back(value: object) -> None:
    back = values.decode(values.encode(value))
    assert back == value
    assert repr(back) == repr(value)


@given(JSON)
def test_what_the_standard_library_writes_is_read_alike(value: object) -> None:
    assert repr(values.decode(json.dumps(value))) == repr(value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "the text is empty"),
        (b" \n", "the text is empty"),
        (b"nope", "invalid"),
        (b'{"a":1,"a":2}', "stands twice"),
        (b'[{"x":{"a":1,"b":2,"a":3}}]', "'a' stands twice"),
        (b'{"a":1,"\\u0061":2}', "stands twice"),
        (b"1e999", "out of range"),
        (b"NaN", "invalid"),
        (b'"\\ud800"', "truncated"),
        (b"\xff", "invalid"),
        (b'"\x00"', "invalid"),
        (b"[" * 200 + b"]" * 200, "deeper"),
        (b"[" * 100_000 + b"]" * 100_000, "deeper"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "deeper"),
    ],
)
def test_what_is_refused_says_why(text: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        values.decode(text)


@pytest.mark.parametrize(
    "text",
    [b'{"a":"b:c","d:e":{"f":":"}}', b'{"a":{"b":1},"c":{"b":1}}', b"[[1],[2]]", b'{"":1}', b'" : "', b"{}"],
)
def test_colons_inside_texts_are_no_twins(text: bytes) -> None:
    assert values.decode(text) == json.loads(text)


@pytest.mark.parametrize("value", [math.nan, math.inf, {1: 2}, (1, 2), {1}, b"x", {"a": [object()]}])
def test_check_refuses_what_json_cannot_say(value: object) -> None:
    with pytest.raises(ValueError):
        values.check(value)


def test_a_copy_shares_nothing_that_can_change() -> None:
    value = {"a": [1, {"b": [2]}], "c": "d"}
    twin = values.copy(value)
    assert twin == value
    twin["a"][1]["b"].append(3)
    assert value == {"a": [1, {"b": [2]}], "c": "d"}
