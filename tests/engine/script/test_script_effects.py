"""What a script reads and whether it may write; and that arguments never change either way."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.script import DOWNLINK, GENERATOR, NODE, UPLINK, Signature, compile_script

READS = [
    (UPLINK, "return json_decode(payload)", {"payload"}),
    (UPLINK, "return {'a': metadata.b}", {"metadata"}),
    (NODE, "return 1", set()),
    (NODE, "return msg.metadata", {"msg"}),
    (NODE, "f = lambda x: msgType\nreturn f(1)", {"msgType"}),
    (DOWNLINK, "return [integrationMetadata.x for msg in [1]]", {"integrationMetadata", "msg"}),
    (GENERATOR, "return {'msg': (prevMsg or {}).get('n', 0)}", {"prevMsg"}),
    (NODE, "return 'msg'", set()),
]


@pytest.mark.parametrize(("signature", "source", "names"), READS)
def test_reads_are_the_parameters_that_the_source_mentions(
    signature: Signature, source: str, names: set[str]
) -> None:
    assert compile_script(signature, source).reads == names


LEAVES_ALONE = [
    "return msg.t > 3",
    "out = {}\nout.a = msg.t\nout['b'] = 2\nreturn out",
    "out = []\nfor x in msg.l:\n    out.append(x)\nreturn out",
    "out = {k: v for k, v in msg.items()}\nout.update({'z': 1})\nreturn out",
    "copy = dict(msg)\ncopy.t = 1\nreturn copy",
    "l = list(msg.l)\nl.sort()\nl.reverse()\nl += [4]\nreturn l",
    "n = 0\nfor x in msg.l:\n    n += 1\nreturn n",
    "total = 0\ntotal += msg.t\nreturn total",
    "return sorted(msg.l)",
    "p = json_decode(msg.text)\np.x = 1\nreturn p",
    "return {**{}} if False else 1".replace("{**{}}", "{}"),
]
MAY_WRITE = [
    "msg.t = 1\nreturn msg",
    "msg['t'] = 1",
    "msg.t += 1",
    "msg.o.x = 1",
    "del msg.t",
    "msg.l.append(4)",
    "msg.clear()",
    "x = msg\nx.t = 1",
    "x = msg.l\nx += [4]",
    "x = msg.o\nx |= {'q': 1}",
    "out = {}\nout.a = msg.o\nout.a.b = 1\nreturn out",
    "out = {}\nout = msg\nout.x = 1",
    "for x in [msg.o]:\n    x.y = 1",
    "for x in [msg.l]:\n    x.append(1)",
    "def f(x):\n    x.y = 1\nf(msg)",
    "(lambda x: x.append(1))(msg.l)",
    "msg.setdefault('q', []).append(1)",
    "a, b = msg.o, msg.l\nb.append(a)",
    "l = [msg.o]\nl[0].x = 1",
    "d = dict(msg)\nd.o.x = 1",
    "x = msg.l if msg.t else []\nx.append(1)",
    "(y := msg.l).append(2)",
    "[y.append(3) for y in [msg.l]]",
    "x = x.o if (x := msg) else {}\nx.q = 1",
    "for msg.t, b in [[9, 8]]:\n    pass",
    "o = {}\nfor o, b in [[msg.o, 1]]:\n    o.z = 3",
    "try:\n    pass\nexcept ValueError as msg:\n    pass\nmsg.t = 3",
    "l = msg.get('l')\nl.pop()",
    "msg.l.sort(key=lambda x: -x)",
    "msg.l.insert(0, 1)\nmsg.l.remove(1)\nmsg.l.extend([1])\nmsg.l.reverse()",
    "msg.o.update({'a': 1})\nmsg.o.popitem()",
    "def f(l=msg.l):\n    l.append(1)\nf()",
]


def message() -> dict[str, Any]:
    return {"t": 5, "o": {"x": 7}, "l": [3, 1, 2], "text": "{}"}


@pytest.mark.parametrize("source", LEAVES_ALONE)
def test_a_script_that_only_makes_new_values_gets_no_copies(source: str) -> None:
    given = message()
    script = compile_script(NODE, source)
    assert not script.writes
    script(given, {}, "T")
    assert given == message()


@pytest.mark.parametrize("source", MAY_WRITE)
def test_a_script_that_may_write_gets_copies(source: str) -> None:
    given, untouched = message(), message()
    script = compile_script(NODE, source)
    assert script.writes
    script(given, {}, "T")
    assert given == untouched


def test_a_result_of_a_writing_script_shares_nothing_with_its_arguments() -> None:
    given = message()
    result = compile_script(NODE, "msg.t = 1\nreturn {'msg': msg, 'metadata': metadata}")(
        given, {"a": [1]}, "T"
    )
    result["msg"]["o"]["x"] = "changed"
    result["metadata"]["a"].append(2)
    assert given == message()


def test_bytes_are_never_copied_and_unread_arguments_neither() -> None:
    payload, metadata = b"abc", {"a": 1}
    before = copy.deepcopy(metadata)
    script = compile_script(UPLINK, "p = [payload]\np[0] = 1\nx = p\nx[0] = payload\nreturn len(x[0])")
    assert script(payload, metadata) == 3
    assert script.reads == {"payload"}
    assert metadata == before
