"""Each limit of the data listener, with small values; other callers do not notice."""

from __future__ import annotations

import asyncio
import socket

import pytest
from listener_world import HOST, Bench, Caller, Open, chunked, get, post, statuses, until

from engine.values import decode
from web.listener import Limits
from web.settings import Settings


async def fine(bench: Bench) -> None:
    """Somebody else is served."""
    other = await bench.caller(post("/now", b"x"))
    assert (await other.answer()).status == 200
    await other.close()


async def refused(caller: Caller, status: int, limit: object = "") -> None:
    """One answer with this status that says the limit, then the end."""
    (answer,) = await caller.rest()
    assert answer.status == status
    assert answer.headers["connection"] == "close"
    assert str(limit) in decode(answer.body)["detail"]


# ------------------------------------------------------------------ numbers


async def test_one_connection_too_many_is_503(listen: Open) -> None:
    bench = await listen(connections=2)
    callers = [await bench.caller(get()) for _ in range(2)]
    for caller in callers:
        await caller.answer()
    one_more = await bench.caller()
    (answer,) = await one_more.rest()
    assert (answer.status, answer.headers["retry-after"], answer.headers["connection"]) == (503, "5", "close")
    await one_more.close()
    await callers[0].close()
    await until(lambda: len(bench.listener.connections) == 1)
    await fine(bench)
    assert bench.listener.refused == 1


async def test_far_too_many_are_not_even_answered(listen: Open) -> None:
    bench = await listen(connections=1)
    callers = [await bench.caller() for _ in range(30)]
    answers = [await caller.rest() for caller in callers[1:]]
    assert {answer.status for found in answers for answer in found} == {503}
    assert [] in answers


async def test_one_connection_too_many_from_an_address_is_closed(listen: Open) -> None:
    bench = await listen(connections_per_address=2)
    callers = [await bench.caller(get()) for _ in range(2)]
    for caller in callers:
        await caller.answer()
    assert await (await bench.caller()).is_closed()
    await callers[0].close()
    await until(lambda: len(bench.listener.connections) == 1)
    await fine(bench)


async def test_a_connection_ends_after_its_last_request(listen: Open) -> None:
    bench = await listen(requests=3)
    caller = await bench.caller(get() * 5)
    answers = await caller.rest()
    assert statuses(answers) == [204] * 3
    assert answers[-1].headers["connection"] == "close"
    assert len(bench.desk.calls) == 3


async def test_who_sends_many_requests_at_once_lets_others_in_between(listen: Open) -> None:
    bench = await listen()
    greedy, other = await bench.caller(get()), await bench.caller(get())
    for caller in (greedy, other):
        assert (await caller.answer()).status == 204
    greedy.send(get("/greedy") * 500)
    other.send(get("/other"))
    assert (await other.answer()).status == 204
    assert bench.desk.paths.count("/greedy") < 100
    assert [(await greedy.answer()).status for _ in range(500)] == [204] * 500


async def test_many_requests_and_an_end_are_all_answered(listen: Open) -> None:
    bench = await listen()
    caller = await bench.caller(get() * 300)
    caller.writer.write_eof()
    assert statuses(await caller.rest()) == [204] * 300


# ------------------------------------------------------------------ bytes


async def test_a_url_that_is_too_long_is_414(listen: Open) -> None:
    bench = await listen(url_bytes=100)
    caller = await bench.caller(get("/" + "a" * 99))
    assert (await caller.answer()).status == 204
    caller.send(get("/" + "a" * 100))
    await refused(caller, 414, 100)
    await refused(await bench.caller(b"GET /" + b"a" * 200), 414, 100)
    await fine(bench)


async def test_a_head_that_is_too_large_is_431(listen: Open) -> None:
    bench = await listen(header_bytes=200)
    room = 200 - len(get("/now", b"X: "))
    caller = await bench.caller(get("/now", b"X: " + b"a" * room))
    assert (await caller.answer()).status == 204
    caller.send(get("/now", b"X: " + b"a" * (room + 1)))
    await refused(caller, 431, 200)
    await refused(await bench.caller(b"GET /now HTTP/1.1\r\n" + b"X: y\r\n" * 50), 431, 200)
    await fine(bench)


async def test_too_many_headers_are_431(listen: Open) -> None:
    bench = await listen(headers=3)
    caller = await bench.caller(get("/now", b"A: 1", b"B: 2"))
    assert (await caller.answer()).status == 204
    caller.send(get("/now", b"A: 1", b"B: 2", b"C: 3"))
    await refused(caller, 431, 3)


async def test_a_body_that_is_too_large_is_413_before_it_comes(listen: Open) -> None:
    bench = await listen(body_bytes=10)
    caller = await bench.caller(post("/now", b"x" * 10))
    assert (await caller.answer()).status == 200
    caller.send(b"POST /now HTTP/1.1\r\n" + HOST + b"Content-Length: 11\r\nExpect: 100-continue\r\n\r\n")
    await refused(caller, 413, 10)
    await fine(bench)


async def test_a_caller_that_sends_its_large_body_nevertheless_can_read_the_413(listen: Open) -> None:
    bench = await listen(body_bytes=1000)
    caller = await bench.caller(post("/now", b"x" * 900_000))
    await refused(caller, 413, 1000)


