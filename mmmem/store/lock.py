"""One writer at a time."""

import json
import os
import socket
import time
from datetime import datetime
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
            raise MemoryLockedError(f"The memory in {folder} is being written by {_described(self._holder)}") from None
        self._holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since_s": int(time.time())}))

    def release(self) -> None:
        """Let the next writer in."""
        self._holder.unlink(missing_ok=True)
        self._lock.release()


def _described(holder: Path) -> str:
    """Who holds the lock, since when, and what to do about it."""
    try:
        who = json.loads(holder.read_text())
        pid, host, since_s = int(who["pid"]), str(who["host"]), int(who["since_s"])
        since = datetime.fromtimestamp(since_s).astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return "another process. Wait for it, or open the memory for reading: asking, showing and checking need no writer."
    if (pid, host) == (os.getpid(), socket.gethostname()):
        return f"this same process {pid} on {host}, since {since}. Close its other `Memory` first, or open this one for reading."
    return (
        f"process {pid} on {host}, since {since}. Wait for it, or end it there with `kill -INT {pid}`: what it acknowledged is "
        "kept. Asking, showing and checking need no writer."
    )
