"""One connection of the data listener: bytes -> requests in order -> answers in the same order.

The way of an uplink has no task, no future and no timer: `data_received` reads requests and hands each to the desk;
the desk answers at once or later; `_flush` writes whatever is ready and next in order, in one piece.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, cast

import structlog

from engine.exchange import Exchange, Reply, problem
from engine.intake import Call
from web.listener.deliveries import Deliveries
from web.listener.head import Head, Refused
from web.listener.limits import ANSWER, BODY, FIRST_BYTE, HEAD, IDLE, LINGER, WRITING
from web.listener.reader import Reader
from web.listener.responses import CONTINUE, ENDS, STAYS, STAYS_OLD, Responses

if TYPE_CHECKING:
    from web.listener.server import Listener

log = structlog.get_logger("tidegate.listener")


class Turn:
    """One request that waits for its answer, or whose answer waits for the answers before it."""

    __slots__ = ("connection", "exchange", "head", "is_last", "reply")

    def __init__(self, connection: Connection, head: Head | None, is_last: bool) -> None:
        self.connection = connection
        self.head = head
        self.is_last = is_last
        self.exchange: Exchange | None = None
        self.reply: Reply | None = None

    def answer(self, exchange: Exchange, reply: Reply) -> None:
        """What an exchange responds with."""
        self.exchange = exchange
        self.reply = reply
        if not self.connection.is_working:
            self.connection.answered(exchange)

    def render(self, reply: Reply, responses: Responses) -> bytes:
        """The bytes of its response."""
        head = self.head
        stays = STAYS_OLD if head is not None and head.is_old else STAYS
        end = ENDS if self.is_last else stays
        return responses.render(reply, end, head is not None and head.method == "HEAD")


class Connection(asyncio.Protocol):
    """Reads and answers the requests of one connection, within the limits."""

    __slots__ = (
        "_deliveries",
        "_desk",
        "_discarded",
        "_is_closing",
        "_is_open",
        "_is_paused",
        "_is_reading",
        "_limits",
        "_listener",
        "_reader",
        "_requests",
        "_responses",
        "_transport",
        "_turns",
        "doing",
        "is_working",
        "remote",
        "since",
    )

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._limits = listener.limits
        self._desk = listener.desk
        self._responses = listener.responses
        self._reader = Reader(listener.limits)
        self._turns: deque[Turn] = deque()
        self._deliveries = Deliveries()
        self._requests = 0
        self._discarded = 0
        self._is_open = False
        self.is_working = False
        self._is_closing = False  # nothing more is read
        self._is_paused = False  # the caller does not take what we write
        self._is_reading = True
        self.doing = FIRST_BYTE
        self.since = listener.now
        self.remote = ""

    # ------------------------------------------------------------------ what the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller has come."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without being one
        self._is_open = True
        peer = transport.get_extra_info("peername")
        self.remote = peer[0] if peer else ""
        self._transport.set_write_buffer_limits(high=self._limits.unwritten_bytes)
        refusal = self._listener.joined(self)
        if refusal is not None:
            self._end_with(refusal)
            self._work()

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self._is_closing:
            self._discard(data)
            return
        self._reader.feed(data)
        self._work()

    def eof_received(self) -> bool:
        """The caller sends nothing more; it may still listen, but nobody keeps a poll open that way."""
        turns = self._turns
        waits = any(
            turn.reply is None and turn.head is not None and turn.head.method == "GET" for turn in turns
        )
        if not turns or waits or self._listener.is_tls:
            return False
        self._is_closing = self._deliveries.is_half = True
        turns[-1].is_last = True
        return True

    def pause_writing(self) -> None:
        """The caller does not take its answers: write and read nothing more until it does."""
        self._is_paused = True
        self._read_on(False)

    def resume_writing(self) -> None:
        """The caller has taken its answers."""
        self._is_paused = False
        if self._is_open and not self.is_working:
            self.check_sent()
            self._work()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over, in whatever way."""
        self._is_open = False
        self._is_closing = True
        self._reader.drop()
        self._deliveries.lose()
        self._listener.left(self)
        turns, self._turns = self._turns, deque()
        for turn in turns:
            if turn.exchange is not None and turn.reply is None:
                self._desk.gone(turn.exchange)
            elif turn.exchange is not None:
                turn.exchange.sent(False)

    # ------------------------------------------------------------------ what the listener tells and asks

    @property
    def is_half(self) -> bool:
        """Whether the caller has ended its side."""
        return self._deliveries.is_half

    def expired(self) -> None:
        """It took too long for what it was doing."""
        if self.doing in (HEAD, BODY):
            what = "head" if self.doing == HEAD else "body"
            self._end_with(problem(408, "Request timeout", f"the {what} of the request did not come in time"))
            self._work()
        elif self._transport.get_write_buffer_size() == 0:
            self._transport.close()
        elif self._listener.now - self.since > self._limits.write_s:
            self._transport.abort()

    def finish(self) -> None:
        """Answer what is under way, take nothing new, close."""
        self._is_closing = True
        if self._turns:
            self._turns[-1].is_last = True
        elif self.doing != LINGER:
            self._transport.close()

    def abort(self) -> None:
        """Close now, whatever is under way."""
        self._transport.abort()

    def answered(self, exchange: Exchange) -> None:
        """A turn has its answer."""
        if not self._is_open:
            exchange.sent(False)
        elif self._turns[0].reply is not None:
            if len(self._turns) == 1:
                self._work()
            else:  # others may become ready in the same breath
                self._listener.soon(self)

    def flush_now(self) -> None:
        """Write what is ready."""
        if self._is_open:
            self._work()

    # ------------------------------------------------------------------ reading

    def _work(self) -> None:
        """Read requests and write answers until more bytes, more answers or a faster caller are needed."""
        self.is_working = True
        requests = self._requests
        try:
            while True:
                self._read()
                if not self._flush() or self._is_closing or not self._reader.has_rest:
                    break
        finally:
            self.is_working = False
        if self._is_open:
            self._note(self._requests != requests)

    def _note(self, is_new: bool) -> None:
        """What this connection does now, and since when."""
        if self.doing == LINGER:
            return
        turns = self._turns
        if self._is_paused:
            doing = WRITING
        elif self._reader.head is not None:
            doing = BODY
        elif turns:
            doing = ANSWER
        elif self._reader.has_rest:
            doing = HEAD
        else:
            doing = IDLE if self._requests else FIRST_BYTE
        if doing != self.doing or is_new:
            self.doing = doing
            self.since = self._listener.now
        may_read = not self._is_paused and len(turns) < self._limits.pipelined
        if may_read != self._is_reading:
            self._read_on(may_read)

    def _read_on(self, is_reading: bool) -> None:
        """Let bytes come, or let them wait in the caller's own buffers."""
        self._is_reading = is_reading
        if is_reading:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def _read(self) -> None:
        """Hand over the requests that are here."""
        try:
            while not self._is_closing and not self._is_paused and len(self._turns) < self._limits.pipelined:
                request = self._reader.next()
                if request is None:
                    break
                self._take(*request)
        except Refused as refused:
            self._end_with(problem(refused.status, refused.title, refused.detail))

    def _take(self, head: Head, body: bytes) -> None:
        """A whole request is here."""
        self._requests += 1
        if not head.keep_alive or self._requests >= self._limits.requests:
            self._is_closing = True
        turn = Turn(self, head, self._is_closing)
        self._turns.append(turn)
        call = Call(head.method, head.path, head.query, head.headers, body, self.remote)
        try:
            turn.exchange = self._desk.handle(call, turn.answer)
        except Exception as error:
            log.exception("a request broke", path=head.path)
            turn.reply = problem(500, "Internal error", type(error).__name__)

    def _end_with(self, reply: Reply) -> None:
        """This is the last answer; nothing after it is read, let alone understood as a request."""
        self._is_closing = True
        self._reader.drop()
        turn = Turn(self, None, is_last=True)
        turn.reply = reply
        self._turns.append(turn)

    def _discard(self, data: bytes) -> None:
        """Take what comes after the last answer, so that the caller can read that, but not for ever."""
        self._discarded += len(data)
        if self._discarded > self._limits.linger_bytes:
            self._transport.abort()

    # ------------------------------------------------------------------ writing

    def _flush(self) -> bool:
        """Write the answers that are ready and next in order; whether there were any."""
        turns = self._turns
        pieces = []
        is_last = False
        while turns and not is_last and not self._is_paused:
            turn = turns[0]
            reply = turn.reply
            if reply is None:
                break
            del turns[0]
            is_last = turn.is_last
            piece = turn.render(reply, self._responses)
            pieces.append(piece)
            self._deliveries.wrote(len(piece), turn.exchange if reply.on_sent is not None else None)
        if self._reader.wants_more and not turns and not is_last:
            self._reader.wants_more = False
            pieces.append(CONTINUE)
            self._deliveries.wrote(len(CONTINUE))
        if not pieces:
            return False
        self._transport.write(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        if self._deliveries:
            self.check_sent()
        if is_last:
            self._linger()
        return True

    def check_sent(self) -> None:
        """Tell the exchanges whose bytes have left; the listener asks again for the others."""
        self._deliveries.check(self._transport)
        if self._deliveries:
            self._listener.unsent.add(self)
        elif self.doing == LINGER:
            self._say_goodbye()

    def _linger(self) -> None:
        """This was all; give the caller time to read it, since closing at once could take it away."""
        self._is_closing = True
        self._reader.drop()
        self.doing, self.since = LINGER, self._listener.now
        if not self._deliveries:
            self._say_goodbye()

    def _say_goodbye(self) -> None:
        if self._deliveries.is_half:
            self._transport.close()
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._read_on(True)
