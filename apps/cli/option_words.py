"""What the library calls its parameters, in the words of the command line.

Messages of the library name what its callers write in Python. Whoever types a command has never seen that: each such name
becomes the option that sets it. Text in quotation marks is a value or a file's name and stays as it is.
"""

import re

_QUOTED = re.compile(r"(?<!\w)('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
_OPTION_OF = {
    "start": "--start",
    "calendar": "--calendar",
    "backend": "--backend",
    "tracks": "--track",
    "track_kind": "--track-kind",
    "period_s": "--period",
    "image_times": "--image-times",
    "stream_id": "--stream",
    "text_embedder": "--text-embedder",
    "asked_at_ns": "--asked-at",
    "as_of_ns": "--as-of",
    "at_ns": "--at",
}
_PHRASES = (
    (
        re.compile(r"give a start for each video: start=\[\.\.\.\]"),
        "name it last, or ingest it as a stream of its own (--stream)",
    ),
    (re.compile(r"\ball_frames\(\)"), "--every all"),
    (re.compile(r"\bleave start and calendar out\b"), "leave --start and --calendar out"),
    (re.compile(r"\bleave start out, or its calendar(?= )"), "leave --start out, or say --calendar"),
    (re.compile(r"\bleave (?:the )?(start|calendar) out\b"), r"leave --\1 out"),
    (re.compile(r"^size is\b"), "--size is"),
    (re.compile(r"\bopen (it|them) (alone|apart)\b"), r"ingest \1 \2"),
    (re.compile(r"\bopen the video with(?= )"), "ingest the video with"),
)
_ASSIGNED = re.compile(rf"(?<![\w-])({'|'.join(sorted(_OPTION_OF, key=len, reverse=True))})=(?=\S|$)")
_UNASSIGNED = re.compile(rf"(?<![\w.:/-])({'|'.join(name for name in _OPTION_OF if '_' in name)}|tracks(?==))\b=?")


def in_options(message: str) -> str:
    """The message with options in the place of parameters."""
    parts = _QUOTED.split(message)
    return "".join(part if place % 2 else _outside_quotes(part) for place, part in enumerate(parts))


def _outside_quotes(text: str) -> str:
    for pattern, words in _PHRASES:
        text = pattern.sub(words, text)
    text = _ASSIGNED.sub(lambda match: f"{_OPTION_OF[match[1]]} ", text)
    return _UNASSIGNED.sub(lambda match: _OPTION_OF[match[1]], text)
