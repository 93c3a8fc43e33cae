"""Nobody hides a second request in a first one: what could be read in two ways is refused, and nothing is read after it."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from corpus import CHUNK, REFUSED, TAKEN
from hypothesis import given
from hypothesis import strategies as st
from listener_world import Bench, chunked, get, post, statuses

from engine.values import decode
from web.listener import Limits
from web.listener.head import Heads, Refused
from web.listener.reader import Reader

SMUGGLED = get("/smuggled")
BEFORE = get("/before")
LIMITS = Limits()

Outcome = list[tuple[str, bytes] | int]


def outcome(pieces: list[bytes]) -> Outcome:
    """What a reader makes of these bytes: paths and bodies of requests, and the status of the refusal, if any."""
    reader = Reader(LIMITS, Heads(LIMITS))
    found: Outcome = []
    try:
        for piece in pieces:
            reader.feed(piece)
            while (request := reader.next()) is not None:
                found.append((request[0].path, request[1]))
    except Refused as refused:
        found.append(refused.status)
    return found


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The bytes cut at these places."""
    ends = [0, *sorted({place % len(data) for place in places}), len(data)]
    return [data[a:b] for a, b in pairwise(ends) if a < b]


@pytest.mark.parametrize("name", REFUSED)
async def test_it_is_refused_and_nothing_after_it_is_a_request(bench: Bench, name: str) -> None:
    data, status = REFUSED[name]
    caller = await bench.caller(BEFORE + data + SMUGGLED)
    answers = await caller.rest()
    assert statuses(answers) == [204, status]
    last = answers[-1]
    assert (last.headers["connection"], last.headers["content-type"]) == ("close", "application/problem+json")
    problem = decode(last.body)
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert problem["detail"]
    assert bench.desk.paths == ["/before"]


@pytest.mark.parametrize("name", REFUSED)
async def test_it_is_refused_where_another_request_was_the_same_again_and_again(
    bench: Bench, name: str
) -> None:
    data, status = REFUSED[name]
    caller = await bench.caller()
    for _ in range(3):
        caller.send(BEFORE)
        assert (await caller.answer()).status == 204
    caller.send(data + SMUGGLED)
    assert statuses(await caller.rest()) == [status]
    assert bench.desk.paths == ["/before"] * 3


@pytest.mark.parametrize("name", [name for name, (data, _) in REFUSED.items() if len(data) < 1000])
async def test_it_is_refused_byte_by_byte_too(bench: Bench, name: str) -> None:
    data, status = REFUSED[name]
    caller = await bench.caller()
    await caller.drip(data + SMUGGLED)
    assert statuses(await caller.rest()) == [status]
    assert not bench.desk.calls


@pytest.mark.parametrize("name", TAKEN)
async def test_what_is_right_is_taken(bench: Bench, name: str) -> None:
    data, body = TAKEN[name]
    caller = await bench.caller(data, get("/after", b"Connection: close"))
    assert statuses(await caller.rest()) == [200 if body else 204, 204]
    assert [(call.path, call.body) for call in bench.desk.calls] == [("/now", body), ("/after", b"")]


AGAIN = post("/again", b"five!")
# What comes on a connection that has had AGAIN, whole, some times before: pieces, and the requests that they are
AFTER_THE_SAME: dict[str, tuple[list[bytes], list[tuple[str, bytes]]]] = {
    "the same": ([AGAIN], [("/again", b"five!")]),
    "another body": ([AGAIN.replace(b"five!", b"FIVE?")], [("/again", b"FIVE?")]),
    "two of them": ([AGAIN * 2], [("/again", b"five!")] * 2),
    "one and a beginning": ([AGAIN + AGAIN[:7], AGAIN[7:]], [("/again", b"five!")] * 2),
    "no body yet": ([AGAIN[:-5], AGAIN[-5:]], [("/again", b"five!")]),
    "a byte less": ([AGAIN[:-1], AGAIN[-1:]], [("/again", b"five!")]),
    "a blank line before": ([b"\r\n" + AGAIN[:-2], AGAIN[-2:]], [("/again", b"five!")]),
    "a blank line behind": ([AGAIN + b"\r\n", AGAIN], [("/again", b"five!")] * 2),
    "as long, another head": ([post("/other", b"five!")], [("/other", b"five!")]),
    "chunks": ([chunked("/again", CHUNK)], [("/again", b"hello")]),
    "a longer body": ([post("/again", b"longer")], [("/again", b"longer")]),
    "a body like a head": ([post("/again", b"\r\n\r\nx")], [("/again", b"\r\n\r\nx")]),
}


@pytest.mark.parametrize("name", AFTER_THE_SAME)
async def test_what_resembles_the_request_before_is_read_as_what_it_is(bench: Bench, name: str) -> None:
    pieces, requests = AFTER_THE_SAME[name]
    caller = await bench.caller()
    for _ in range(3):
        caller.send(AGAIN)
        assert (await caller.answer()).body == b"five!"
    bench.desk.calls.clear()
    for piece in pieces:
        caller.send(piece)
        await asyncio.sleep(0)
    for path, body in requests:
        assert (await caller.answer()).body == body, path
    assert [(call.path, call.body) for call in bench.desk.calls] == requests


async def test_the_same_again_may_be_cut_anywhere(bench: Bench) -> None:
    caller = await bench.caller()
    both = AGAIN * 2
    for cut in range(len(both)):
        caller.send(AGAIN)
        assert (await caller.answer()).body == b"five!"
        caller.send(both[:cut])
        await asyncio.sleep(0)
        caller.send(both[cut:])
        assert [(await caller.answer()).body for _ in range(2)] == [b"five!"] * 2
    assert {(call.path, call.body) for call in bench.desk.calls} == {("/again", b"five!")}
    assert len(bench.desk.calls) == 3 * len(both)


@given(places=st.lists(st.integers(0, 100_000), max_size=12))
def test_however_it_is_cut_it_is_refused_in_the_same_way(places: list[int]) -> None:
    for name, (data, status) in REFUSED.items():
        assert outcome(cut(BEFORE + data + SMUGGLED, places)) == [("/before", b""), status], name


@given(
    names=st.lists(st.sampled_from(sorted(TAKEN)), min_size=1, max_size=4),
    places=st.lists(st.integers(0, 10_000), max_size=12),
)
def test_however_requests_are_cut_they_are_the_same(names: list[str], places: list[int]) -> None:
    whole = b"".join(TAKEN[name][0] for name in names)
    expected: Outcome = [("/now", TAKEN[name][1]) for name in names]
    assert outcome(cut(whole, places)) == expected


@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                [b"\r", b"\n", b"\r\n", b"0", b"5", b":", b" ", b"X", b"Content-Length", b"hello"]
            )
        )
        .map(b"".join)
        .map(lambda tail: b"POST /now HTTP/1.1\r\nHost: tide\r\nTransfer-Encoding: chunked" + tail),
    ),
    places=st.lists(st.integers(0, 300), max_size=8),
)
def test_any_bytes_have_one_meaning(data: bytes, places: list[int]) -> None:
    whole = data + SMUGGLED
    assert outcome(cut(whole, places)) == outcome([whole])