async def test_a_chunked_body_that_is_too_large_is_413_as_soon_as_it_is_known(listen: Open) -> None:
    bench = await listen(body_bytes=10)
    caller = await bench.caller(chunked("/now", b"A\r\n0123456789\r\n0\r\n\r\n"))
    assert (await caller.answer()).body == b"0123456789"
    caller.send(chunked("/now", b"6\r\n012345\r\n5\r\n"))
    await refused(caller, 413, 10)
    assert len(bench.desk.calls) == 1


async def test_trailers_that_are_too_large_are_431(listen: Open) -> None:
    bench = await listen(header_bytes=200)
    await refused(await bench.caller(chunked("/now", b"0\r\n" + b"X: y\r\n" * 60)), 431)
    assert not bench.desk.calls


async def test_who_goes_on_sending_after_the_end_is_cut_off(listen: Open) -> None:
    bench = await listen(linger_bytes=1000, linger_s=60)
    caller = await bench.caller(b"nonsense\r\n\r\n")
    assert (await caller.answer()).status == 400
    while not caller.writer.is_closing():
        caller.send(b"x" * 1000)
        await asyncio.sleep(0)
    await until(lambda: not bench.listener.connections)


@pytest.mark.parametrize("times", [1, 100])
async def test_a_caller_that_does_not_read_is_closed(listen: Open, times: int) -> None:
    bench = await listen(unwritten_bytes=10_000, write_s=0.1)
    other = await bench.caller(get("/large"))  # so that its head is known
    assert (await other.answer()).status == 200
    await other.close()
    bench.desk.body = b"x" * 5_000_000
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", bench.listener.port))
    deaf.sendall(get("/large") * times)
    await until(lambda: len(bench.desk.calls) > 1)
    await fine(bench)
    await until(lambda: not bench.listener.connections)
    deaf.close()
    assert len(bench.desk.calls) < 50
    assert bench.desk.sent[-1] is False


async def test_a_caller_that_reads_slowly_gets_everything(listen: Open) -> None:
    bench = await listen(unwritten_bytes=10_000, pipelined=4)
    bench.desk.body = b"x" * 300_000
    caller = await bench.caller(get("/large") * 20)
    await until(lambda: len(bench.desk.calls) >= 4)
    assert [len((await caller.answer()).body) for _ in range(20)] == [300_000] * 20
    await until(lambda: bench.desk.sent == [True] * 20)


# ------------------------------------------------------------------ seconds


async def test_who_says_nothing_is_closed(listen: Open) -> None:
    bench = await listen(first_byte_s=0.05)
    assert await (await bench.caller()).is_closed()


async def test_a_head_that_does_not_come_in_time_is_408(listen: Open) -> None:
    bench = await listen(head_s=0.05)
    await refused(await bench.caller(get()[:-2]), 408, "head")
    await fine(bench)


async def test_a_slow_loris_is_408_however_often_it_sends(listen: Open) -> None:
    bench = await listen(head_s=0.05)
    caller = await bench.caller(b"GET /now HTTP/1.1\r\n")
    answer = asyncio.ensure_future(caller.answer())
    while not answer.done():
        caller.send(b"X: y\r\n")
        await asyncio.sleep(0.001)
    assert answer.result().status == 408


@pytest.mark.parametrize("data", [post()[:-1], chunked("/now", b"3\r\nhel\r\n")], ids=["length", "chunked"])
async def test_a_body_that_does_not_come_in_time_is_408(listen: Open, data: bytes) -> None:
    bench = await listen(body_s=0.05)
    await refused(await bench.caller(data), 408, "body")
    assert not bench.desk.calls


async def test_an_idle_connection_is_closed(listen: Open) -> None:
    bench = await listen(idle_s=0.05)
    caller = await bench.caller(get())
    assert (await caller.answer()).status == 204
    assert await caller.is_closed()


async def test_who_waits_for_an_answer_is_not_idle(listen: Open) -> None:
    bench = await listen(idle_s=0.02, head_s=0.02, body_s=0.02, first_byte_s=0.02)
    caller = await bench.caller(post("/wait"))
    await until(lambda: bench.desk.waiting)
    end = bench.listener.now + 0.1
    await until(lambda: bench.listener.now > end)
    bench.desk.answer("/wait")
    assert (await caller.answer()).status == 200


async def test_who_may_not_send_is_not_late(listen: Open) -> None:
    bench = await listen(pipelined=1, body_s=0.02, head_s=0.02)
    caller = await bench.caller(post("/wait") + post("/now", b"x" * 500_000))
    await until(lambda: bench.desk.waiting)
    end = bench.listener.now + 0.1
    await until(lambda: bench.listener.now > end)
    bench.desk.answer("/wait")
    assert [(await caller.answer()).status for _ in range(2)] == [200, 200]


async def test_who_does_not_close_after_the_last_answer_is_closed(listen: Open) -> None:
    bench = await listen(linger_s=0.05)
    await bench.caller(get("/now", b"Connection: close"))
    await until(lambda: bench.desk.calls)
    await until(lambda: not bench.listener.connections)


def test_every_limit_is_a_setting() -> None:
    chosen = Settings(data_max_body_bytes=7, data_idle_timeout_s=8, data_max_pipelined=9)
    limits = Limits.of(chosen)
    assert (limits.body_bytes, limits.idle_s, limits.pipelined) == (7, 8, 9)
    assert Limits.of(Settings()) == Limits()
