"""Answers read off single lines: when, how long, how often, who, whether, and what."""

import re
from collections import Counter

from mmmem.agent.answers.draft import NEAR_BEST, Draft, Inquiry
from mmmem.agent.language.numbers import first_number
from mmmem.clock import NS_PER_S, Span, format_duration
from mmmem.store.records import StoredText
from mmmem.text.terms import terms

EPISODE_GAP_NS = 300 * NS_PER_S
YES_COVERAGE = 0.75
NUM_WITNESSES = 8
NUM_FOLLOWING = 4
ANCHOR_SHARE = 0.5
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][a-z]+\b")
_ACTOR = re.compile(r"^([A-Z][a-z]+)\b")
_NOT_NAMES = frozenset("I The A An My We He She They It There Then And But So Everyone Yes No Okay Ok Oh Yeah".split())
_NEGATION = re.compile(r"\b(?:not|never|no|n't|without)\b|n't\b", re.IGNORECASE)


def answer_when(inquiry: Inquiry) -> Draft | None:
    """The time of the line the question means."""
    line = inquiry.picked()
    if line is None:
        return None
    t_ns = int(inquiry.view.lines.start_ns[line])
    return Draft(f"{inquiry.when(t_ns)}", "time", inquiry.confidence(line), [inquiry.cite(line, 1.0)], t_ns)


def answer_duration(inquiry: Inquiry) -> Draft | None:
    """The length of the run of matching lines around the line the question means."""
    line = inquiry.picked()
    if line is None:
        return None
    episode = next(e for e in _good_episodes(inquiry) if line in e)
    span = Span(inquiry.view.line_span(episode[0]).start_ns, max(inquiry.view.line_span(i).end_ns for i in episode))
    cited = [inquiry.cite(episode[0], 1.0)] + ([inquiry.cite(episode[-1], 0.9)] if len(episode) > 1 else [])
    text = f"about {format_duration(span.duration_ns)} ({inquiry.calendar.format_span(span)})"
    return Draft(text, "duration", 0.6 * inquiry.confidence(line), cited, span.duration_ns)


def answer_how_often(inquiry: Inquiry) -> Draft | None:
    """The number of separate times that lines match as well as the best."""
    if not len(inquiry.matches):
        return None
    episodes = _good_episodes(inquiry)
    firsts = [episode[0] for episode in episodes]
    times = ", ".join(inquiry.when(int(inquiry.view.lines.start_ns[i])) for i in firsts[:5])
    more = f" and {len(firsts) - 5} more" if len(firsts) > 5 else ""
    cited = [inquiry.cite(i, 1.0) for i in firsts[: inquiry.k]]
    number = "once" if len(episodes) == 1 else f"{len(episodes)} times"
    return Draft(f"{number}: {times}{more}", "count", 0.7 * inquiry.confidence(firsts[0]), cited, len(episodes))


def _good_episodes(inquiry: Inquiry) -> list[list[int]]:
    matches = inquiry.matches
    good = matches.lines[matches.coverage >= NEAR_BEST * matches.coverage[0]]
    return inquiry.episodes(sorted(good.tolist()), EPISODE_GAP_NS)


def answer_count(inquiry: Inquiry) -> Draft | None:
    """A number said or written beside the thing counted; else how many separate times it came up."""
    counted = set(terms(inquiry.question.count_of or ""))
    for line in inquiry.matches.lines[:NUM_WITNESSES].tolist():
        text = inquiry.stored([line])[0].text.text
        number = first_number(text) if counted & set(terms(text)) else None
        if number is not None and number == int(number) and inquiry.coverage_of(line) >= ANCHOR_SHARE:
            return Draft(f"{int(number)}", "count", 0.7 * inquiry.confidence(line), [inquiry.cite(line, 1.0)], int(number))
    return answer_how_often(inquiry) if "times" in inquiry.question.text.lower() else None


