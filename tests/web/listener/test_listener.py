"""The data listener as a caller sees it: HTTP/1.1, in order, on real sockets."""

from __future__ import annotations

import asyncio
import socket
import struct
from email.utils import parsedate_to_datetime
from time import time

import pytest
from listener_world import Bench, Desk, Open, chunked, get, post, request, statuses, until

from engine.values import decode
from tests.ports import free_port
from web.listener import Listener

CHUNKS = b"3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\n\r\n"


# ------------------------------------------------------------------ one request


async def test_a_request_reaches_the_desk_as_it_was_sent(bench: Bench) -> None:
    caller = await bench.caller(
        post("/a%20b/c?x=1&y=%C3%A4&z", b"hello", b"X-One: 1", b"x-one:  2 ", b"X-Two: \xfc")
    )
    answer = await caller.answer()
    (call,) = bench.desk.calls
    assert (call.method, call.path, call.body, call.remote) == ("POST", "/a b/c", b"hello", "127.0.0.1")
    assert call.query == {"x": "1", "y": "ä", "z": ""}
    assert call.headers == {"host": "tide", "content-length": "5", "x-one": "1, 2", "x-two": "ü"}
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.headers["content-type"] == "text/plain"
    assert abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - time()) < 5


async def test_204_has_no_content_length_and_every_other_answer_has_one(bench: Bench) -> None:
    caller = await bench.caller(get(), post(), get("/large"))
    assert "content-length" not in (await caller.answer()).headers
    assert (await caller.answer()).headers["content-length"] == "5"
    assert (await caller.answer()).headers["content-length"] == "0"


async def test_head_says_how_long_the_body_would_be_and_sends_none(bench: Bench) -> None:
    caller = await bench.caller(request("HEAD", "/down", b""), get())
    answer = await caller.answer(is_head=True)
    assert (answer.status, answer.headers["content-length"]) == (200, "8")
    assert (await caller.answer()).status == 204


async def test_a_desk_that_breaks_is_500(bench: Bench) -> None:
    caller = await bench.caller(get("/broken"), get())
    answer = await caller.answer()
    assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
    assert decode(answer.body)["title"] == "Internal error"
    assert (await caller.answer()).status == 204


@pytest.mark.parametrize("split", [False, True], ids=["whole", "byte by byte"])
async def test_a_chunked_body_is_put_together(bench: Bench, split: bool) -> None:
    data = chunked("/now", CHUNKS, b"Trailer: X") + chunked("/now", b"0\r\nX: y\r\n\r\n") + get()
    caller = await bench.caller()
    if split:
        await caller.drip(data)
    else:
        caller.send(data)
    assert [(await caller.answer()).body for _ in range(3)] == [b"hello", b"", b""]
    assert [call.body for call in bench.desk.calls] == [b"hello", b"", b""]


async def test_100_continue_comes_when_the_body_is_waited_for_and_only_then(bench: Bench) -> None:
    expects = b"Expect: 100-continue"
    caller = await bench.caller(post("/now", b"hello", expects))
    assert (await caller.answer()).status == 200
    head = post("/now", b"hello", expects).removesuffix(b"hello")
    caller.send(head)
    assert (await caller.answer()).status == 100
    caller.send(b"hello")
    assert (await caller.answer()).body == b"hello"
    caller.send(chunked("/now", b"", expects))
    assert (await caller.answer()).status == 100
    caller.send(CHUNKS)
    assert (await caller.answer()).body == b"hello"


async def test_100_continue_waits_for_the_answers_before_it(bench: Bench) -> None:
    caller = await bench.caller(get("/wait"), post("/now", b"hello", b"Expect: 100-continue")[:-5])
    await until(lambda: bench.desk.waiting)
    bench.desk.answer("/wait")
    assert [(await caller.answer()).status for _ in range(2)] == [200, 100]
    caller.send(b"hello")
    assert (await caller.answer()).body == b"hello"


async def test_an_empty_line_before_a_request_is_no_harm(bench: Bench) -> None:
    caller = await bench.caller(post(), b"\r\n", get())
    assert [(await caller.answer()).status for _ in range(2)] == [200, 204]


AGAIN = {
    "a body": post(),
    "none": get(),
    "chunks": chunked("/now", CHUNKS),
    "a downlink": post("/down"),
    "HEAD": request("HEAD", "/down", b""),
    "HTTP/1.0": request("GET", "/down", b"", b"Connection: keep-alive", version=b"1.0"),
    "a continue that nobody needs": post("/now", b"hello", b"Expect: 100-continue"),
}


