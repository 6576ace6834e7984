"""Options of a question about what is usual: the one that most of what repeats speaks for."""

from mmmem.agent.answers.draft import Draft
from mmmem.agent.answers.habit_asked import FILLER, AskedHabit, texts_of
from mmmem.agent.answers.tastes import HATING, LIKING
from mmmem.text.terms import terms, tokens

LEAST_VOTES = 2
LEAST_LEAD = 1.5
"""The best option must have this many times the lines of the next."""


def answer_habit_choice(asked: AskedHabit) -> Draft | None:
    """The option that most of what repeats speaks for; None where none stands out."""
    choices = asked.question.choices
    votes = [_for_person(asked, choice) if asked.question.kind == "who" else _for_thing(asked, choice) for choice in choices]
    ranked = sorted(votes, key=len, reverse=True)
    if len(ranked[0]) < LEAST_VOTES or len(ranked[0]) < LEAST_LEAD * len(ranked[1]):
        return None
    best = votes.index(ranked[0])
    evidence = asked.cite(ranked[0])
    share = len(ranked[0]) / max(sum(map(len, votes)), 1)
    return Draft(choices[best], "choice", 0.3 + 0.5 * share, evidence, choices[best], best) if evidence else None


def _for_person(asked: AskedHabit, choice: str) -> list[int]:
    """Lines in which somebody of an option does what is asked about."""
    people = set(terms(choice)) | ({"i"} if {"i", "me"} & set(tokens(choice)) else set())
    acts = [act for act in asked.acts(anybody=True) if set(terms(act[0])) & people or act[0].lower() in people]
    return texts_of(asked.entries(acts))


def _for_thing(asked: AskedHabit, choice: str) -> list[int]:
    """Lines that speak for an option: of a taste, or of a deed of somebody asked about, with the thing of the option."""
    option = set(terms(choice)) - FILLER
    if not option or not asked.actors or (asked.rest and not LIKING.search(asked.question.text)):
        return []
    if LIKING.search(asked.question.text):
        kind = "dislikes" if HATING.search(asked.question.text) else "likes"
        mine = [s for s in asked.routine.tastes if s.subject in asked.actors and s.kind == kind]
        return [text for s in mine if option & set(terms(s.object)) for text in s.support]
    acts = [a for a in asked.routine.acts if a[0] in asked.actors and a[2] in option and a[1].split()[0] in asked.verbs]
    return texts_of(asked.entries(acts))
