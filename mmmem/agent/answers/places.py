"""Where something is, was put, or came from: read off what the lines claim."""

import re
from collections.abc import Sequence

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.features import Features, confidence_of
from mmmem.agent.answers.sentences import sentences_of
from mmmem.agent.answers.wording import asks_where_it_was
from mmmem.agent.language.verbforms import words_for
from mmmem.banks.semantic import Claim, claims_of
from mmmem.clock import NS_PER_S
from mmmem.text.terms import terms

NUM_LINES = 40
NUM_NEIGHBOURS = 3
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
PHRASED_COVERAGE = 0.6
_LINK = r"(?:and|or|with|for|from|in|at|on|by|to|of|is|was|but|then|while|the|a)"
_PHRASE = rf"(?:(?:the|a|an|my|our|his|her|their|your)\s+)?(?!{_LINK}\b)[\w'’-]+(?:\s+(?!{_LINK}\b)[\w'’-]+){{0,2}}"
_TIME = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december|morning|afternoon|evening|night|noon|time|way|moment|minutes?|hours?|days?|weeks?|o'clock|first|last|once|least|next|this|today|yesterday|tomorrow)\b|\d"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|quarter|\w+(?:teen|ty)?th)\b",
    re.IGNORECASE,
)
LASTING = ("at", "held_by", "lives_in")
STAND_IN_NS = 60 * NS_PER_S
_OF = re.compile(r"\b(?P<holder>[\w-]+) of (?P<what>[\w-]+(?: [\w-]+)?)", re.IGNORECASE)
PLACE_PREDICATES = ("at", "came_from", "held_by", "lives_in")


def answer_where(inquiry: Inquiry) -> Draft | None:
    """The place claimed by the line the question means, else by its neighbours, else what they open or close."""
    if asks_where_it_was(inquiry.question.text) and not inquiry.question.deed.verb:
        known = _last_known(inquiry)
        if known is not None:
            return known
    best = _picked(inquiry)
    if best is None:
        return None
    near_best = inquiry.matches.lines[:NUM_LINES].tolist()
    order = [best, *[line for line in near_best if line != best]]
    topic = {term for entity in inquiry.question.entities for term in terms(entity)} or set(inquiry.wanted)
    for line in order:
        if inquiry.coverage_of(line) < 0.5 * inquiry.coverage_of(best):
            continue
        place = _stated(inquiry, line, topic)
        if place is not None:
            return inquiry.draft(place, "place", line, place)
    return _phrased(inquiry, best) or (None if inquiry.is_spoken(best) else _from_neighbours(inquiry, best))


def _last_known(inquiry: Inquiry) -> Draft | None:
    """Where the last line that moved the thing left it: put down there, or with whoever took it.

    `the bottle of milk` is the milk, and for a while `the bottle` too.
    """
    deed = inquiry.question.deed
    topic = set(deed.object) or set(terms(deed.subject))
    head = (*deed.object, *terms(deed.subject))[-1:]
    if not head:
        return None
    holds = inquiry.lines_with(head[0])
    start_ns = inquiry.view.lines.start_ns
    stand_ins = _stand_ins(inquiry, holds, head[0])
    found: list[tuple[int, Claim]] = []
    for line, name in [*((line, head[0]) for line in holds), *stand_ins]:
        found += [(line, c) for c in _moves(inquiry, line) if _is_about(c, name, topic if name == head[0] else {name})]
    for line, claim in sorted(found, key=lambda item: -int(start_ns[item[0]])):
        place = _place_text(claim)
        others = [other for other, c in found if c.object == claim.object and other != line][:1]
        return Draft(place, "place", _trust(inquiry, line), [inquiry.cite(i, 1.0) for i in (line, *others)], place)
    return None


def _trust(inquiry: Inquiry, line: int) -> float:
    spoken = inquiry.stored([line])[0].text.kind == "speech"
    return confidence_of(Features(spoken=spoken))


def _moves(inquiry: Inquiry, line: int) -> list[Claim]:
    return [c for c in claims_of(inquiry.stored([line])[0].text) if c.object and not c.ends and c.predicate in LASTING]


def _is_about(claim: Claim, name: str, topic: set[str]) -> bool:
    said = terms(claim.subject)
    heads = said if " of " in claim.subject else said[-1:]
    if "'s " in claim.subject and not set(terms(claim.subject.split("'s ")[0])) & topic:
        return False  # somebody else's
    return any(set(words_for(name)) & set(words_for(term)) for term in heads) and 2 * len(set(said) & topic) >= len(topic)