def answer_who(inquiry: Inquiry) -> Draft | None:
    """The person named most, weighted by match, in the lines that fit best; people the question names are not the answer."""
    asked = {term for entity in inquiry.question.entities for term in terms(entity)}
    votes: Counter[str] = Counter()
    witness: dict[str, int] = {}
    best = inquiry.picked()
    lines = inquiry.matches.lines[:NUM_WITNESSES].tolist()
    for line in [best, *lines] if best is not None and inquiry.question.constraint.order else lines:
        for person in _people(inquiry.stored([line])[0], inquiry.question.channel):
            if not set(terms(person)) & asked:
                votes[person] += int(1000 * inquiry.coverage_of(line) ** 2)
                witness.setdefault(person, line)
    if not votes:
        return None
    person, count = votes.most_common(1)[0]
    share = count / sum(votes.values())
    cited = [inquiry.cite(witness[person], 1.0)]
    return Draft(person, "entity", share * inquiry.confidence(witness[person]), cited, person)


def _people(stored: StoredText, channel: str | None) -> list[str]:
    """Names in a line; the wearer is "me"; in speech asked about as speech, the speaker alone."""
    text = stored.text
    if channel == "speech" and text.speaker:
        return [text.speaker]
    names = [m[0] for m in _NAME.finditer(text.text)] + [m[1] for m in [_ACTOR.match(text.text)] if m]
    people = [n for n in dict.fromkeys(names) if n not in _NOT_NAMES]
    wearer = ["me"] if text.kind == "caption" and re.match(r"(?:I|My)\b", text.text) else []
    return people + wearer + ([text.speaker] if text.speaker and not people else [])


def answer_yes_no(inquiry: Inquiry) -> Draft | None:
    """Yes if a line holds nearly all of what is asked, no if that line denies it; None where no line says either."""
    line = inquiry.picked()
    if line is None or inquiry.coverage_of(line) < YES_COVERAGE:
        return None
    text = inquiry.stored([line])[0].text.text
    value = bool(_NEGATION.search(text)) == inquiry.question.negated
    said = "Yes" if value else "No"
    return Draft(f"{said}: {text}", "yes_no", inquiry.confidence(line), [inquiry.cite(line, 1.0)], value)


def answer_text(inquiry: Inquiry) -> Draft | None:
    """The lines the question means, in order."""
    anchored = answer_beside_anchor(inquiry)
    if anchored is not None:
        return anchored
    line = inquiry.picked()
    if line is None:
        return None
    text = inquiry.stored([line])[0]
    cited = [inquiry.cite(line, 1.0)]
    cited += [inquiry.cite(i, 0.5) for i in inquiry.matches.lines[1:3].tolist() if i != line]
    return Draft(text.text.text, "text", inquiry.confidence(line), cited, text.text.text)


def answer_beside_anchor(inquiry: Inquiry) -> Draft | None:
    """What came before, after or during another event, in the order it happened."""
    anchor = inquiry.question.constraint.anchor
    if anchor is None:
        return None
    weights = {t: inquiry.view.line_bm25.idf(t) for t in dict.fromkeys(terms(anchor.event))}
    found = inquiry.matching(weights)
    if not len(found) or found.coverage[0] < ANCHOR_SHARE:
        return None
    at = int(found.lines[0])
    before, after = {"before": (NUM_FOLLOWING, 0), "after": (0, NUM_FOLLOWING)}.get(anchor.relation, (2, 2))
    beside = inquiry.around(at, before, after)
    if not beside:
        return None
    nearest = beside if anchor.relation == "after" else beside[::-1] if anchor.relation == "before" else beside
    said = "; ".join(s.text.text.rstrip(".") for s in inquiry.stored(sorted(beside)))
    cited = [inquiry.cite(nearest[0], 1.0), inquiry.cite(at, 0.9)] + [inquiry.cite(i, 0.5) for i in nearest[1:]]
    return Draft(said, "text", 0.8 * min(float(found.coverage[0]), 0.95), cited, said)
