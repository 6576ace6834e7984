"""How well spans of time agree: intersection over union and over prediction, hits, turns that were found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mmmem.clock import NS_PER_S, Span
from mmmem.types import Evidence

CLIP_NS = 30 * NS_PER_S
STRICT_LONGEST_NS = 35 * NS_PER_S
"""Evidence longer than a clip of 30 s and a tolerance of 5 s is no strict hit."""
LONGEST_NS = 60 * NS_PER_S
"""Evidence longer than this is not counted at all: an hour contains everything."""
NEAR_NS = 60 * NS_PER_S


def iou(predicted: Span, gold: Sequence[Span]) -> float:
    """Best intersection over union with a gold span, in [0, 1].

    As NExT-GQA's official evaluation has it for one predicted span and several gold spans: each measure takes its own best.
    The union of two spans that do not touch is their hull there; it only matters where the intersection is 0 anyway.
    """
    return max((_shared_ns(predicted, span) / predicted.hull(span).duration_ns for span in gold), default=0.0)


def iop(predicted: Span, gold: Sequence[Span]) -> float:
    """Best intersection over the length of the prediction, in [0, 1]; never below `iou` of the same spans."""
    return max((_shared_ns(predicted, span) / predicted.duration_ns for span in gold), default=0.0)


def _shared_ns(a: Span, b: Span) -> int:
    shared = a.intersect(b)
    return shared.duration_ns if shared else 0


def placements(length_ns: int, duration_ns: int) -> list[Span]:
    """Every place a span of this length has in a recording, in steps of a second; what chance would choose from."""
    length_ns = min(length_ns, duration_ns)
    return [Span(start, start + length_ns) for start in range(0, duration_ns - length_ns + 1, NS_PER_S)]


@dataclass(frozen=True, slots=True)
class Hit:
    """1-based rank of the first evidence that hits, None where none does."""

    strict: int | None
    near: int | None


def first_hits(evidence: Sequence[Evidence], times_ns: Sequence[int], asked_at_ns: int) -> Hit:
    """Where evidence first contains one of the annotated times.

    Strict: evidence that ended by `asked_at_ns`, is no longer than a clip, and contains a time. Near: the same for evidence
    of up to 60 s, widened by 60 s on both sides. Evidence that does not count still takes its rank.
    """
    strict = near = None
    for rank, found in enumerate(evidence, start=1):
        span = found.span
        if span.end_ns > asked_at_ns or span.duration_ns > LONGEST_NS:
            continue
        if near is None and any(span.start_ns - NEAR_NS <= t < span.end_ns + NEAR_NS for t in times_ns):
            near = rank
        if span.duration_ns <= STRICT_LONGEST_NS and any(span.contains(t) for t in times_ns):
            strict = rank
            break
    return Hit(strict, near)


def hit_within(rank: int | None, k: int) -> bool:
    """Whether a first hit at `rank` is among the first k."""
    return rank is not None and rank <= k


def uncounted(evidence: Iterable[Evidence], asked_at_ns: int) -> dict[str, int]:
    """Evidence that `first_hits` passes over, by description; only what occurs."""
    found = list(evidence)
    counts = {
        "evidence longer than 60 s, not counted": sum(e.span.duration_ns > LONGEST_NS for e in found),
        "evidence that ended after the question, not counted": sum(e.span.end_ns > asked_at_ns for e in found),
    }
    return {description: num for description, num in counts.items() if num}


def of_other_streams(evidence: Iterable[Evidence], stream: str | None) -> dict[str, int]:
    """How much evidence is not of the stream that was asked about, by description; only what occurs."""
    num = sum(e.stream_id != stream for e in evidence)
    return {"evidence of another stream, not counted": num} if num else {}


def turns_found(evidence: Sequence[Evidence], turns: Mapping[str, Span], stream: str) -> list[str]:
    """Turns that evidence of a stream holds, each once, in the order it brings them; within one span in order of time.

    Evidence holds a turn when the middle of one lies in the other. A wide span brings all its turns, and each of them
    counts towards k.
    """
    in_order = sorted(turns.items(), key=lambda turn: turn[1])
    found: dict[str, None] = {}
    for piece in evidence:
        if piece.stream_id != stream:
            continue
        held = (t for t, span in in_order if piece.span.contains(span.middle_ns) or span.contains(piece.span.middle_ns))
        found.update(dict.fromkeys(held))
    return list(found)
