"""The writer: collects what the loop writes and commits it in groups, one transaction at a time."""

from __future__ import annotations

import asyncio
import logging
import math
import queue
import threading
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TypeVar

from sqlmodel import Session

from engine.errors import UnavailableError
from engine.ports import Commits
from engine.store.batch import Batch, Work
from engine.store.commit import Committer

T = TypeVar("T")
log = logging.getLogger(__name__)


class Writer(Commits):
    """The loop's side of the writer thread. All methods are for the loop thread.

    `batch` is `open` with its rows, `flying` what is being committed. Each of `on_close` sees a batch that nothing
    joins any more before it is committed; each of `on_failure` is told of a failed one before anyone else, to bring
    memory back to the truth. `patience` is how many iterations of the loop a batch waits at most while each of them
    brings more.
    """

    def __init__(self, committer: Committer, max_rows: int, patience: int = 0) -> None:
        super().__init__()
        self.commits = 0
        self.open = self.batch = Batch(0)
        self.flying: Batch | None = None
        self.on_close: list[Callable[[Batch], None]] = []
        self.on_failure: list[Callable[[Batch], None]] = []
        self._busy = False
        self._stopping = False
        self._last_failure = -1
        self.failing = False
        self._commit_s = 0.0
        self._max_rows = max_rows
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._jobs: Jobs = queue.SimpleQueue()
        self._worker = threading.Thread(
            target=_work,
            args=(committer, self._jobs, self._loop, self._finished),
            name="store-writer",
            daemon=True,
        )
        self._worker.start()

    def join(self, rows: int = 1) -> Batch:
        """The open batch, about to get `rows` (1 or more) rows; UnavailableError when it is full or the store stops.

        ValueError for more rows than any batch may hold: they would be refused for ever.
        """
        batch = self.batch
        size = batch.size + rows
        if size > self._max_rows:
            if rows > self._max_rows >= 0:
                raise ValueError(f"{rows} rows at once, of {self._max_rows} that the store may hold")
            raise self._refusal()
        batch.size = size
        self.writes += 1
        if not self._busy:
            # At the end of this iteration of the loop: what one poll brought shares one commit
            self._busy = True
            self._loop.call_soon(self._gather, self._patience, self.writes)
        return batch

    def check(self) -> None:
        """UnavailableError when the next write would be refused."""
        if self.batch.size >= self._max_rows:
            raise self._refusal()

    def last_failure(self) -> int:
        """The number of the last batch that failed, -1 when none did."""
        return self._last_failure

    def retry_after_s(self) -> int:
        """When to try again: two commits as they lately were, at least a second."""
        return max(1, math.ceil(2 * self._commit_s))

    @property
    def max_rows(self) -> int:
        """How many rows a batch may hold; negative when the store stops."""
        return self._max_rows

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run a management write within the next transaction; its result once that is committed.

        `work` runs in the writer thread, after the rows of its batch, under a savepoint: what it raises goes to
        this caller alone. It may run twice when the connection is lost, so it must not change anything but the
        session.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self.join().works.append(Work(work, future))
        return await future

    async def durable(self) -> None:
        """Wait until all that was written so far is committed; UnavailableError when it failed."""
        batches = [batch for batch in (self.flying, self.batch) if batch is not None and batch.size]
        ends = await asyncio.gather(*map(self._end, batches), return_exceptions=True)
        for error in ends:
            if error is not None:
                raise error

    async def stop(self) -> None:
        """Refuse new writes, commit what is there, end the thread."""
        self._stopping = True
        self._max_rows = -1
        try:
            await self.durable()
        except UnavailableError:
            log.error("the last writes could not be committed")
        self._jobs.put(None)
        await asyncio.to_thread(self._worker.join)

    def _end(self, batch: Batch) -> asyncio.Future[None]:
        future: asyncio.Future[None] = self._loop.create_future()
        batch.then(lambda error: settle(future, None, error))
        return future

    def _refusal(self) -> UnavailableError:
        reason = "the store is stopping" if self._stopping else "the store is behind"
        return UnavailableError(reason, self.retry_after_s())

    def _gather(self, patience: int, writes: int) -> None:
        """Hand the open batch over as soon as nothing more has come than the writes that were known, or patience ends.

        A commit costs nearly the same for few messages as for many. The answers to the last one bring new messages,
        and those that come at once share the next.
        """
        if patience and writes != self.writes:
            self._loop.call_soon(self._gather, patience - 1, self.writes)
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        self.flying = self._closed()
        self._jobs.put(self.flying)

    def _closed(self) -> Batch:
        """The open batch; the next write joins another."""
        batch = self.batch
        self.open = self.batch = Batch(batch.number + 1)
        for close in self.on_close:
            close(batch)
        return batch

    def _finished(
        self, batch: Batch, error: Exception | None, outcomes: list[object], seconds: float
    ) -> None:
        self._commit_s += (seconds - self._commit_s) / 4
        self.flying = None
        ended = [batch]
        self.failing = error is not None
        if error is None:
            batch.finished = True
            self.commits += 1
        else:
            ended += self._dependents(batch)
            for each in reversed(ended):
                self._fail(each, error)
        if self.batch.size:
            self._gather(self._patience, -1)
        else:
            self._busy = False
        for work, outcome in zip(batch.works, outcomes, strict=False):
            settle(work.future, outcome, outcome if isinstance(outcome, Exception) else None)
        for end, then in [(each.error, then) for each in ended for then in each.thens]:
            try:
                then(end)
            except Exception as problem:  # noqa: BLE001  one caller's mistake must not stop the others
                self._report(problem)

    def _dependents(self, failed: Batch) -> list[Batch]:
        """The open batch, taken out, when what it holds may belong to entities that a failed one should have made."""
        return [self._closed()] if failed.created and self.batch.size else []

    def _fail(self, batch: Batch, error: Exception) -> None:
        batch.finished = True
        log.error("a commit of %d rows failed: %s", batch.size, error, exc_info=error)
        batch.error = UnavailableError("the store is unavailable", self.retry_after_s())
        self._last_failure = max(self._last_failure, batch.number)
        for repair in self.on_failure:
            self._call(partial(repair, batch))
        for undo in reversed(batch.undos):
            self._call(undo)
        for work in batch.works:
            settle(work.future, None, batch.error)

    def _call(self, callback: Callable[[], None]) -> None:
        try:
            callback()
        except Exception as error:  # noqa: BLE001  one caller's mistake must not stop the others
            self._report(error)

    def _report(self, error: Exception) -> None:
        self._loop.call_exception_handler({"message": "a callback of a batch failed", "exception": error})


def settle(future: asyncio.Future[T], result: T, error: Exception | None) -> None:
    """Give a future its end, unless its owner has gone."""
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


Told = Callable[[Batch, Exception | None, list[object], float], None]
Jobs = queue.SimpleQueue[Batch | None]


def _work(committer: Committer, jobs: Jobs, loop: asyncio.AbstractEventLoop, finished: Told) -> None:
    """The writer thread: one batch after the other until None comes."""
    while _commit_next(committer, jobs, loop, finished):
        pass
    committer.close()


def _commit_next(committer: Committer, jobs: Jobs, loop: asyncio.AbstractEventLoop, finished: Told) -> bool:
    # A function of its own, so that nothing here holds the last batch while waiting for the next
    if (batch := jobs.get()) is None:
        return False
    begun = perf_counter()
    error: Exception | None = None
    outcomes: list[object] = []
    try:
        outcomes = committer.commit(batch)
    except Exception as problem:  # noqa: BLE001  the loop decides what a failed commit means
        error = problem
    try:
        loop.call_soon_threadsafe(finished, batch, error, outcomes, perf_counter() - begun)
    except RuntimeError:  # the loop was closed without `stop`; nobody is left to tell
        return False
    return True
