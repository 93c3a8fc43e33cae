"""Exchange and Reply: one open HTTP request, answered exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from engine.errors import Problem
from engine.ids import new_id
from engine.values import encode

NO_HEADERS: Final[Mapping[str, str]] = {}


class Reply:
    """What goes back on an exchange.

    `on_sent` is told once whether the bytes have left (True) or the caller was gone (False).
    """

    __slots__ = ("body", "content_type", "headers", "on_sent", "status")

    def __init__(
        self,
        status: int,
        body: bytes = b"",
        content_type: str = "",
        headers: Mapping[str, str] = NO_HEADERS,
        on_sent: Callable[[bool], None] | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = headers
        self.on_sent = on_sent


class Book:
    """Exchanges that wait for their answer, and how many had an answer of each status.

    `open` has their deadlines, by the loop's clock; `polls` are those that end on their own; `statuses[204]` counts answers.
    """

    __slots__ = ("open", "polls", "statuses")

    def __init__(self) -> None:
        self.open: dict[Exchange, float] = {}
        self.polls: set[Exchange] = set()
        self.statuses = [0] * 600


class Exchange:
    """One open HTTP request; the first answer counts, any later one is dropped.

    Each door has its own kind, whose `respond` brings the reply to the caller; the door calls `sent` when the bytes
    have left. `book`, if any, is where it stands until it is answered. `on_end` is called once when it is answered or
    abandoned: who holds something for it lets go.
    """

    __slots__ = ("book", "id", "on_end", "reply")

    def __init__(self) -> None:
        self.id = new_id()
        self.reply: Reply | None = None
        self.on_end: Callable[[], object] | None = None
        self.book: Book | None = None

    def respond(self, reply: Reply) -> None:
        """Bring the reply to the caller; called once."""
        raise NotImplementedError

    @property
    def is_answered(self) -> bool:
        """Whether an answer was given."""
        return self.reply is not None

    def answer(self, reply: Reply) -> bool:
        """Give the answer; False when there was one already, and then nothing of `reply` is used."""
        if self.reply is not None:
            return False
        self.reply = reply
        if self.on_end is not None:
            self.on_end()
        book = self.book
        if book is not None:
            if book.open.pop(self, None) is None:
                book.polls.discard(self)
            book.statuses[reply.status] += 1
        self.respond(reply)
        return True

    def abandoned(self) -> None:
        """The caller has gone before there was an answer."""
        book = self.book
        if book is not None:
            book.open.pop(self, None)
            book.polls.discard(self)
        if self.reply is None:
            self.reply = Reply(499)
            if self.on_end is not None:
                self.on_end()

    def sent(self, arrived: bool) -> None:
        """The reply's bytes have left (True), or the caller was gone before they could (False)."""
        reply = self.reply
        if reply is not None and reply.on_sent is not None:
            on_sent, reply.on_sent = reply.on_sent, None
            on_sent(arrived)


class Told(Exchange):
    """An exchange whose reply goes to a function."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Callable[[Reply], object]) -> None:
        super().__init__()
        self._tell = tell

    def respond(self, reply: Reply) -> None:
        """Tell it."""
        self._tell(reply)


def problem(
    status: int,
    title: str,
    detail: str = "",
    *,
    trace: str = "",
    errors: Sequence[Problem] = (),
    headers: Mapping[str, str] = NO_HEADERS,
    **more: object,
) -> Reply:
    """A reply of `application/problem+json` (RFC 9457); `more` are members beyond the standard ones."""
    body: dict[str, object] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    if trace:
        body["trace"] = trace
    if errors:
        body["errors"] = [error.as_json() for error in errors]
    return Reply(status, encode(body | more), "application/problem+json", headers)
