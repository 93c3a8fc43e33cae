"""Random data scripts give in the sandbox what they give in plain Python."""

from __future__ import annotations

import random
from typing import Any

import pytest

from engine import values
from engine.errors import ScriptError, ScriptLimitError
from engine.script import NODE, compile_script

MSG = {"a": 4, "b": -1.5, "n": "Dev-7", "o": {"x": [1, 2], "y": "z"}}


class Author:
    """Writes random scripts about numbers, texts, lists and objects."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def number(self, depth: int) -> str:
        if depth <= 0:
            return self.one("1", "2.5", "7", "0", "v", "w", "msg['a']", "msg['b']", "-3", "0x10", "True")
        a, b = self.number(depth - 1), self.number(depth - 1)
        return self.one(
            f"({a} + {b})", f"({a} - {b})", f"({a} * {b})", f"({a} / 3)", f"({a} // 4)", f"({a} % 7)",
            f"(int({a}) & 255)", f"(int({a}) << 2)", f"(int({a}) >> 1)", f"(int({a}) | 3)", f"(int({a}) ^ v)",
            f"round({a}, 2)", f"abs({a})", f"max({a}, {b})", f"min(1, {a}, {b})", f"len({self.text(depth - 1)})",
            f"({a} if {self.truth(depth - 1)} else {b})", f"sum({self.list(depth - 1)})", f"(-{a})", f"(w := {a})",
            f"divmod(int({a}), 7)[1]", f"({a} ** 2)", f"int(str(int({a})))", f"float({a})",
        )  # fmt: skip

    def text(self, depth: int) -> str:
        if depth <= 0:
            return self.one("'abc'", "s", "msg['n']", "'Temp-1'", "msg['o']['y']", "''")
        a, b, n = self.text(depth - 1), self.text(depth - 1), self.number(depth - 1)
        return self.one(
            f"({a} + {b})", f"{a}.upper()", f"{a}.strip()", f"{a}.replace('a', 'bb')", f"str({n})", f"({a} * 2)",
            f"(str({n}) + f'{{v}}-{{s}}')", f"{a}[1:3]", f"{a}[::-1]", f"'-'.join([{a}, {b}])",
            f"('%s=%d' % ({a}, int({n})))", f"hex(int({n}))", f"{a}.split('-')[0]", f"{a}.title().zfill(5)",
            f"('%.2f' % {n})", "f'{v:.2f}{w!r}{xs}'", f"''.join(sorted({a}))", f"max({a}, {b})", f"{a}.partition('-')[2]",
            f"{a}.rjust(4, '*')", f"str({self.list(depth - 1)})",
        )  # fmt: skip

    def list(self, depth: int) -> str:
        if depth <= 0:
            return self.one("[1, 2, 3]", "xs", "list(range(4))", "msg['o']['x']", "[]")
        a, n = self.list(depth - 1), self.number(depth - 1)
        return self.one(
            f"[x * 2 for x in {a}]", f"[x + {n} for x in {a} if x != 2]", f"sorted({a})", f"({a} + {self.list(depth - 1)})",
            f"[i + x for i, x in enumerate({a})]", f"list(map(lambda q: q + 1, {a}))", f"{a}[:2]", f"({a} * 2)",
            f"[p + q for p, q in zip({a}, {self.list(depth - 1)})]", f"list(filter(lambda q: q > 1, {a}))",
            f"sorted({a}, key=lambda q: -q)", f"list(reversed({a}))", f"[len({self.text(depth - 1)}), {n}]",
            f"sorted({{x: {n} for x in {a}}}.values())", f"sorted(set({a}))",
        )  # fmt: skip

    def truth(self, depth: int) -> str:
        if depth <= 0:
            return self.one("True", "v > 3", "s == 'abc'", "xs", "'a' in msg")
        a, b, s, t = (
            self.number(depth - 1),
            self.number(depth - 1),
            self.text(depth - 1),
            self.text(depth - 1),
        )
        return self.one(
            f"({a} > {b})", f"({self.truth(depth - 1)} and {self.truth(depth - 1)})", f"(not {self.truth(depth - 1)})",
            f"({s} == {t})", f"({s} < {t})", f"({a} in {self.list(depth - 1)})", f"isinstance({a}, (int, float))",
            f"({s} in {t})", f"({s} not in {t})", f"0 <= {a} < 100", f"v < {a} <= {b}", f"({s} != {a})",
            f"({self.list(depth - 1)} == {self.list(depth - 1)})", f"any(x > {a} for x in {self.list(depth - 1)})",
            f"all(x > {a} for x in {self.list(depth - 1)})", f"({s} in [{t}, {t}])",
        )  # fmt: skip

    def statement(self, i: int) -> str:
        return self.one(
            f"v = {self.number(2)}",
            f"s = {self.text(2)}",
            f"xs = {self.list(2)}",
            f"for i, x in enumerate({self.list(1)}):\n    out['k' + str(i)] = x + {self.number(1)}",
            f"if {self.truth(2)}:\n    out['c{i}'] = {self.number(2)}\nelse:\n    out['d{i}'] = {self.text(2)}",
            f"out['t'] = 0\nfor x in {self.list(1)}:\n    out['t'] += x\n    v -= 1",
            f"try:\n    out['e{i}'] = {self.number(2)} / {self.number(1)}\nexcept ZeroDivisionError:\n    out['e{i}'] = None",
            f"d = {{a: b for a, b in msg.items() if a != 'b'}}\nout.update(d)\nn = 0\n"
            f"while n < 3:\n    n += 1\n    out[f'w{{n}}'] = {self.number(1)}",
            f"ys = xs\nys += {self.list(1)}\nout['ys'] = [len(xs), len(ys)]",
            f"def f(x, y=2):\n    return x + y\nout['f{i}'] = f({self.number(1)})",
            f"xs.append({self.number(1)})\nxs.sort()\ns += {self.text(1)}\nv *= {self.number(1)}",
            f"g = {{'q': {self.list(1)}}}\ng['q'].insert(0, {self.number(1)})\ng['q'] += [5]\nout['g{i}'] = g",
            f"for x in {self.list(1)}:\n    if {self.truth(1)}:\n        continue\n    out['z{i}'] = x\nelse:\n    s = s + 'E'",
            f"a, b = {self.number(1)}, {self.text(1)}\na, b = b, a\nout['p{i}'] = [a, b]",
            f"del xs[:0]\nout.pop('nope', None)\nout['h{i}'] = {self.truth(2)}".replace("del xs[:0]\n", ""),
        )

    def script(self) -> str:
        head = "v = 5\nw = 2.5\ns = 'abc'\nxs = [3, 1, 2]\nout = {}\n"
        body = "\n".join(self.statement(i) for i in range(self.random.randrange(2, 7)))
        return head + body + "\nout['v'] = v\nout['s'] = s\nout['xs'] = xs\nreturn out"


def plain(source: str) -> tuple[str, Any]:
    space: dict[str, Any] = {}
    exec(
        "def script(msg, metadata, msgType):\n" + "\n".join(f"    {line}" for line in source.split("\n")),
        space,
    )
    try:
        result = space["script"](values.copy(MSG), {}, "T")
        values.check(result)
    except Exception as error:
        return "error", type(error).__name__
    return "value", result


def sandboxed(source: str) -> tuple[str, Any]:
    try:
        return "value", compile_script.__wrapped__(NODE, source)(values.copy(MSG), {}, "T")
    except ScriptLimitError:
        return "limit", None
    except ScriptError as error:
        return "error", error.message


@pytest.mark.parametrize("seed", range(8))
def test_random_scripts_agree_with_plain_python(seed: int) -> None:
    author = Author(seed)
    agreed = 0
    for _ in range(60):
        source = author.script()
        expected, got = plain(source), sandboxed(source)
        if got[0] == "limit":
            continue
        assert got[0] == expected[0], f"{source}\n\nplain: {expected}\nsandbox: {got}"
        if got[0] == "value":
            agreed += 1
            assert repr(got[1]) == repr(expected[1]), source
    assert agreed > 20
