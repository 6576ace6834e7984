"""Who likes what, and whose things are: what was said last, with how often it was said."""

import re

from mmmem.agent.answers.draft import Draft
from mmmem.agent.answers.habit_asked import AskedHabit, person, says_where_or_whose
from mmmem.banks.consolidation.standing import Standing
from mmmem.banks.consolidation.wording import describe_standing, times
from mmmem.text.terms import terms

LIKING = re.compile(r"\b(?:likes?|loves?|enjoys?|prefers?|hates?|dislikes?|favou?rite|fond of)\b", re.IGNORECASE)
HATING = re.compile(
    r"\b(?:hates?|dislikes?)\b|n't (?:\w+ )?(?:like|love|enjoy)|\bnot (?:\w+ )?(?:like|love|enjoy)", re.IGNORECASE
)
WHOSE = re.compile(r"^\W*whose\b|\bwho (?:owns|does .+ belong to)|\bbelongs? to\b", re.IGNORECASE)
_DRINKS = frozenset(
    terms("coffee tea milk cola coke juice wine beer water cocktail soda tequila vodka whisky lemonade latte espresso rum")
)
NUM_NAMED = 4


def answer_taste(asked: AskedHabit) -> Draft | None:
    """Whether somebody likes something, or what somebody likes: what was said last, and how often."""
    if not asked.actors:
        return None
    mine = [s for s in asked.routine.tastes if s.subject in asked.actors and s.ended_ns is None]
    if asked.question.kind == "yes_no":
        about = [s for s in mine if asked.wanted and set(asked.wanted) <= set(terms(s.object))]
        if not about:
            return None
        last = max(about, key=lambda s: s.count)
        value = (last.kind == "likes") != bool(HATING.search(asked.question.text))
        text = f"{'Yes' if value else 'No'}: {describe_standing(last, asked.inquiry.calendar)}"
        return asked.draft(text, "yes_no", last.support, 0.7 + 0.05 * last.count, value)
    kind = "dislikes" if HATING.search(asked.question.text) else "likes"
    liked = [s for s in mine if s.kind == kind and _of_sort(s, asked)]
    if asked.question.kind not in ("what", "list") or not liked:
        return None
    liked.sort(key=lambda s: (-s.count, s.valid.start_ns))
    things = list(dict.fromkeys(s.object for s in liked))[:NUM_NAMED]
    told = "; ".join(f"{s.object} (said {times(s.count)})" for s in liked[:NUM_NAMED])
    return asked.draft(told, "list", [t for s in liked[:NUM_NAMED] for t in s.support], 0.6, things)


def _of_sort(standing: Standing, asked: AskedHabit) -> bool:
    """Whether what is liked may be drunk or eaten, where that is asked, and says more than the other words of the question."""
    held, words = set(terms(standing.object)), set(terms(asked.question.text))
    rest = {term for term in asked.wanted if term not in terms("drink eat do")}
    if rest - held or held <= words:
        return False
    if "drink" in words:
        return bool(held & _DRINKS)
    eaten = not held & _DRINKS and not standing.object.split()[0].endswith("ing")
    return eaten or not words & set(terms("eat food"))


def answer_owner(asked: AskedHabit) -> Draft | None:
    """Whose a thing is said to be."""
    things = [term for term in asked.wanted if not says_where_or_whose(term) and term not in terms("whose belong")]
    fitting = [s for s in asked.routine.owners if things and set(things) <= set(terms(s.object))]
    if not fitting:
        return None
    best = max(fitting, key=lambda s: (s.count, s.valid.start_ns))
    rivals = sum(s.count for s in fitting if s.subject != best.subject)
    if best.count <= rivals:
        return None
    text = f"{person(best.subject)} ({describe_standing(best, asked.inquiry.calendar)})"
    return asked.draft(text, "entity", best.support, 0.3 + 0.6 * best.count / (best.count + rivals), person(best.subject))
