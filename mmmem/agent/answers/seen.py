"""What a detector saw of things of one label, for one question: visits, looks, absences, and how they are cited."""

import re
from collections.abc import Sequence
from functools import cached_property

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.visits import JOIN_GAP_NS, SHORTEST_VISIT_NS, Visit, visits_in
from mmmem.agent.timeexpr import merged
from mmmem.clock import Span
from mmmem.store.records import Presence
from mmmem.types import Evidence, FrameRef

NOW_NS = JOIN_GAP_NS
_NOW = re.compile(r"\b(?:right now|now|currently|at the moment)\b", re.IGNORECASE)


class Seen:
    """Visits as of the time of asking, in the stream asked about; numbered over all streams, as their ids are."""

    def __init__(self, inquiry: Inquiry, label: str) -> None:
        self._inquiry = inquiry
        self._label = label
        self._streams = [
            record.stream_id for record in inquiry.memory.streams() if inquiry.asked.stream in (None, record.stream_id)
        ]

    @cached_property
    def visits(self) -> list[Visit]:
        """In order of start."""
        every = visits_in(self._inquiry.memory, self._label, self._inquiry.view.as_of_ns)
        return [visit for visit in every if visit.stream_id in self._streams]

    @cached_property
    def _presences(self) -> list[Presence]:
        memory, asked = self._inquiry.memory, self._inquiry.asked
        return memory.presences(label=self._label, stream=asked.stream, as_of_ns=self._inquiry.view.as_of_ns)

    @cached_property
    def _watched(self) -> dict[str, list[Span]]:
        """By stream, when pictures were searched, short gaps between them included."""
        watched = {}
        for stream in self._streams:
            looks = self._inquiry.memory.looked(stream=stream, as_of_ns=self._inquiry.view.as_of_ns)
            pieces = list(zip(looks.start_ns.tolist(), (looks.end_ns + JOIN_GAP_NS).tolist(), strict=True))
            watched[stream] = [Span(span.start_ns, span.end_ns - JOIN_GAP_NS) for span in merged(pieces)]
        return {stream: spans for stream, spans in watched.items() if spans}

    @property
    def end_ns(self) -> int:
        """The end of what was searched; 0 if nothing was."""
        return max((spans[-1].end_ns for spans in self._watched.values()), default=0)

    def in_photos(self) -> bool:
        """Whether it was only ever seen in pictures that stand alone."""
        return bool(self.visits) and all(visit.alone for visit in self.visits)

    def goes_on(self, visit: Visit) -> bool:
        """Whether nobody looked after it, so that it may go on."""
        spans = self._watched.get(visit.stream_id, [])
        return not visit.alone and bool(spans) and visit.span.end_ns >= spans[-1].end_ns

    def times(self) -> list[Span] | None:
        """When a visit must lie for the question to mean it: None for any time, empty for no time at all."""
        times = self._now() or list(self._inquiry.question.constraint.windows) or None
        window = self._inquiry.asked.query.window
        if window is None or times is None:
            return times if window is None else [window]
        return [both for span in times if (both := span.intersect(window))]

    def _now(self) -> list[Span]:
        """The last seconds, where the question is about how things are right now."""
        as_of_ns = self._inquiry.view.as_of_ns
        if not _NOW.search(self._inquiry.question.text) or as_of_ns == 0:
            return []
        return [Span(max(as_of_ns - NOW_NS, 0), as_of_ns)]

    def absences(self, times: Sequence[Span] | None) -> list[Span]:
        """When pictures were searched and there was nothing of the label, in order; moments are left out."""
        watched = merged([(s.start_ns, s.end_ns) for spans in self._watched.values() for s in spans])
        seen = merged([(span.start_ns, span.end_ns) for span in self._spans()])
        free = [gap for span in watched for gap in _without(span, seen)]
        if times is not None:
            free = [both for gap in free for span in times if (both := gap.intersect(span))]
        return [gap for gap in free if gap.duration_ns >= SHORTEST_VISIT_NS]

    def _spans(self) -> list[Span]:
        return [visit.span for visit in self.visits] + [presence.span for presence in self._presences]

    def num_boxes(self, visit: Visit) -> int:
        """How many of the label the picture of a sighting that stands alone shows."""
        return self._boxes.get(visit.frames[0], 0)

    @cached_property
    def _boxes(self) -> dict[FrameRef, int]:
        memory, asked = self._inquiry.memory, self._inquiry.asked
        boxes: dict[FrameRef, int] = {}
        for one in memory.detections(label=self._label, stream=asked.stream, as_of_ns=self._inquiry.view.as_of_ns):
            boxes[one.ref] = boxes.get(one.ref, 0) + 1
        return boxes

    def pictures(self, times: Sequence[Span] | None) -> tuple[list[FrameRef], list[Evidence]]:
        """Pictures that show the label in the times asked about, and the stays they show."""
        refs = [ref for ref in self._boxes if times is None or any(span.contains(ref.t_ns) for span in times)]
        shown = [v for v in self.visits if any(v.stream_id == r.stream_id and v.span.contains(r.t_ns) for r in refs)]
        if shown or not refs:
            return refs, self.cite(shown)
        spans = [Span(ref.t_ns, ref.t_ns + 1) for ref in refs]
        return refs, self.looks(spans[:1])

    def num_looks(self, times: Sequence[Span] | None) -> int:
        """Pictures searched in the times asked about."""
        memory, as_of_ns = self._inquiry.memory, self._inquiry.view.as_of_ns
        windows: list[Span | None] = [None] if times is None else list(times)
        return sum(len(memory.looked(stream=stream, window=w, as_of_ns=as_of_ns)) for stream in self._streams for w in windows)

    def looks(self, times: Sequence[Span] | None) -> list[Evidence]:
        """Where pictures were searched for objects, as evidence of absence: one piece per stream and time."""
        memory, as_of_ns = self._inquiry.memory, self._inquiry.view.as_of_ns
        found = []
        windows: list[Span | None] = [None] if times is None else list(times)
        for stream in self._streams:
            for window in windows:
                looks = memory.looked(stream=stream, window=window, as_of_ns=as_of_ns)
                if len(looks):
                    span = Span(int(looks.start_ns.min()), int(looks.end_ns.max()))
                    text = f"{len(looks)} pictures searched, {int(looks.num_detections.sum())} objects found"
                    found.append(Evidence("visual", f"looked:{span.start_ns}", stream, span, 0.5, text))
        return found

    def cite(self, visits: Sequence[Visit]) -> list[Evidence]:
        """Visits as evidence."""
        return [
            Evidence("visual", f"visit:{v.label}:{v.number}", v.stream_id, v.span, v.score, self.describe(v), v.frames)
            for v in visits
        ]

    def describe(self, visit: Visit) -> str:
        """`person seen 0:06 - 0:19`."""
        return f"{visit.label} {self.when_seen(visit)}"

    def when_seen(self, visit: Visit) -> str:
        """`seen 0:06 - 0:19`, or `seen at 0:06` in a photo."""
        if visit.alone:
            return f"seen at {self._inquiry.when(visit.span.start_ns)}"
        return f"seen {self._inquiry.calendar.format_span(visit.span)}"

    def in_vain(self, times: Sequence[Span] | None, kind: str, value: bool | int) -> Draft | str:
        """Nothing was found where a detector looked; a sentence where nobody looked, or it was seen too briefly to be sure."""
        looks = self.looks(times)
        glimpsed = [one for one in self._presences if times is None or any(one.span.overlaps(span) for span in times)]
        if glimpsed:
            when = self._inquiry.calendar.format_span(glimpsed[0].span)
            brief = all(one.span.duration_ns < SHORTEST_VISIT_NS for one in glimpsed)
            how = "only for a moment" if brief else "too faintly to be followed"
            return f"{self.looked(times)}; a {self._label} was seen {how}, {when}, which is not enough to be sure."
        if not looks:
            return f"no picture of the time asked about was searched for objects ({self.looked()})."
        said = str(value) if kind == "count" else "0:00" if kind == "duration" else "Yes" if value else "No"
        return Draft(f"{said}: the pictures were searched and no {self._label} was found.", kind, 0.6, looks, value)

    def looked(self, times: Sequence[Span] | None = None) -> str:
        """How much was searched, for a sentence about what was not found."""
        until = self._inquiry.when(self._inquiry.view.as_of_ns)
        return f"{self.num_looks(times)} pictures up to {until} were searched for objects"

    def too_few(self, nth: int) -> str:
        """Why there is no such visit."""
        number = len(self.visits)
        which = f"number {nth}" if nth > 0 else f"number {-nth} from the end"
        return f"{self.looked()}; a {self._label} was seen {number} {'time' if number == 1 else 'times'}, so there is no {which}."

    def unseen(self) -> str:
        """Why there is no visit in the time asked about."""
        return f"{self.looked()}; no {self._label} was seen to do so in the time asked about."

    def no_lengths(self) -> str:
        """Why photos do not tell how long."""
        return f"{self.looked()}; a {self._label} was seen in single pictures, which do not tell for how long."

    def not_in_order(self) -> str:
        """Why photos do not tell who was the second."""
        return f"{self.looked()}; single pictures do not tell whether they show the same {self._label} again."

    def nothing_but_detections(self) -> str | None:
        """What there is to answer from in a memory without words; None if nothing was searched for objects."""
        memory, asked = self._inquiry.memory, self._inquiry.asked
        found = memory.labels(stream=asked.stream, as_of_ns=self._inquiry.view.as_of_ns)
        if not found:
            return None
        names = ", ".join(found[:8])
        return f"{self.looked()} (found: {names}); a detector tells what is in view and when, which does not answer this."


def _without(span: Span, taken: Sequence[Span]) -> list[Span]:
    """What is left of `span`; `taken` is in order and does not overlap itself."""
    left, start_ns = [], span.start_ns
    for one in taken:
        if one.end_ns > start_ns and one.start_ns < span.end_ns:
            if one.start_ns > start_ns:
                left.append(Span(start_ns, one.start_ns))
            start_ns = max(start_ns, one.end_ns)
    return [*left, Span(start_ns, span.end_ns)] if start_ns < span.end_ns else left
