"""Whole transactions in one thread of their own: many statements cost one hop instead of one for each.

The async driver sends every statement through a thread and waits for it on the event loop. What is sent here runs to its end
on a plain connection. The queries are the same: to them that connection is an `AsyncConnection` that never has to wait.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from forgecrew.store.engine import open_plain_engine

Answer = TypeVar("Answer")
Work = Callable[[AsyncConnection], Coroutine[Any, Any, Answer]]
"""Awaits nothing but what it asks the connection that it is given."""


class InlineConnection(AsyncConnection):
    """Answers in the thread that asks, before it gives anything to wait for."""

    async def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        """As everywhere."""
        assert self.sync_connection is not None, "the transaction has ended"
        return self.sync_connection.execute(statement, parameters, execution_options=execution_options)


class InlineTransactions:
    """One connection and one thread, both made when they are first needed; transactions come one after another.

    `read_only` tells of all of them: readers have one of their own, as on SQLite they need not wait for writers.
    """

    def __init__(self, url: str, engine: AsyncEngine, *, read_only: bool) -> None:
        self._url, self._async_engine, self._read_only = url, engine, read_only
        self._asked = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")

    async def run(self, work: Work[Answer]) -> Answer:
        """All of it in one transaction: committed when it ends, rolled back on an error. A caller who is cancelled does not
        stop what the thread has begun."""
        self._asked = True
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    async def close(self) -> None:
        """Let the thread end what it does, and give the connection back."""
        if not self._asked:
            return
        await asyncio.to_thread(self._thread.shutdown)  # also of what a caller that was cancelled has begun
        self._engine.dispose()

    @cached_property
    def _engine(self) -> sa.Engine:
        return open_plain_engine(self._url).execution_options(read_only=self._read_only)

    def _run(self, work: Work[Answer]) -> Answer:
        with self._engine.begin() as connection:
            going = work(InlineConnection(self._async_engine, connection))
            try:
                going.send(None)
            except StopIteration as done:
                return done.value
            going.close()
            raise RuntimeError("inside of a transaction in a thread nothing but its own connection may be awaited")
