"""What a reading made of its source: what came out, what did not, where and why."""

from dataclasses import dataclass, field

from mmmem.clock import Calendar, Span, format_duration
from mmmem.wording import counted

MAX_LISTED = 1000
"""A list in the report holds at most this many entries; the rest is counted, so that a report stays small."""

JOINED = "concat:"
"""Before the addresses of several files that are read as one, with `|` between them."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A stretch of the stream that did not come out as it should, and why."""

    span: Span
    reason: str


@dataclass(slots=True)
class ReadReport:
    """Counts and places of one reading of a stream; it grows while the stream is read.

    Args:
        uri: what was read.
        calendar: names the times in `summary`.
        num_frames: frames yielded.
        num_frames_skipped: frames passed over because the sampler did not ask for them.
        num_frames_damaged: frames yielded although the decoder flagged them as damaged.
        num_frames_dropped: live frames thrown away because the reader was slower than the camera.
        num_texts: texts yielded.
        damaged: where the file could not be read, or only badly.
        gaps: where the stream holds nothing, or the connection was down.
        audio_only: where there is sound but no picture.
        bad_cues: one sentence for each line of a text track that was left out.
        notes: anything else a reader should know.
        num_unlisted: entries left out of the lists above because they were full.
    """

    uri: str
    calendar: Calendar = field(default_factory=Calendar)
    num_frames: int = 0
    num_frames_skipped: int = 0
    num_frames_damaged: int = 0
    num_frames_dropped: int = 0
    num_texts: int = 0
    damaged: list[Loss] = field(default_factory=list)
    gaps: list[Loss] = field(default_factory=list)
    audio_only: list[Span] = field(default_factory=list)
    bad_cues: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    num_unlisted: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the source was lost."""
        return not (self.damaged or self.bad_cues or self.num_frames_dropped or self.num_unlisted)

    def add_damage(self, start_ns: int, end_ns: int, reason: str) -> None:
        """Record a damaged stretch, joined to the one before it where they touch and agree."""
        start_ns = max(start_ns, 0)
        span = Span(start_ns, max(end_ns, start_ns + 1))
        last = self.damaged[-1] if self.damaged else None
        if last and last.reason == reason and span.start_ns <= last.span.end_ns and last.span.start_ns <= span.end_ns:
            self.damaged[-1] = Loss(last.span.hull(span), reason)
        elif len(self.damaged) < MAX_LISTED:
            self.damaged.append(Loss(span, reason))
        else:
            self.num_unlisted += 1

    def add_gap(self, start_ns: int, end_ns: int, reason: str) -> None:
        """Record a stretch in which the stream holds nothing."""
        if len(self.gaps) < MAX_LISTED:
            self.gaps.append(Loss(Span(start_ns, max(end_ns, start_ns + 1)), reason))
        else:
            self.num_unlisted += 1

    def add_audio_only(self, span: Span) -> None:
        """Record a stretch with sound but no picture."""
        if len(self.audio_only) < MAX_LISTED:
            self.audio_only.append(span)
        else:
            self.num_unlisted += 1

    def add_bad_cue(self, sentence: str) -> None:
        """Record a line of a text track that was left out."""
        if len(self.bad_cues) < MAX_LISTED:
            self.bad_cues.append(sentence)
        else:
            self.num_unlisted += 1

    def add_note(self, sentence: str) -> None:
        """Record a sentence once."""
        if sentence not in self.notes and len(self.notes) < MAX_LISTED:
            self.notes.append(sentence)

    def summary(self) -> list[str]:
        """The report in words, one line each; the first line counts."""
        lines = [self._counts()]
        lines += [f"damaged {self._where(loss.span)}: {loss.reason}" for loss in self.damaged]
        lines += [f"gap {self._where(loss.span)}: {loss.reason}" for loss in self.gaps]
        lines += [f"sound without picture {self._where(span)}" for span in self.audio_only]
        lines += self.bad_cues + self.notes
        if self.num_unlisted:
            lines.append(f"{self.num_unlisted} more {'entry is' if self.num_unlisted == 1 else 'entries are'} not listed")
        return lines

    def _counts(self) -> str:
        counts = (
            (self.num_frames, "frame", ""),
            (self.num_frames_skipped, "frame", "not sampled"),
            (self.num_frames_damaged, "frame", "flagged as damaged"),
            (self.num_frames_dropped, "frame", "dropped"),
            (self.num_texts, "text", ""),
            (len(self.bad_cues), "bad cue", "left out"),
        )
        said = ", ".join(counted(num, noun, rest) for num, noun, rest in counts if num)
        return f"{_named(self.uri)}: {said or 'nothing was read'}"

    def _where(self, span: Span) -> str:
        return f"{self.calendar.format_span(span)} ({_length(span.duration_ns)})"


def _length(duration_ns: int) -> str:
    return f"{duration_ns / 1e9:.2f} s" if duration_ns < 60_000_000_000 else format_duration(duration_ns)


def _named(uri: str) -> str:
    """An address, or the first and the last of several that were read as one."""
    files = uri.removeprefix(JOINED).split("|")
    return uri if not uri.startswith(JOINED) or len(files) < 3 else f"{len(files)} files, {files[0]} to {files[-1]}"