@pytest.mark.parametrize("again", AGAIN)
async def test_a_request_is_answered_as_the_first_time_however_often_and_in_what_pieces(
    bench: Bench, again: str
) -> None:
    data, is_head = AGAIN[again], again == "HEAD"
    caller = await bench.caller(data)
    first = await caller.answer(is_head)
    for cut in (0, 0, 3, len(data) - 1, 0):
        caller.send(data[:cut])
        await asyncio.sleep(0)
        caller.send(data[cut:])
        answer = await caller.answer(is_head)
        assert (answer.status, answer.body) == (first.status, first.body)
        assert answer.headers | {"date": ""} == first.headers | {"date": ""}
    calls = bench.desk.calls
    assert len(calls) == 6
    assert all(call == calls[0] for call in calls)


# ------------------------------------------------------------------ the end of a connection


async def test_a_connection_stays_until_the_caller_asks_for_its_end(bench: Bench) -> None:
    caller = await bench.caller(get(), get(), get("/now", b"Connection: close"), get("/smuggled"))
    answers = await caller.rest()
    assert statuses(answers) == [204, 204, 204]
    assert [answer.headers.get("connection") for answer in answers] == [None, None, "close"]
    assert "/smuggled" not in bench.desk.paths


async def test_http_1_0_ends_unless_it_asks_to_stay(bench: Bench) -> None:
    stays = b"GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    caller = await bench.caller(stays, b"GET /now HTTP/1.0\r\n\r\n")
    answers = await caller.rest()
    assert [answer.headers["connection"] for answer in answers] == ["keep-alive", "close"]


async def test_half_a_connection_is_enough_to_be_answered(bench: Bench) -> None:
    caller = await bench.caller(post("/wait/1"), post("/wait/2"))
    caller.writer.write_eof()
    await until(lambda: len(bench.desk.waiting) == 2)
    bench.desk.answer("/wait/1", on_sent=bench.desk.sent.append)
    bench.desk.answer("/wait/2", on_sent=bench.desk.sent.append)
    assert [answer.body for answer in await caller.rest()] == [b"/wait/1", b"/wait/2"]
    assert bench.desk.sent == [True, True]


async def test_who_has_its_answer_may_go_at_once(bench: Bench) -> None:
    for number in range(1, 4):
        caller = await bench.caller(post("/down"))
        assert (await caller.answer()).status == 200
        assert bench.desk.sent == [True] * number
        await caller.close()
    await until(lambda: not bench.listener.connections)
    assert bench.desk.sent == [True] * 3


async def test_what_nobody_listened_to_was_not_delivered(bench: Bench) -> None:
    caller = await bench.caller(post("/wait"))
    await until(lambda: bench.desk.waiting)
    await caller.close()
    await until(lambda: all(connection.is_half for connection in bench.listener.connections))
    bench.desk.answer("/wait", on_sent=bench.desk.sent.append)
    await until(lambda: bench.desk.sent)
    assert bench.desk.sent == [False]
    await until(lambda: not bench.listener.connections)


async def test_a_caller_that_ends_amid_a_request_is_let_go(bench: Bench) -> None:
    for part in (post()[:10], post()[:-2], chunked("/now", CHUNKS)[:-4]):
        caller = await bench.caller(part)
        caller.writer.write_eof()
        assert await caller.is_closed()
    assert not bench.desk.calls


async def test_a_caller_that_goes_before_the_answer_is_reported_gone(bench: Bench) -> None:
    caller = await bench.caller(get("/wait/poll"))
    await until(lambda: bench.desk.waiting)
    await caller.close()
    await until(lambda: bench.desk.lost)
    assert bench.desk.lost == ["/wait/poll"]
    await until(lambda: not bench.listener.connections)
    bench.desk.waiting["/wait/poll"].sent(False)


async def test_a_reset_loses_all_that_waits_and_says_so(bench: Bench) -> None:
    caller = await bench.caller(post("/wait/1"), post("/wait/2"), post("/down"))
    await until(lambda: len(bench.desk.calls) == 3)
    client = caller.writer.get_extra_info("socket")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    caller.writer.transport.abort()
    await until(lambda: bench.desk.sent)
    assert (bench.desk.lost, bench.desk.sent) == (["/wait/1", "/wait/2"], [False])


# ------------------------------------------------------------------ pipelining


async def test_answers_keep_the_order_of_requests_whatever_is_ready_first(bench: Bench) -> None:
    caller = await bench.caller(b"".join(post(f"/wait/{n}") for n in range(4)) + get("/down"))
    await until(lambda: len(bench.desk.calls) == 5)
    for number in (2, 3, 1):
        bench.desk.answer(f"/wait/{number}")
    assert not bench.desk.sent
    bench.desk.answer("/wait/0")
    bodies = [(await caller.answer()).body for _ in range(5)]
    assert bodies == [b"/wait/0", b"/wait/1", b"/wait/2", b"/wait/3", b'{"to":1}']
    await until(lambda: bench.desk.sent == [True])


