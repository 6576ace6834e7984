"""What a user named: a file, a folder, several files, an address. Says what is wrong with it where it cannot be opened."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from glob import glob, has_magic
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mmmem.errors import InvalidInputError, SourceError
from streams.report import JOINED
from streams.tracks import TRACK_SUFFIXES

VIDEO_SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv", ".3gp",
    ".h264", ".hevc", ".vrs.mp4", ".gif", ".mxf", ".insv", ".lrv",
)  # fmt: skip
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm")
LIVE_SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "udp", "tcp", "srt", "rtp", "camera")
FETCHED_SCHEMES = ("http", "https")
HOUSE_SCHEME = "house"
"""A simulated house that is rendered while it is read: `house:7`, the number is its seed."""

_SCHEME = re.compile(rf"^([a-zA-Z][a-zA-Z0-9+.-]+):(?=//|\d|$)|^{HOUSE_SCHEME}:(?=[-?])")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_DIGITS = re.compile(r"(\d+)")


def scheme_of(uri: str) -> str:
    """`rtsp` of `rtsp://...`, `camera` of `camera:0`; empty for a path, also one with a drive letter."""
    match = _SCHEME.match(uri)
    return (match[1] or HOUSE_SCHEME).lower() if match else ""


def without_credentials(uri: str) -> str:
    """An address that may be stored and printed: user and password are taken out."""
    return _CREDENTIALS.sub("", uri)


def local_path(uri: str) -> str:
    """The path in a `file://` address; anything else as it is."""
    if scheme_of(uri) != "file":
        return uri
    return url2pathname(urlsplit(uri).path)


def natural_key(path: Path) -> list[tuple[int, int, str]]:
    """Sorts `frame9` before `frame10`."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in _DIGITS.split(path.name) if part]


def split_uris(uri: str | Path | Sequence[str | Path]) -> list[str]:
    """The single addresses in what was named: a list, `concat:a.mp4|b.mp4`, a pattern with `*`, or one address.

    Raises:
        InvalidInputError: an empty list or name.
        SourceError: a pattern that matches nothing.
    """
    if isinstance(uri, str | Path):
        text = str(uri)
        if not text.strip() or "\0" in text:
            raise InvalidInputError(f"Cannot open {text!r}: name a file, a folder, a camera or an address.")
        if text.startswith(JOINED):
            return [local_path(part) for part in text.removeprefix(JOINED).split("|")]
        return _expand(local_path(text))
    uris = [text for one in uri for text in split_uris(one)]
    if not uris:
        raise InvalidInputError("An empty list of sources cannot be opened; name at least one file.")
    return uris


def joined_uri(uris: Sequence[str]) -> str:
    """One text that `open` reads as the same list."""
    return uris[0] if len(uris) == 1 else JOINED + "|".join(uris)


def _expand(text: str) -> list[str]:
    if scheme_of(text) or not has_magic(text) or Path(text).exists():
        return [text]
    found = sorted(glob(text), key=lambda name: natural_key(Path(name)))  # noqa: PTH207  # a pattern may be absolute
    if not found:
        raise SourceError(f"No file matches {text!r}; check the folder and the pattern.")
    return found


def existing(uri: str) -> Path:
    """The path of a file or folder that is there and, if a file, not empty.

    Raises:
        SourceError: it is not there (names the nearest names in the folder), is empty, or cannot be looked at.
    """
    path = Path(uri).expanduser()
    try:
        if not path.exists():
            raise SourceError(_not_there(path))
        if path.is_file() and path.stat().st_size == 0:
            raise SourceError(
                f"{str(path)!r} is empty (0 bytes); it was never written, or the copy failed. Give a file with content."
            )
    except OSError as error:
        raise SourceError(f"Cannot look at {str(path)!r}: {error.strerror or error}.") from error
    return path


def _not_there(path: Path) -> str:
    folder = path.parent
    if path.is_symlink():
        return f"{str(path)!r} is a link to {str(path.readlink())!r}, which is not there. Name the file itself, or mend the link."
    if not folder.is_dir():
        return f"There is no {str(path)!r}: its folder {str(folder)!r} does not exist. Check the path."
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        names = []
    near = get_close_matches(path.name, names, n=3, cutoff=0.5) or [name for name in names if Path(name).stem == path.stem][:3]
    hint = f" Did you mean {' or '.join(repr(name) for name in near)}?" if near else " Check the name."
    return f"There is no {str(path)!r}.{hint}"


def files_in(folder: Path, suffixes: Iterable[str]) -> list[Path]:
    """Files of a folder with one of the suffixes, hidden ones left out, in natural order.

    Raises:
        SourceError: the folder cannot be read.
    """
    wanted = tuple(suffixes)
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in wanted and not path.name.startswith(".")]
    except OSError as error:
        raise SourceError(f"Cannot read the folder {str(folder)!r}: {error.strerror or error}.") from error
    return sorted((path for path in found if path.is_file()), key=natural_key)


def nothing_in(folder: Path) -> SourceError:
    """The error for a folder that holds nothing to read."""
    kinds = sorted({path.suffix.lower() or path.name for path in folder.iterdir()})
    held = f"it holds {', '.join(kinds[:6])}{', ...' if len(kinds) > 6 else ''}" if kinds else "it is empty"
    inner = [path for path in _folders_below(folder) if _holds_media(path)]
    if inner:
        listed = " or ".join(repr(str(path)) for path in inner[:3])
        return SourceError(f"The folder {str(folder)!r} itself holds nothing to take in; give {listed} instead.")
    return SourceError(
        f"The folder {str(folder)!r} holds no video, pictures or text tracks ({held}); give a folder with files such as "
        f"{VIDEO_SUFFIXES[0]}, {IMAGE_SUFFIXES[0]} or {TRACK_SUFFIXES[0]}."
    )


def _folders_below(folder: Path) -> list[Path]:
    """The folders inside, and those inside them, in order."""
    found = [path for pattern in ("*", "*/*") for path in folder.glob(pattern) if path.is_dir()]
    return sorted(found, key=natural_key)


def _holds_media(folder: Path) -> bool:
    suffixes = (*VIDEO_SUFFIXES, *IMAGE_SUFFIXES)
    return any(path.suffix.lower() in suffixes for path in folder.iterdir())
