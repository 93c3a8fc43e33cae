"""One connection of the data listener: bytes -> requests in order -> answers in the same order.

The way of an uplink has no task, no future and no timer: `data_received` reads requests and hands each to the desk;
the desk answers at once or later; `_flush` writes whatever is ready and next in order, in one piece.

Usually a request comes whole, alone, and with the same head as the one before it: `_next` is the head that would be
the same again, `alone` the turn of such a request for as long as nothing else happens on the connection.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import structlog

from engine.exchange import Exchange, Reply, problem
from engine.ids import new_id
from engine.shapes import Call
from web.listener.deliveries import Deliveries
from web.listener.head import Head, Refused
from web.listener.limits import ANSWER, BODY, FIRST_BYTE, HEAD, IDLE, LINGER, WRITING
from web.listener.reader import Reader
from web.listener.responses import CONTINUE, ENDS

if TYPE_CHECKING:
    from web.listener.server import Listener

log = structlog.get_logger("tidegate.listener")
IN_ONE_GO = 4  # requests of one caller, before it is the others' turn


class Turn(Exchange):
    """One request that waits for its answer, or whose answer waits for the answers before it."""

    __slots__ = ("_connection", "head", "is_last")

    def __init__(self, connection: Connection, head: Head) -> None:
        # As its base does, without a second call
        self.id = new_id()
        self.reply = self.on_end = self.book = None
        self._connection = connection
        self.head = head
        self.is_last = False

    def respond(self, reply: Reply) -> None:
        """The connection writes it when it is its turn."""
        connection = self._connection
        if connection.alone is self:
            connection.write_alone(self, reply)
        elif not connection.is_working:
            connection.answered(self, reply)


class Connection:
    """Reads and answers the requests of one connection, within the limits.

    A protocol of asyncio in all but its base, which could not be compiled.
    """

    __slots__ = (
        "_deliveries",
        "_desk",
        "_discarded",
        "_is_behind",
        "_is_closing",
        "_is_open",
        "_is_paused",
        "_is_reading",
        "_is_refused",
        "_limits",
        "_listener",
        "_most_requests",
        "_next",
        "_reader",
        "_requests",
        "_responses",
        "_transport",
        "_turns",
        "alone",
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
        self._reader = Reader(listener.limits, listener.heads)
        self._turns: list[Turn] = []
        self.alone: Turn | None = None
        self._next: Head | None = None
        self._deliveries = Deliveries()
        self._requests = 0
        self._most_requests = listener.limits.requests
        self._discarded = 0
        self._is_open = False
        self.is_working = False
        self._is_behind = False  # it has sent more requests than are taken in one go
        self._is_closing = False  # nothing more is read
        self._is_paused = False  # the caller does not take what we write
        self._is_reading = True
        self._is_refused = False  # perhaps the caller still sends what nobody reads
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
        head = self._next
        if head is None or head.size != len(data) or not data.startswith(head.raw):
            if self._is_closing:
                self._discard(data)
                return
            head = None if self._turns or self._is_paused else self._reader.whole(data)
            if head is None:
                self._expect_nothing()
                self._reader.feed(data)
                self._work()
                return
        # The usual case of `_work`, spelled out: one request, whole, and nothing before it
        self._next = None
        self.doing, self.since = ANSWER, self._listener.now
        self._take(head, data[len(head.raw) :])

    def eof_received(self) -> bool:
        """The caller sends nothing more; it may still listen, but nobody keeps a poll open that way."""
        turns = self._turns
        waits = any(turn.reply is None and turn.head.method == "GET" for turn in turns)
        if not turns or waits or self._listener.is_tls:
            return False
        self._is_closing = self._deliveries.is_half = True
        self._expect_nothing()
        turns[-1].is_last = True
        return True

    def pause_writing(self) -> None:
        """The caller does not take its answers: write and read nothing more until it does."""
        self._is_paused = True
        self._expect_nothing()
        if self.doing == IDLE:
            self.doing = WRITING
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
        self._expect_nothing()
        self._reader.drop()
        self._deliveries.lose()
        self._listener.left(self)
        turns, self._turns = self._turns, []
        for turn in turns:
            if turn.reply is None:
                turn.abandoned()
            else:
                turn.sent(False)

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
        self._expect_nothing()
        if self._turns:
            self._turns[-1].is_last = True
        elif self.doing != LINGER:
            self._transport.close()

    def abort(self) -> None:
        """Close now, whatever is under way."""
        self._transport.abort()

    def answered(self, turn: Turn, reply: Reply) -> None:
        """A turn has its answer."""
        turns, reader = self._turns, self._reader
        if not self._is_open:
            turn.sent(False)
        elif len(turns) > 1:
            if turns[0].reply is not None:  # others may become ready in the same breath
                self._listener.soon(self)
        elif turn.is_last or self.doing != ANSWER or not self._is_reading or reader.has_rest or reader.head:
            self._work()
        else:
            self.write_alone(turn, reply)

    def flush_now(self) -> None:
        """Write what is ready."""
        if self._is_open:
            self._work()

    def _expect_nothing(self) -> None:
        """What happens is not the usual: look at everything again."""
        self.alone = self._next = None

    # ------------------------------------------------------------------ reading

    def _work(self) -> None:
        """Read requests and write answers until more bytes, more answers or a faster caller are needed.

        A caller that has sent many requests at once is taken some of them, then it is the others' turn.
        """
        reader, requests = self._reader, self._requests
        last = requests + IN_ONE_GO
        self.is_working = True
        try:
            if reader.has_rest:
                self._read(reader, last)
            while self._flush() and reader.has_rest and not self._is_closing and self._requests < last:
                self._read(reader, last)
        finally:
            self.is_working = False
        self._is_behind = self._requests >= last and reader.has_rest and self._is_open
        if self._is_behind:
            self._listener.soon(self)
        if self.doing == IDLE and not (self._turns or reader.has_rest or self._is_paused or reader.head):
            self.since = self._listener.now
        elif self._is_open:
            self._note(self._requests != requests)

    def _note(self, is_new: bool) -> None:
        """What this connection does now, and since when."""
        if self.doing == LINGER:
            return
        is_full = len(self._turns) >= self._limits.pipelined
        if self._is_paused:
            doing = WRITING
        elif is_full:
            doing = ANSWER
        elif self._reader.head is not None:
            doing = BODY
        elif self._turns:
            doing = ANSWER
        elif self._reader.has_rest:
            doing = HEAD
        else:
            doing = IDLE if self._requests else FIRST_BYTE
        if doing != self.doing or is_new:
            self.doing = doing
            self.since = self._listener.now
        may_read = not (self._is_paused or is_full or self._is_behind)
        if may_read != self._is_reading:
            self._read_on(may_read)

    def _read_on(self, is_reading: bool) -> None:
        """Let bytes come, or let them wait in the caller's own buffers."""
        self._is_reading = is_reading
        if is_reading:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def _read(self, reader: Reader, last: int) -> None:
        """Hand over the requests that are here, up to the one of that number."""
        turns, pipelined = self._turns, self._limits.pipelined
        try:
            while not self._is_closing and not self._is_paused and len(turns) < pipelined:
                request = reader.next()
                if request is None:
                    break
                head, body = request
                self._take(head, body)
                if not reader.has_rest or self._requests >= last:
                    break
        except Refused as refused:
            self._end_with(problem(refused.status, refused.title, refused.detail))

    def _take(self, head: Head, body: bytes) -> None:
        """A whole request is here."""
        self._requests += 1
        turn = Turn(self, head)
        if not head.keep_alive or self._requests >= self._most_requests:
            self._is_closing = turn.is_last = True
        elif not self.is_working:
            self.alone = turn
        self._turns.append(turn)
        call = Call(head.method, head.path, head.query, head.headers, body, self.remote, head.key)
        try:
            self._desk.handle(call, turn)
        except Exception as error:
            log.exception("a request broke", path=head.path)
            turn.answer(problem(500, "Internal error", type(error).__name__))

    def _end_with(self, reply: Reply) -> None:
        """This is the last answer; nothing after it is read, let alone understood as a request."""
        self._is_closing = self._is_refused = True
        self._expect_nothing()
        self._reader.drop()
        turn = Turn(self, Head())
        turn.is_last = True
        turn.reply = reply
        self._turns.append(turn)

    def _discard(self, data: bytes) -> None:
        """Take what comes after the last answer, so that the caller can read that, but not for ever."""
        self._discarded += len(data)
        if self._discarded > self._limits.linger_bytes:
            self._transport.abort()

    # ------------------------------------------------------------------ writing

    def write_alone(self, turn: Turn, reply: Reply) -> None:
        """The usual case of `_work`, spelled out: one answer, not the last, and nothing more to read yet."""
        self.alone = None
        self._turns.pop()
        self._next = turn.head
        self.doing, self.since = IDLE, self._listener.now
        deliveries, transport, head = self._deliveries, self._transport, turn.head
        piece = self._responses.render(reply, head.end, head.is_bodiless)
        deliveries.written += len(piece)
        transport.write(piece)
        if reply.on_sent is not None:
            unsent = transport.get_write_buffer_size() or deliveries.waiting
            if unsent or deliveries.is_half or transport.is_closing():
                deliveries.expect(turn)
                self.check_sent()
            else:  # the usual case of `check_sent`, spelled out
                turn.sent(True)

    def _flush(self) -> bool:
        """Write the answers that are ready and next in order; whether there were any."""
        turns, deliveries = self._turns, self._deliveries
        pieces = []
        is_last = False
        while turns and not is_last and not self._is_paused:
            turn = turns[0]
            reply = turn.reply
            if reply is None:
                break
            del turns[0]
            is_last, head = turn.is_last, turn.head
            piece = self._responses.render(reply, ENDS if is_last else head.end, head.is_bodiless)
            pieces.append(piece)
            deliveries.written += len(piece)
            if reply.on_sent is not None:
                deliveries.expect(turn)
        if self._reader.wants_more and not turns and not is_last:
            self._reader.wants_more = False
            pieces.append(CONTINUE)
            deliveries.written += len(CONTINUE)
        if not pieces:
            return False
        self._transport.write(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        if deliveries.waiting:
            self.check_sent()
        if is_last:
            self._linger()
        return True

    def check_sent(self) -> None:
        """Tell the exchanges whose bytes have left; the listener asks again for the others."""
        self._deliveries.check(self._transport)
        if self._deliveries.waiting:
            self._listener.unsent.add(self)
        elif self.doing == LINGER:
            self._say_goodbye()

    def _linger(self) -> None:
        """This was all; give the caller time to read it, since closing at once could take it away."""
        self._is_closing = True
        self._reader.drop()
        self.doing, self.since = LINGER, self._listener.now
        if not self._deliveries.waiting:
            self._say_goodbye()

    def _say_goodbye(self) -> None:
        if self._deliveries.is_half or (self._listener.is_tls and not self._is_refused):
            self._transport.close()
            return
        if not self._listener.is_tls:
            self._transport.write_eof()
        self._read_on(True)