async def test_no_more_is_taken_than_may_be_in_flight(listen: Open) -> None:
    bench = await listen(pipelined=3)
    caller = await bench.caller(b"".join(post(f"/wait/{n}") for n in range(50)))
    for number in range(50):
        await until(lambda number=number: len(bench.desk.calls) == min(number + 3, 50))
        bench.desk.answer(f"/wait/{number}")
        assert (await caller.answer()).body == f"/wait/{number}".encode()


async def test_many_requests_in_one_piece_are_all_answered(listen: Open) -> None:
    bench = await listen(pipelined=4)
    caller = await bench.caller(b"".join(post("/now", b"%d" % n) for n in range(1000)))
    assert [int((await caller.answer()).body) for _ in range(1000)] == list(range(1000))


async def test_an_error_waits_for_its_turn_and_ends_the_connection(bench: Bench) -> None:
    caller = await bench.caller(post("/wait/1"), b"nonsense\r\n\r\n", get("/smuggled"))
    await until(lambda: bench.desk.waiting)
    bench.desk.answer("/wait/1")
    assert statuses(await caller.rest()) == [200, 400]
    assert bench.desk.paths == ["/wait/1"]


async def test_a_downlink_is_told_that_its_bytes_have_left(bench: Bench) -> None:
    caller = await bench.caller(get("/down"))
    assert (await caller.answer()).headers["x-kind"] == "a"
    await until(lambda: bench.desk.sent == [True])


# ------------------------------------------------------------------ start and stop


async def test_it_starts_and_stops_at_run_time(bench: Bench) -> None:
    port = bench.listener.port
    for _ in range(2):
        await bench.listener.stop(1)
        assert bench.listener.port == 0
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        await bench.listener.start()
        caller = await bench.caller(get())
        assert (await caller.answer()).status == 204
        await caller.close()


async def test_stopping_answers_what_is_under_way_and_closes_the_rest(bench: Bench) -> None:
    idle = await bench.caller(get())
    await idle.answer()
    busy = await bench.caller(post("/wait"))
    await until(lambda: bench.desk.waiting)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bench.listener.stop(10))
        assert await idle.is_closed()
        busy.send(get("/smuggled"))
        bench.desk.answer("/wait")
        (answer,) = await busy.rest()
        await busy.close()
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert bench.desk.paths == ["/now", "/wait"]


async def test_stopping_does_not_wait_for_ever(bench: Bench) -> None:
    caller = await bench.caller(post("/wait"))
    await until(lambda: bench.desk.waiting)
    await bench.listener.stop(0.05)
    assert await caller.is_closed()
    assert bench.desk.lost == ["/wait"]


async def test_a_port_that_is_taken_is_a_clear_error() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(OSError, match=rf"{address}: .*in use.*TIDEGATE_DATA_BIND"):
            await Listener(Desk(), address).start()


async def test_two_may_share_a_port_when_they_say_so(bench: Bench) -> None:
    one = Listener(Desk(), f"127.0.0.1:{free_port()}", reuse_port=True)
    await one.start()
    two = Listener(Desk(), f"127.0.0.1:{one.port}", reuse_port=True)
    await two.start()
    assert one.port == two.port
    await one.stop(1)
    await two.stop(1)


async def test_no_address_is_no_listener() -> None:
    listener = Listener(Desk(), "")
    await listener.start()
    assert listener.port == 0
    await listener.stop(1)


async def test_500_idle_connections_hold_up_nobody(bench: Bench) -> None:
    idle = [await bench.caller(get()) for _ in range(500)]
    assert {(await caller.answer()).status for caller in idle} == {204}
    assert len(bench.listener.connections) == 500
    other = await bench.caller(post())
    assert (await other.answer()).status == 200
    for caller in idle:
        await caller.close()
    await until(lambda: len(bench.listener.connections) == 1)


async def test_a_restart_gets_its_port_back_from_connections_that_it_has_closed(bench: Bench) -> None:
    """Who closes first keeps the port in TIME_WAIT for a minute."""
    port = bench.listener.port
    caller = await bench.caller(get("/now", b"Connection: close"))
    await caller.rest()
    await caller.close()
    await bench.listener.stop(1)
    with socket.socket() as strict, pytest.raises(OSError, match="in use"):
        strict.bind(("127.0.0.1", port))
    again = Listener(Desk(), f"127.0.0.1:{port}")
    await again.start()
    assert again.port == port
    await again.stop(1)
