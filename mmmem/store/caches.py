"""Files in a memory's directory that others made from what it holds: kept answers and the like.

Whoever keeps such a file there gives it a name of `CACHES`. They hold words about what was seen, so forgetting anything
removes all of them; they are made again as they are needed.
"""

import shutil
from pathlib import Path

from mmmem.store.appendfile import sync_directory

CACHES = ("chat_cache*", "habits_cache*")
"""Names of files and folders, as patterns."""


def cached_files(folder: Path) -> list[Path]:
    """Caches that lie in a memory's directory."""
    return sorted({path for pattern in CACHES for path in folder.glob(pattern)})


def remove_caches(folder: Path) -> None:
    """Remove every cache; call it when what they were made from may be gone.

    Raises:
        OSError: one cannot be removed.
    """
    found = cached_files(folder)
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if found:
        sync_directory(folder)
