"""One writer at a time."""

import json
import os
import socket
from pathlib import Path

from filelock import FileLock, Timeout

from mmmem.errors import MemoryLockedError

LOCK = "writer.lock"
HOLDER = "writer.json"
"""Who writes. Beside the lock, because whoever tries the lock empties the lock's file."""


class WriterLock:
    """Held from creation to `release`; the operating system releases it when the process dies.

    Raises:
        MemoryLockedError: another process, or another `Memory` of this one, holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._holder = folder / HOLDER
        self._lock = FileLock(folder / LOCK, timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise MemoryLockedError(
                f"The memory in {folder} is being written by {_described(self._holder)}. Wait for it, or open it for reading."
            ) from None
        self._holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))

    def release(self) -> None:
        """Let the next writer in."""
        self._holder.unlink(missing_ok=True)
        self._lock.release()


def _described(holder: Path) -> str:
    try:
        who = json.loads(holder.read_text())
        return f"process {who['pid']} on {who['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
