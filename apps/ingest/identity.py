"""Whether two names lead to one recording: by the place they lead to, or by what lies there."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from mmmem.store.records import StreamRecord
from streams.places import scheme_of
from streams.report import JOINED

_SAMPLED_BYTES = 1 << 16
"""How much of the head and of the tail of a file tells it from another one of its size."""


def known_recording(records: Iterable[StreamRecord], uri: str) -> StreamRecord | None:
    """The stream that was read from what `uri` names: from the same place, through links or not, or from a file that is there
    still and holds the same."""
    known = list(records)
    at_same_place = (record for record in known if _places(record.uri) == _places(uri))
    return next(at_same_place, None) or next((record for record in known if _same_content(record.uri, uri)), None)


def _places(uri: str) -> list[str]:
    """Where each part of an address leads when links are followed; what is no path stays as it is."""
    return [name if scheme_of(name) else os.path.realpath(name) for name in uri.removeprefix(JOINED).split("|")]


def _same_content(one: str, other: str) -> bool:
    """Whether both name equally many files that are alike in size, head and tail; folders and addresses are never alike."""
    a, b = _places(one), _places(other)
    return len(a) == len(b) and all(_alike(*pair) for pair in zip(a, b, strict=True))


def _alike(one: str, other: str) -> bool:
    size = _size(one)
    if not size or size != _size(other):
        return False
    ends = _ends(Path(one))
    return ends is not None and ends == _ends(Path(other))


def _size(name: str) -> int | None:
    try:
        return Path(name).stat().st_size if Path(name).is_file() else None
    except OSError:
        return None


def _ends(path: Path) -> str | None:
    """A digest of the head and the tail of a file; None where it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_SAMPLED_BYTES)
            file.seek(max(path.stat().st_size - _SAMPLED_BYTES, 0))
            return hashlib.sha256(head + file.read(_SAMPLED_BYTES)).hexdigest()
    except OSError:
        return None
