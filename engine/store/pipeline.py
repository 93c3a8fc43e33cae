"""A commit's rows on PostgreSQL: all statements and the end of the transaction in one round trip.

Past psycopg's cursors, which wait for the answer to each statement and adapt each parameter. Loaded with psycopg,
only where it is.
"""

from __future__ import annotations

import select
from collections.abc import Iterable, Sequence

from psycopg import OperationalError, errors, pq

from engine.store.statements import Call

_TEXT, _BINARY = pq.Format.TEXT, pq.Format.BINARY
_DONE = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)


class Pipeline:
    """The statements that one connection has prepared, and the way to run many of them at once."""

    def __init__(self, connection: pq.abc.PGconn) -> None:
        self._connection = connection
        self._names: dict[str, bytes] = {}

    def commit(self, calls: Iterable[Call]) -> None:
        """Run statements as one transaction.

        psycopg.Error when one of them or the commit failed: all is rolled back, and the connection must be dropped.
        """
        self._connection.enter_pipeline_mode()
        self._run(calls)

    def write(self, calls: Iterable[Call]) -> None:
        """Begin a transaction and run statements in it; it stays open. As to errors, see `commit`."""
        self._connection.enter_pipeline_mode()
        self._connection.send_query_params(b"BEGIN", [])
        self._run(calls)

    def _run(self, calls: Iterable[Call]) -> None:
        connection = self._connection
        for sql, parameters in calls:
            self._send(sql, parameters)
        # What stands before a sync without BEGIN is a transaction of its own, and the sync commits it
        connection.pipeline_sync()
        self._flush()
        error = self._collect()
        if connection.status == pq.ConnStatus.OK:
            connection.exit_pipeline_mode()
        if error is not None:
            raise error

    def _send(self, sql: str, parameters: Sequence[object]) -> None:
        name = self._names.get(sql)
        if name is None:
            name = self._names[sql] = b"tidegate_%d" % len(self._names)
            self._connection.send_prepare(name, sql.encode())
        formats = [_BINARY if isinstance(each, bytes) else _TEXT for each in parameters]
        self._connection.send_query_prepared(name, [_bytes(each) for each in parameters], formats)

    def _flush(self) -> None:
        while self._connection.flush():
            # The server may want to be read before it reads on
            if self._wait(select.POLLIN | select.POLLOUT) & ~select.POLLOUT:
                self._connection.consume_input()

    def _collect(self) -> Exception | None:
        """Take all results, up to that of the sync; the first error among them."""
        connection, error = self._connection, None
        while True:
            while connection.is_busy():
                # One wait gives the interpreter lock away once, however many results come
                self._wait(select.POLLIN)
                connection.consume_input()
            result = connection.get_result()
            if result is None:
                if connection.status != pq.ConnStatus.OK:
                    return error or OperationalError("the connection to PostgreSQL is lost")
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return error
            if result.status not in _DONE and error is None:
                lost = connection.status != pq.ConnStatus.OK
                message = result.error_message.decode(errors="replace").strip()
                error = OperationalError(message) if lost else errors.error_from_result(result)

    def _wait(self, events: int) -> int:
        poll = select.poll()
        poll.register(self._connection.socket, events)
        return poll.poll()[0][1]


def _bytes(value: object) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return str(value).encode()
