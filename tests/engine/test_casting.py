"""Payloads of devices with a token: either all of one can be stored, or it is refused with a reason."""

from __future__ import annotations

import math
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.casting import cast_text, telemetry
from engine.errors import ConversionError
from engine.store.checks import check_name, check_value
from engine.values import decode, decode_whole, encode

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values = st.dictionaries(st.text(), scalars | st.lists(scalars, max_size=3), max_size=4)
forms = values | st.lists(
    values | st.fixed_dictionaries({"ts": st.integers(0, 10**14), "values": values}), max_size=4
)


@settings(max_examples=300, deadline=None)
@given(body=st.one_of(forms.map(encode), st.binary(max_size=40), st.text(max_size=40).map(str.encode)))
def test_any_body_is_200_or_400(body: bytes) -> None:
    """A body is either a payload, all of which can be stored, or it is refused with a reason."""
    try:
        found = telemetry(body, cast=True)
    except (ValueError, ConversionError):
        found = []
    for _, values_then in found:
        for key, value in values_then.items():
            check_name(key)
            check_value(value)
            assert value is not None


@given(st.text() | st.from_regex(r"[-+]?[0-9]{0,25}[.]?[0-9]{0,20}(e[0-9]{1,3})?", fullmatch=True))
def test_a_cast_is_a_finite_number_or_the_text_itself(text: str) -> None:
    value = cast_text(text)
    assert value is text or (
        value.__class__ in (int, float) and math.isfinite(value) and float(value) == float(text)
    )


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_long_survives_as_text_and_as_number(number: int) -> None:
    assert cast_text(str(number)) == number
    assert decode_whole(b"%de0" % number) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_whole_numbers_with_an_exponent_are_integers_and_nothing_else_changes(number: float) -> None:
    for form in ("%r", "%.17e"):
        text = (form % number).encode()
        found = decode_whole(text)
        exact = Decimal(text.decode())
        whole = b"e" in text and exact == exact.to_integral_value() and -(2**63) <= exact < 2**63
        assert found == (exact if whole else decode(text))
        assert (found.__class__ is int) == whole
