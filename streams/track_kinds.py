"""What the lines of a subtitle file are, where the file does not say it: what was said, or what was to be seen.

A caption tells what happens and becomes facts; speech is quoted and seldom does. Both come as .srt and .vtt.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mmmem.types import TextKind
from streams.cues import Cue

_NAMED: Mapping[str, TextKind] = {
    "caption": "caption", "captions": "caption", "densecaption": "caption", "narration": "caption", "narrations": "caption",
    "description": "caption", "descriptions": "caption", "actions": "caption",
    "speech": "speech", "transcript": "speech", "transcripts": "speech", "dialog": "speech", "dialogue": "speech",
    "asr": "speech", "whisper": "speech", "subtitles": "speech", "subs": "speech",
    "ocr": "ocr", "signs": "ocr", "note": "note", "notes": "note", "log": "note",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+")
_SOMEBODY = "person|man|woman|boy|girl|child|kid|cook|camera wearer|hand|robot|player|lady|guy|dog|cat"
_DESCRIBES = re.compile(
    rf"^(?:#?[co]|(?:the|a|an|another|one) (?:{_SOMEBODY})|someone|somebody|he|she|they|people|two (?:people|men|women)) "
    r"(?:then |now |slowly |is |are )?[a-z]+(?:s|ing)\b",
    re.IGNORECASE,
)
_CONVERSES = re.compile(r"\?|!|\b(?:you|your|we|let's|i'm|i'll|i've|don't|my|yes|yeah|okay|hello|thanks|please)\b", re.IGNORECASE)
_SPEAKERS_SHARE = 0.1
_DESCRIBES_SHARE = 0.5


def with_kind(cues: Sequence[Cue], path: Path, kind: TextKind | None) -> tuple[list[Cue], TextKind | None]:
    """The cues with the kind that was asked for, or else the likely one; and that kind where it was assumed.

    Cues that say themselves what they are stay as they are.

    Args:
        kind: what the lines are; None finds it out by the file's name, by speakers and by the words.
    """
    if all(cue.says_kind for cue in cues):
        return list(cues), None
    chosen = kind or likely_kind(path, [cue for cue in cues if not cue.says_kind])
    told = [cue if cue.says_kind else replace(cue, kind=chosen) for cue in cues]
    return told, None if kind else chosen


def kind_named(path: Path) -> TextKind | None:
    """The kind that a file's name says, as `kitchen_captions.srt` does; the last such word counts."""
    words = _WORD.findall(path.stem.lower())
    return next((_NAMED[word] for word in reversed(words) if word in _NAMED), None)


def likely_kind(path: Path, cues: Sequence[Cue]) -> TextKind:
    """By a word in the file's name; else speech, unless nobody speaks by name and half of the lines describe somebody's act."""
    named = kind_named(path)
    if named is not None:
        return named
    texts = [cue.text.strip() for cue in cues if cue.text.strip()]
    num_spoken = sum(cue.speaker is not None for cue in cues)
    if not texts or num_spoken >= max(_SPEAKERS_SHARE * len(cues), 1):
        return "speech"
    num_described = sum(_DESCRIBES.match(text) is not None for text in texts)
    num_conversed = sum(_CONVERSES.search(text) is not None for text in texts)
    return "caption" if num_described >= _DESCRIBES_SHARE * len(texts) and num_described > num_conversed else "speech"
