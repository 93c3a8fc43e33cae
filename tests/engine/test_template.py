"""Templates: what is filled in, and what stays as it is written."""

from __future__ import annotations

import time

import pytest

from engine.message import DEVICE, Entity, Message
from engine.message import message as new
from engine.template import Template

DATA = {"a": {"b": 7, "none": None}, "on": True, "text": 'say "hi"', "list": [1], "pi": 1.50, "big": 2**70}


def given(data: object = DATA, **metadata: str) -> Message:
    return new("POST_TELEMETRY_REQUEST", Entity(DEVICE, "1", "T1"), data, metadata)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", ""),
        ("plain", "plain"),
        ("${name}", "T1"),
        ("<${name}>$[a.b]</${name}>", "<T1>7</T1>"),
        ("$[on] $[a.none] $[pi] $[big] $[text]", f'true null 1.5 {2**70} say "hi"'),
        ("${*}", '{"name":"T1"}'),
        ("${absent} $[absent] $[a.absent] $[a.b.c]", "${absent} $[absent] $[a.absent] $[a.b.c]"),
        ("$[a] $[list] $[list.0]", "$[a] $[list] $[list.0]"),
        ("${} $[] $name {name} ${name $[a.b", "${} $[] $name {name} ${name $[a.b"),
        ("${ name }", "${ name }"),
        ("$${name}", "$T1"),
    ],
)
def test_fill(text: str, filled: str) -> None:
    assert Template(text).fill(given(name="T1")) == filled


def test_all_data() -> None:
    assert Template("<$[*]>").fill(given({"a": [1, "x"]})) == '<{"a":[1,"x"]}>'
    assert Template("$[*]").fill(given([1, None])) == "[1,null]"


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert Template("${a}").fill(given(a="${b}", b="never")) == "${b}"


def test_single_values_and_whole_parts_are_quoted_each_in_their_way() -> None:
    message = given({"text": "x"}, a="y")
    assert Template("${a} $[text] $[b] ${*}").fill(message, str.upper) == 'Y X $[b] {"a":"y"}'
    assert Template("${a} ${*} $[*]").fill(message, str.upper, repr) == ('Y \'{"a":"y"}\' \'{"text":"x"}\'')


def test_a_text_without_placeholders_is_constant() -> None:
    assert Template("plain $ {text}").constant
    assert not Template("${a}").constant


def test_a_hostile_template_takes_no_time() -> None:
    started = time.thread_time()  # of this thread alone: others may keep the machine busy
    for hostile in ("${" * 100_000, "$[" * 100_000, "${" + "a" * 100_000, "$" * 200_000):
        assert Template(hostile).fill(given()) == hostile
    assert time.thread_time() - started < 2
