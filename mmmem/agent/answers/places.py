"""Where something is, was put, or came from: read off what the lines claim."""

import re

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.banks.semantic import Claim, claims_of
from mmmem.text.terms import terms

NUM_LINES = 40
NUM_NEIGHBOURS = 3
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
PHRASED_COVERAGE = 0.6
_LINK = r"(?:and|or|with|for|from|in|at|on|by|to|of|is|was|but|then|while|the|a)"
_PHRASE = rf"(?:(?:the|a|an|my|our|his|her|their|your)\s+)?(?!{_LINK}\b)[\w'’-]+(?:\s+(?!{_LINK}\b)[\w'’-]+){{0,2}}"
_TIME = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december|morning|afternoon|evening|night|noon|time|way|moment|minutes?|hours?|days?|weeks?|o'clock|first|last|once|least)\b|\d"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|quarter|\w+(?:teen|ty)?th)\b",
    re.IGNORECASE,
)
PLACE_PREDICATES = ("at", "came_from", "held_by", "lives_in")


def answer_where(inquiry: Inquiry) -> Draft | None:
    """The place claimed by the line the question means, else by its neighbours, else what they open or close."""
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
            return Draft(place, "place", inquiry.confidence(line), [inquiry.cite(line, 1.0)], place)
    return _phrased(inquiry, best) or _from_neighbours(inquiry, best)


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
    text = inquiry.stored([line])[0].text.text
    found = [m[0] for m in pattern.finditer(text) if not set(terms(m[0])) & asked and not _TIME.search(m[0])]
    if not found or inquiry.coverage_of(line) < PHRASED_COVERAGE:
        return None
    return Draft(found[-1], "place", 0.8 * inquiry.confidence(line), [inquiry.cite(line, 1.0)], found[-1])


def _stated(inquiry: Inquiry, line: int, topic: set[str]) -> str | None:
    claims = [c for c in claims_of(inquiry.stored([line])[0].text) if c.object and not c.ends]
    about = [c for c in claims if set(terms(c.subject)) & topic or (c.subject == "I" and inquiry.question.mentions_self)]
    wanted = ("came_from",) if _FROM.search(inquiry.question.text) else PLACE_PREDICATES
    return next((_place_text(c) for p in wanted for c in about if c.predicate == p), None)


def _from_neighbours(inquiry: Inquiry, best: int) -> Draft | None:
    """The lines around the best one: a place claimed for the same things, or a container that was just opened."""
    same = set(terms(inquiry.stored([best])[0].text.text))
    neighbours = sorted(inquiry.around(best, NUM_NEIGHBOURS, NUM_NEIGHBOURS), key=lambda line: abs(line - best))
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
