"""One reading connection for several threads."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock


class Snapshots:
    """Gives every read, of however many statements, one committed state."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = RLock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """All statements inside see the same state; inside another `taken` of the same thread, that one's."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
