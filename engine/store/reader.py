"""Reads: a few threads, each with a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from engine.errors import UnavailableError
from engine.store.database import database_errors, is_lost

T = TypeVar("T")


class Reader:
    """Runs reads off the loop, each in one snapshot of the database."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self.dialect = engine.dialect.name
        self._pool = ThreadPoolExecutor(threads, "store-reader")

    async def read(self, fn: Callable[[Session], T]) -> T:
        """The result of `fn`, run in a reader thread; UnavailableError when the database does not answer."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, self._once, fn)

    async def fetch(self, sql: str, parameters: Sequence[object]) -> Any:
        """The one row of a statement in the driver's words; a third of the price of a session for what is often read."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, self._run, self._fetch, sql, parameters
        )

    async def close(self) -> None:
        """Wait for the reads under way and end the threads."""
        await asyncio.to_thread(self._pool.shutdown)

    def _run(self, act: Callable[..., T], *arguments: Any) -> T:
        try:
            return act(*arguments)
        except database_errors() as error:
            if not is_lost(error):
                raise
        try:
            return act(*arguments)  # the pool may have held connections of a server that has restarted
        except database_errors() as error:
            if not is_lost(error):
                raise
            raise UnavailableError(
                f"the database does not answer: {getattr(error, 'orig', error)}"
            ) from error

    def _once(self, fn: Callable[[Session], T]) -> T:
        with Session(self._engine, expire_on_commit=False) as session:
            return fn(session)

    def _fetch(self, sql: str, parameters: Sequence[object]) -> Any:
        connection = self._engine.raw_connection()
        try:
            driver: Any = connection.driver_connection
            return driver.execute(sql, parameters).fetchone()
        except database_errors() as error:
            if is_lost(error):
                connection.invalidate()
            raise
        finally:
            connection.close()
