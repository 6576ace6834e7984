"""What went on at a time, first, last, or just now, where the question names no more than when and perhaps who."""

import re

import numpy as np

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.subjects import subject_fits
from mmmem.agent.answers.wording import GENERIC
from mmmem.agent.language.deeds import WEARER
from mmmem.agent.ranking import inside_any
from mmmem.agent.view import Ints
from mmmem.clock import NS_PER_DAY, NS_PER_MIN, Span
from mmmem.text.terms import terms
from mmmem.types import TEXT_KINDS

NUM_TOLD = 8
NUM_AROUND = 3
NUM_FOLLOWING = 4
NEAR_NS = 5 * NS_PER_MIN
"""What is nearest within this time stands for an instant at which nothing was told."""
PERIOD_CONFIDENCE = 0.7
NEAREST_CONFIDENCE = 0.4
_JUST = re.compile(r"\bjust\b", re.IGNORECASE)
_NOTHING_ELSE = frozenset(
    terms(
        "first last just event part day today video recording film start begin beginning end summary summarize about everything "
        "morning afternoon evening night noon"
    )
)


def answer_period(inquiry: Inquiry) -> Draft | None:
    """What went on in the time the question names, or first or last of all; None where it asks for more than when and who."""
    constraint = inquiry.question.constraint
    if constraint.anchor is not None or not _asks_nothing_else(inquiry):
        return None
    just = _JUST.search(inquiry.question.text) is not None
    order = "last" if just else constraint.order
    timed = inquiry.asked.query.window is not None or constraint.windows or constraint.time_of_day is not None
    if order in ("first", "last"):
        lines = _lines(inquiry, inside=not just)
        return _end_of(inquiry, lines if len(lines) else _lines(inquiry, inside=False, hinted=False), first=order == "first")
    everything = constraint.outside is None and not inquiry.question.deed.subject
    return _gone_on(inquiry) if timed or everything else None


def _asks_nothing_else(inquiry: Inquiry) -> bool:
    question = inquiry.question
    named = set(terms(question.deed.subject)) if question.deed.subject[:1].isupper() else set()
    return not set(inquiry.wanted) - GENERIC - _NOTHING_ELSE - named and question.kind in ("what", "text", "list", "how")


def _lines(inquiry: Inquiry, *, inside: bool = True, hinted: bool = True) -> Ints:
    """Allowed lines, in order of time: what was said if that is asked, else what was seen if anything was; by whom is heeded."""
    lines = inquiry.allowed_lines() if inside else inquiry.visible_lines()
    times = _soft_times(inquiry) if hinted else []
    if times:
        lines = lines[inside_any(inquiry.view.lines, times)[lines]]
    kinds = inquiry.view.lines.kind[lines]
    spoken = kinds == TEXT_KINDS.index("speech")
    if inquiry.question.channel == "speech":
        lines = lines[spoken]
    elif not spoken.all():
        lines = lines[~spoken]
    return _of_subject(inquiry, lines)


def _of_subject(inquiry: Inquiry, lines: Ints) -> Ints:
    """Of many lines only the ends and a sample are read for who acts."""
    subject = inquiry.question.deed.subject
    if subject not in (WEARER, "we") and not subject[:1].isupper():
        return lines
    if len(lines) > 400:
        lines = np.concatenate([lines[:200], lines[-200:]])
    texts = inquiry.stored(lines.tolist())
    fits = [subject_fits(stored.text, inquiry.deed_told_in(inquiry.question.deed, stored)) for stored in texts]
    return np.asarray(lines[np.array(fits, np.bool_)])


def _soft_times(inquiry: Inquiry) -> list[Span]:
    """The windows a question only hints at; of a bare part of the day the latest one in which something was told."""
    constraint = inquiry.question.constraint
    if constraint.strict or inquiry.asked.query.window is not None:
        return []
    if constraint.windows:
        return list(constraint.windows)
    if constraint.time_of_day is None or not len(inquiry.view.lines):
        return []
    calendar, (start, end) = inquiry.calendar, constraint.time_of_day
    day = calendar.day_of(inquiry.view.as_of_ns)
    starts = inquiry.view.lines.start_ns
    for back in range(31):
        midnight = calendar.day_span(day - back).start_ns if day - back >= 1 or calendar.kind == "wall" else -1
        if midnight < 0:
            break
        span = Span(midnight + start, midnight + min(end, 2 * NS_PER_DAY))
        if bool(((starts >= span.start_ns) & (starts < span.end_ns)).any()):
            return [span]
    return []


