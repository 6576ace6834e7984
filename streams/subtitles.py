"""SubRip (.srt) and WebVTT (.vtt) files, read to the nanosecond with the number of every cue."""

import html
import re
from collections.abc import Iterator

from mmmem.clock import NS_PER_S
from streams.cues import Cue, split_speaker

_ARROW = re.compile(r"^\s*(?P<start>\S+)\s*-+>\s*(?P<end>[^\s]+)(?:\s.*)?$")
_CLOCK = re.compile(r"^(?:(?P<hour>\d+):)?(?P<minute>\d{1,2}):(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9}))?$")
_MARKUP = re.compile(r"</?(?:[a-zA-Z][^<>]*|\d[\d:.]*)>|</>|\{\\[^{}]*\}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<who>[^>]+)>")
_VTT_BLOCKS = ("NOTE", "STYLE", "REGION")


def read_srt(text: str) -> Iterator[Cue]:
    """The cues of a SubRip file; a cue's number is its place in the file, not what the file calls it."""
    for number, block in enumerate(_srt_blocks(text), start=1):
        yield from _block_cues(number, block)


def read_vtt(text: str) -> Iterator[Cue]:
    """The cues of a WebVTT file, `<v Name>` giving the speaker; notes, styles and regions are passed over."""
    number = 0
    for block in _blank_line_blocks(text):
        if block[0].startswith("WEBVTT") or block[0].split(" ")[0] in _VTT_BLOCKS:
            continue
        number += 1
        yield from _block_cues(number, [html.unescape(line) if "-->" not in line else line for line in block])


def parse_clock_ns(text: str) -> int | None:
    """Nanoseconds of `[H:]MM:SS[.,fraction]`, exactly; None where it is not of that form."""
    match = _CLOCK.match(text.strip())
    if match is None or int(match["second"]) > 59 or (match["hour"] is not None and int(match["minute"]) > 59):
        return None
    seconds = int(match["hour"] or 0) * 3600 + int(match["minute"]) * 60 + int(match["second"])
    return seconds * NS_PER_S + int((match["fraction"] or "0").ljust(9, "0"))


def format_clock(time_ns: int, *, separator: str = ",") -> str:
    """`HH:MM:SS,mmm`, rounded down to the millisecond that subtitle formats hold."""
    milliseconds = time_ns // 1_000_000
    seconds = milliseconds // 1000
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{clock}{separator}{milliseconds % 1000:03d}"


def _srt_blocks(text: str) -> Iterator[list[str]]:
    """Blocks of lines around one arrow each; blank lines inside a cue's words do not cut it, a missing number does not hurt."""
    lines = text.splitlines()
    heads = [i for i, line in enumerate(lines) if "-->" in line]
    for i, head in enumerate(heads):
        end = len(lines)
        if i + 1 < len(heads):
            end = heads[i + 1]
            if end > head + 1 and lines[end - 1].strip().isdigit():
                end -= 1
        yield [lines[head], *(line for line in lines[head + 1 : end] if line.strip())]


def _blank_line_blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []


def _block_cues(number: int, block: list[str]) -> Iterator[Cue]:
    at = next((i for i, line in enumerate(block) if "-->" in line), None)
    if at is None:
        yield Cue(number, None, None, "", fault=f"it has no time line, only {block[0][:40]!r}")
        return
    arrow = _ARROW.match(block[at])
    start_ns = parse_clock_ns(arrow["start"]) if arrow else None
    end_ns = parse_clock_ns(arrow["end"]) if arrow else None
    if start_ns is None or end_ns is None:
        yield Cue(
            number, None, None, "", fault=f"cannot read the times in {block[at].strip()!r}; write 00:00:01,000 --> 00:00:02,500"
        )
        return
    for speaker, words in _speakers(block[at + 1 :]):
        yield Cue(number, start_ns, end_ns, words, "speech", speaker)


def _speakers(lines: list[str]) -> list[tuple[str | None, str]]:
    """Who says what in one cue: lines of one speaker are one text, each new name starts another."""
    said: list[tuple[str | None, str]] = []
    for line in lines:
        voice = _VOICE.search(line)
        plain = _MARKUP.sub("", line).strip()
        who, words = (voice["who"].strip(), plain) if voice else split_speaker(plain.removeprefix("- "))
        if who is None and said:
            said[-1] = (said[-1][0], f"{said[-1][1]} {plain}".strip())
        elif said and who == said[-1][0]:
            said[-1] = (who, f"{said[-1][1]} {words}".strip())
        else:
            said.append((who, words if who else plain))
    return said or [(None, "")]
