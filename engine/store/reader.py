"""Reads: a few threads, each with a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from engine.errors import UnavailableError
from engine.store.database import is_lost

T = TypeVar("T")


class Reader:
    """Runs reads off the loop, each in one snapshot of the database."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(threads, "store-reader")

    async def read(self, fn: Callable[[Session], T]) -> T:
        """The result of `fn`, run in a reader thread; UnavailableError when the database does not answer."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, fn)

    async def close(self) -> None:
        """Wait for the reads under way and end the threads."""
        await asyncio.to_thread(self._pool.shutdown)

    def _run(self, fn: Callable[[Session], T]) -> T:
        try:
            return self._once(fn)
        except DBAPIError as error:
            if not is_lost(error):
                raise
        try:
            return self._once(fn)  # the pool may have held connections of a server that has restarted
        except DBAPIError as error:
            if not is_lost(error):
                raise
            raise UnavailableError(f"the database does not answer: {error.orig}") from error

    def _once(self, fn: Callable[[Session], T]) -> T:
        with Session(self._engine, expire_on_commit=False) as session:
            return fn(session)
