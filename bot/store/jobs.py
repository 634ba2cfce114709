"""Store functions that share one transaction, each with its own outcome."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Job(Generic[T]):
    """A store function and whoever waits for it. `future` is done once the transaction is."""

    def __init__(self, function: Callable[[sqlite3.Connection], T]) -> None:
        self._function = function
        self.future: Future[T] = Future()
        self._started = False
        self._tell: Callable[[], None] | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        """Run inside the transaction; what raises takes back its own changes alone.

        Raises only where the transaction as a whole is lost, as on a full disk.
        """
        self._started = self.future.set_running_or_notify_cancel()
        if not self._started:
            # Whoever asked has gone.
            return
        connection.execute("SAVEPOINT job")
        try:
            value = self._function(connection)
        except BaseException as error:
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO job")
            failure = error
            self._tell = lambda: self.future.set_exception(failure)
        else:
            self._tell = lambda: self.future.set_result(value)
        connection.execute("RELEASE job")

    def finish(self) -> None:
        """The transaction is on the disk: say what came of this part of it."""
        if self._tell is not None:
            self._tell()

    def fail(self, error: BaseException) -> None:
        """The transaction is lost, and this part with it."""
        if self._started or not self.future.cancelled():
            self.future.set_exception(error)