def _end_of(inquiry: Inquiry, lines: Ints, *, first: bool) -> Draft | None:
    if not len(lines):
        return None
    line = int(lines[0] if first else lines[-1])
    text = inquiry.stored([line])[0].text.text
    return Draft(text, "text", PERIOD_CONFIDENCE, [inquiry.cite(line, 1.0)], text)


def _gone_on(inquiry: Inquiry) -> Draft | None:
    """Lines spread over the time, at most eight; the nearest one where an instant is asked for at which nothing was told."""
    lines = _lines(inquiry)
    confidence = PERIOD_CONFIDENCE
    if not len(lines):
        lines, confidence = _nearest(inquiry), NEAREST_CONFIDENCE
    if not len(lines):
        return None
    told = _spread(inquiry, lines)
    text = "; ".join(stored.text.text.rstrip(".") for stored in inquiry.stored(told))
    more = f" (and {len(lines) - len(told)} more)" if len(lines) > len(told) else ""
    return Draft(f"{text}{more}", "text", confidence, [inquiry.cite(i, 1.0) for i in told], text)


def _nearest(inquiry: Inquiry) -> Ints:
    windows = inquiry.question.constraint.windows
    lines = inquiry.visible_lines()
    if len(windows) != 1 or windows[0].duration_ns > NEAR_NS or not len(lines):
        return lines[:0]
    middle = (windows[0].start_ns + windows[0].end_ns) // 2
    away = np.abs(inquiry.view.lines.start_ns[lines] - middle)
    return lines[[int(np.argmin(away))]] if int(away.min()) <= NEAR_NS else lines[:0]


def _spread(inquiry: Inquiry, lines: Ints) -> list[int]:
    """Of each eighth of the time the line with the rarest words, and then the rarest of the rest; in order of time."""
    if len(lines) <= NUM_TOLD:
        return [int(line) for line in lines]
    starts = inquiry.view.lines.start_ns[lines].astype(np.float64)
    part = np.minimum((starts - starts[0]) / max(starts[-1] - starts[0], 1.0) * NUM_TOLD, NUM_TOLD - 1).astype(np.int64)
    length = inquiry.view.lines.num_terms[lines]
    best = [int(lines[of][np.argmax(length[of])]) for number in range(NUM_TOLD) if (of := part == number).any()]
    others = [int(line) for line in lines[np.argsort(-length, kind="stable")] if int(line) not in best]
    return sorted([*best, *others[: NUM_TOLD - len(best)]], key=lambda line: int(inquiry.view.lines.start_ns[line]))


def answer_beside_anchor(inquiry: Inquiry) -> Draft | None:
    """What came before, after or during another event, in the order it happened.

    Who talks of an event is past it or not there yet: what is said beside it did not happen beside it, and is told only where it
    is asked for.
    """
    anchor, at = inquiry.question.constraint.anchor, inquiry.anchor_line
    if anchor is None or at is None or inquiry.asks_more_than_when:
        return None
    if inquiry.only_talked_of and set(inquiry.wanted) - GENERIC:
        return None
    before, after = {"before": (NUM_FOLLOWING, 0), "after": (0, NUM_FOLLOWING)}.get(anchor.relation, (2, 2))
    beside = inquiry.around(at, before, after)
    if not beside:
        return None
    nearest = beside[::-1] if anchor.relation == "before" else beside
    said = "; ".join(s.text.text.rstrip(".") for s in inquiry.stored(beside))
    cited = [inquiry.cite(nearest[0], 1.0), inquiry.cite(at, 0.9)] + [inquiry.cite(i, 0.5) for i in nearest[1:]]
    return Draft(said, "text", 0.8 * min(float(inquiry.anchors.coverage[0]), 0.95), cited, said)
