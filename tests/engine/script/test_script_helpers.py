"""The helpers and functions that scripts can call, as tables."""

from __future__ import annotations

import math
import struct

import pytest

from engine.errors import ScriptError
from engine.script import LANGUAGES, NODE, compile_script


def run(source: str, msg: object = None) -> object:
    return compile_script(NODE, f"return {source}" if "return" not in source else source)(msg, {}, "T")


FLOATS = struct.pack(">e", 1.5) + struct.pack(">f", -2.25) + struct.pack("<d", 1e100)

VALUES = [
    ("json_decode('{\"a\": [1, 2.5, null, true]}')", {"a": [1, 2.5, None, True]}),
    ("json_decode(b'[1]')", [1]),
    ("json_decode('12345678901234567')", 12345678901234567),
    ("json_decode(json_encode(9007199254740993))", 9007199254740993),
    ("json_encode({'a': [1, None, 'é']})", '{"a":[1,null,"é"]}'),
    ("text_decode(b'\\xc3\\xa9')", "é"),
    ("text_decode(b'\\xe9', 'latin-1')", "é"),
    ("hex_encode(text_encode('é'))", "c3a9"),
    ("hex_encode(hex_decode('01 FF'))", "01ff"),
    ("base64_encode(b'\\xff\\xfe')", "//4="),
    ("hex_encode(base64_decode('//4='))", "fffe"),
    ("hex_encode(base64_decode('__4'))", "fffe"),
    ("read_int(b'\\x01\\x02', 0, 2)", 258),
    ("read_int(b'\\x01\\x02', 0, 2, False)", 513),
    ("read_int(b'\\xff\\xfe', 0, 2, signed=True)", -2),
    ("read_int(b'\\x00\\xff', 1, 1)", 255),
    ("read_float(msg, 0, 2)", 1.5),
    ("read_float(msg, 2, 4)", -2.25),
    ("read_float(msg, 6, 8, big=False)", 1e100),
    ("now_ms() > 1700000000000", True),
    ("math.sqrt(16) + math.floor(2.7) + math.pow(2, 3)", 14.0),
    ("round(math.pi, 4)", 3.1416),
    ("list(map(math.floor, [1.5, 2.5]))", [1, 2]),
    ("parse_time('2026-11-21T15:30:00Z')", 1795275000000),
    ("parse_time('2026-11-21T15:30:00.123+02:00')", 1795267800123),
    ("parse_time('2026-11-21')", 1795219200000),
    ("parse_time('1969-12-31T23:59:59.999Z')", -1),
    ("format_time(1795275000123)", "2026-11-21T15:30:00.123Z"),
    ("format_time(1795275000123, 'iso', 90)", "2026-11-21T17:00:00.123+01:30"),
    ("format_time(1795275000123, 'DD.MM.YYYY HH:mm:ss', -60)", "21.11.2026 14:30:00"),
    ("format_time(parse_time('0001-01-01'))", "0001-01-01T00:00:00.000Z"),
    (
        "time_parts(1795275000123)",
        {"year": 2026, "month": 11, "day": 21, "hour": 15, "minute": 30, "second": 0, "ms": 123, "weekday": 6},
    ),
    ("time_parts(0, 60).hour", 1),
    ("re_match('t=([0-9.]+)(x)?', 'a t=21.5 b')", ["t=21.5", "21.5", None]),
    ("re_match('x', 'abc')", None),
    ("re_find_all('([a-z])=([0-9])', 'a=1,b=2')", [["a=1", "a", "1"], ["b=2", "b", "2"]]),
    ("re_replace('([a-z])=([0-9])', 'a=1,b=2', r'\\2:\\1')", "1:a,2:b"),
    ("re_replace('é+', 'aééb', '[\\\\0]')", "a[éé]b"),
    ("re_replace('', 'ab', '-')", "-a-b-"),
    ("print('a', 1)", None),
    ("len('abc') + int('12') + int('ff', 16)", 270),
    ("[float('1.5'), str(1), str(None), str([1, 'a']), bool([])]", [1.5, "1", "None", "[1, 'a']", False]),
    ("[abs(-1), round(2.567, 1), round(2.5), min(3, 1), max([1, 5, 2])]", [1, 2.6, 2, 1, 5]),
    ("[min([], default=3), max(['a', 'bbb'], key=len), sum([1, 2.5]), sum([[1], [2]][0], 5)]", [3, "bbb", 3.5, 6]),
    ("[sorted([3, 1]), sorted('ba'), sorted([1, 2], reverse=True)]", [[1, 3], ["a", "b"], [2, 1]]),
    ("[list('ab'), dict([['a', 1]], b=2), list(set([1, 1])), list(range(1, 6, 2))]", [["a", "b"], {"a": 1, "b": 2}, [1], [1, 3, 5]]),
    ("[enumerate('ab', 1), zip([1, 2], 'ab'), any([0, 1]), all([])]", [[[1, "a"], [2, "b"]], [[1, "a"], [2, "b"]], True, True]),
    ("[map(lambda x, y: x + y, [1, 2], [3, 4]), filter(None, [0, 1]), reversed([1, 2])]", [[4, 6], [1], [2, 1]]),
    ("[isinstance(1, int), isinstance(True, (str, bool)), isinstance({}, list)]", [True, True, False]),
    ("[ord('a'), chr(98), hex(255), bin(5), divmod(7, 2)]", [97, "b", "0xff", "0b101", [3, 1]]),
    ("[bytes([65, 66]).decode(), list(bytes('é', 'utf-8')), str(b'a', 'ascii')]", ["AB", [195, 169], "a"]),
    ("' a '.strip() + 'x,y'.split(',')[1] + '-'.join(['a', 'b']) + 'aXb'.replace('X', '_')", "aya-ba_b"),
    ("['ab'.upper(), 'a'.rjust(3, '0'), '7'.zfill(3), 'a,b'.partition(',')]", ["AB", "00a", "007", ["a", ",", "b"]]),
    ("['abcb'.find('b'), 'abcb'.rfind('b'), 'abcb'.count('b'), 'abc'.startswith(('x', 'a'))]", [1, 3, 2, True]),
    ("[b'\\x01\\xff'.hex(), 'é'.encode().decode(), 'a b'.title(), 'ab'.isalpha()]", ["01ff", "é", "A B", True]),
    ("{'a': 1}.items() + [{'b': 2}.keys(), {'c': 3}.values()]", [["a", 1], ["b"], [3]]),
    ("'%s=%05.2f (%d%%)' % ('t', 21.456, 7)", "t=21.46 (7%)"),
    ("f'{21.456:.1f} {7:03d} {\"a\"!r} {[1]} {msg}'", None),
    ("[2 ** 10, 2 ** -1, 7 // 2, -7 % 3, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4, 256 >> 4]", [1024, 0.5, 3, 2, 1, 7, 6, -6, 16, 16]),
    ("[{1, 2} & {2}, 3][1] + len({1} | {2}) + len({1, 2} - {2}) + len({1} ^ {2})", 8),
    ("{'a': 1} | {'b': 2}", {"a": 1, "b": 2}),
    ("[[1, 2] + [3], [0] * 3, 'ab' * 2, 2 * [1], 'abc'[::-1], [1, 2, 3][1:], b'abc'[1]]", [[1, 2, 3], [0, 0, 0], "abab", [1, 1], "cba", [2, 3], 98]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [pair for pair in VALUES if pair[1] is not None])
def test_values(source: str, expected: object) -> None:
    result = run(source, FLOATS)
    assert repr(result) == repr(expected)


@pytest.mark.parametrize("source", [source for source, expected in VALUES if expected is None])
def test_other_values(source: str) -> None:
    assert run(source, "m") in (None, "21.5 007 'a' [1] m")


FAILS = [
    ("json_decode('{')", "ValueError: Input data was truncated"),
    ("json_decode('{\"a\":1,\"a\":2}')", "ValueError: the key 'a' stands twice in one object"),
    ("json_decode(5)", "TypeError: json_decode() takes bytes or text"),
    ("json_encode(b'a')", "ValueError: a result cannot hold bytes: use text_decode, hex_encode or base64_encode"),
    ("json_encode(math.nan)", "ValueError: a result cannot hold nan: numbers must be finite"),
    ("hex_decode('0g')", "ValueError: non-hexadecimal number found in fromhex() arg at position 1"),
    ("base64_decode('a')", "ValueError: not base64: "),
    ("text_decode(b'\\xff')", "UnicodeDecodeError: "),
    ("text_decode('a')", "AttributeError: a value of type string has no method decode()"),
    ("read_int(b'a', 0, 2)", "ValueError: 2 bytes at 0 do not lie in 1 bytes"),
    ("read_int(b'a', -1, 1)", "ValueError: 1 bytes at -1 do not lie in 1 bytes"),
    ("read_float(b'abc', 0, 3)", "ValueError: a float takes 2, 4 or 8 bytes"),
    ("parse_time('soon')", "ValueError: Invalid isoformat string: 'soon'"),
    ("format_time(10 ** 20)", "ValueError: a time lies between the years 1 and 9999"),
    ("time_parts(0, 2000)", "ValueError: "),
    ("re_match('(', 'a')", "ValueError: not a pattern: missing ): ("),
    ("re_match(1, 'a')", "TypeError: a pattern, a text and a replacement are texts"),
    ("math.sqrt(-1)", "ValueError: math domain error"),
    ("chr(0xD800)", "ValueError: a surrogate is not a character"),
    ("int('x')", "ValueError: invalid literal for int() with base 10: 'x'"),
    ("sum(['a'])", "TypeError: sum() adds numbers only"),
    ("max([])", "ValueError: max() of nothing"),
    ("(-8) ** 0.5", "ValueError: a negative number has no real power with a fraction"),
    ("list(5)", "TypeError: cannot loop over a value of type integer"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text"), FAILS)
def test_failures_say_why_and_can_be_caught(source: str, text: str) -> None:
    with pytest.raises(ScriptError) as caught:
        run(source)
    assert caught.value.message.startswith(text)
    assert run(f"try:\n    x = {source}\nexcept Exception as e:\n    return 'caught'") == "caught"


def test_a_decoded_value_is_a_new_one_each_time() -> None:
    script = compile_script(NODE, "a = json_decode(msg)\na.append(1)\nreturn a")
    assert [script("[]", {}, "T") for _ in range(2)] == [[1], [1]]


def test_every_public_function_is_described() -> None:
    helps = LANGUAGES["python"].describe()
    names = [entry.name for entry in helps]
    assert names == sorted(set(names))
    assert {"json_decode", "read_int", "re_match", "math.sqrt", "print", "isinstance"} <= set(names)
    for entry in helps:
        assert entry.doc, entry
        assert entry.signature.startswith(entry.name), entry
        assert "object at" not in entry.signature, entry


def test_finite_numbers_are_the_only_results() -> None:
    assert run("math.inf > 1") is True
    assert run("1e308") == 1e308
    with pytest.raises(ScriptError):
        run("[math.inf]")
    assert math.isfinite(run("5e-324"))  # type: ignore[arg-type]