def _stand_ins(inquiry: Inquiry, lines: Sequence[int], head: str) -> list[tuple[int, str]]:
    """Lines soon after `a bottle of milk` that speak of `the bottle`."""
    found: list[tuple[int, str]] = []
    start_ns = inquiry.view.lines.start_ns
    for line in lines:
        for match in _OF.finditer(inquiry.stored([line])[0].text.text):
            holder = terms(match["holder"])
            if holder and head in terms(match["what"]):
                near = [i for i in inquiry.lines_with(holder[0]) if 0 < int(start_ns[i]) - int(start_ns[line]) <= STAND_IN_NS]
                found += [(i, holder[0]) for i in near]
    return found


def _picked(inquiry: Inquiry) -> int | None:
    """The line the question means; asked where something came from, one that fits as well and speaks of `from`."""
    best = inquiry.picked()
    if best is None or not _FROM.search(inquiry.question.text):
        return best
    good = inquiry.good()[-NUM_LINES:].tolist()
    return next((line for line in reversed(good) if _FROM.search(inquiry.stored([line])[0].text.text)), best)


def _phrased(inquiry: Inquiry, line: int) -> Draft | None:
    """The last words of the line that name a place, `in the garden`; what the question itself names is not the answer."""
    asked = set(terms(inquiry.question.content))
    sources = r"from" if _FROM.search(inquiry.question.text) else r"in|at|on|under|behind|near|next to|inside|beside|into|onto|to"
    pattern = re.compile(rf"\b(?:{sources})\s+{_PHRASE}", re.IGNORECASE)
    sentences = sentences_of(inquiry.stored([line])[0].text.text)
    text = max(sentences, key=lambda sentence: len(asked & set(terms(sentence))), default="")
    phrases = [_without_time(m[0]) for m in pattern.finditer(text)]
    found = [p for p in phrases if p and not set(terms(p)) & asked]
    if not found or inquiry.coverage_of(line) < PHRASED_COVERAGE:
        return None
    return inquiry.draft(found[-1], "place", line, found[-1], share=0.8)


def _without_time(phrase: str) -> str:
    """`to Oslo` of `to Oslo last month`; empty where only a time is left."""
    time = _TIME.search(phrase)
    kept = phrase[: time.start()].strip() if time else phrase
    return kept if len(kept.split()) > 1 and terms(kept) else ""


def _stated(inquiry: Inquiry, line: int, topic: set[str]) -> str | None:
    claims = [c for c in claims_of(inquiry.stored([line])[0].text) if c.object and not c.ends]
    about = [c for c in claims if set(terms(c.subject)) & topic or (c.subject == "I" and inquiry.question.mentions_self)]
    wanted = ("came_from",) if _FROM.search(inquiry.question.text) else PLACE_PREDICATES
    return next((_place_text(c) for p in wanted for c in about if c.predicate == p), None)


def _from_neighbours(inquiry: Inquiry, best: int) -> Draft | None:
    """The lines around the best one: a place claimed for the same things, or a container that was just opened."""
    same = set(terms(inquiry.stored([best])[0].text.text))
    start_ns = inquiry.view.lines.start_ns
    near = [i for i in inquiry.around(best, NUM_NEIGHBOURS, NUM_NEIGHBOURS) if abs(start_ns[i] - start_ns[best]) <= STAND_IN_NS]
    neighbours = sorted(near, key=lambda line: abs(line - best))
    containers: list[tuple[int, str]] = []
    for line in neighbours:
        for claim in claims_of(inquiry.stored([line])[0].text):
            if claim.ends or not claim.object:
                continue
            if claim.predicate in ("at", "came_from") and set(terms(claim.subject)) & same:
                return _cited(inquiry, best, line, _place_text(claim))
            if claim.predicate == "state" and claim.object in ("open", "closed"):
                containers.append((line, f"the {claim.subject}"))
    return _cited(inquiry, best, *containers[0]) if containers else None


def _cited(inquiry: Inquiry, best: int, line: int, place: str) -> Draft:
    evidence = [inquiry.cite(best, 1.0), inquiry.cite(line, 0.8)]
    return Draft(place, "place", 0.7 * inquiry.confidence(best), evidence, place)


def _place_text(claim: Claim) -> str:
    if claim.predicate == "held_by":
        return f"with {'me' if claim.object == 'I' else claim.object}"
    return claim.object
