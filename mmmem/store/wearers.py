"""Who wears the camera of a stream, by name: a value of the memory as a whole, so that older files need no other form."""

import sqlite3

from mmmem.store.files import set_meta
from mmmem.store.mentions import Mention

_KEY = "wearer/"


def read_wearers(connection: sqlite3.Connection) -> dict[int, str]:
    """Names by number of the stream; streams without one are missing."""
    rows = connection.execute("SELECT key, value FROM meta WHERE key >= ? AND key < ?", (_KEY, _KEY[:-1] + chr(ord("/") + 1)))
    return {int(key.removeprefix(_KEY)): name for key, name in rows}


def set_wearer(connection: sqlite3.Connection, stream: int, name: str) -> None:
    """Keep the name; it takes the place of another."""
    set_meta(connection, f"{_KEY}{stream}", name)


def forget_wearer(connection: sqlite3.Connection, stream: int) -> None:
    """Remove the name, if there is one."""
    connection.execute("DELETE FROM meta WHERE key = ?", (f"{_KEY}{stream}",))


def wearers_called(connection: sqlite3.Connection, mention: Mention, stream: int | None) -> set[int]:
    """Streams, all or one, whose wearer bears a name."""
    named = {number for number, name in read_wearers(connection).items() if mention.search(name)}
    return named if stream is None else named & {stream}
