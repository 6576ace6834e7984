"""Who did something, said something, or was met."""

import re
from collections import Counter
from collections.abc import Sequence

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.reading import doer
from mmmem.agent.wearer import called
from mmmem.banks.semantic_phrases import is_name
from mmmem.store.records import StoredText
from mmmem.text.terms import terms

NUM_WITNESSES = 8
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CALENDAR = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September "
    "October November December Christmas Easter".split()
)
_FIRST = frozenset(("i", "me", "i'm", "i've", "my", "c"))
_PRONOUNS = frozenset("he she they it we you he's she's they're we've you've your everyone".split())
_BEGINS = re.compile(r"(?:^|[.!?…-]\s+|[\"“])$")
_AND = re.compile(r"\s*(?:,|,?\s*\band\b)\s*", re.IGNORECASE)
_I = re.compile(r"(?:I|My|We|Our|Me)\b")
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|into|around|inside)\s+$", re.IGNORECASE)
_OTHER_THAN_SUBJECT = re.compile(
    r"\b(?i:who(?:m|se)?)\b.*?\b(?:did|do|does|(?:was|were|am|are|is|have|has|had|will|can|could)\s+(?:i|I|we|you|he|she|they|[A-Z]\w+))\b"
    r"|\b(?i:what|which)\s+(?:people|persons?|men|man|women|woman|friends?|guests?|visitors?)\s+(?:did|do|does)\b"
    r"|\b(?i:with|to|for|from|by)\s+whom\b"
)
_SEVERAL = re.compile(
    r"\b(?:what|which)\s+(?:people|persons|men|women|friends|guests|visitors)\b|\bwho\s+(?:all|else|are|were)\b", re.IGNORECASE
)


def answer_who(inquiry: Inquiry) -> Draft | None:
    """The person named most, weighted by match, in the lines that fit best; people the question names are not the answer.

    Two people who did it together, and all of them where the question asks for several, are a list.
    """
    best = inquiry.picked()
    if best is None:
        return None
    lines = inquiry.matches.lines[:NUM_WITNESSES].tolist()
    votes: Counter[str] = Counter()
    witness: dict[str, int] = {}
    if any(inquiry.says_the_deed(line) for line in lines):
        lines = [line for line in lines if inquiry.says_the_deed(line)]
    for line in [best, *lines] if inquiry.question.constraint.order else lines:
        for person in _answers(inquiry, inquiry.stored([line])[0]):
            votes[person] += int(1000 * inquiry.coverage_of(line) ** 2)
            witness.setdefault(person, line)
    if not votes:
        return None
    person, count = votes.most_common(1)[0]
    confidence = count / sum(votes.values()) * inquiry.confidence(witness[person])
    if _SEVERAL.search(inquiry.question.text):
        return _all(
            inquiry, sorted(_near_best(inquiry, witness), key=lambda p: int(inquiry.view.lines.start_ns[witness[p]])), witness
        )
    together = [p for p in votes if votes[p] == count and witness[p] == witness[person]]
    if len(together) > 1:
        return _all(inquiry, together, witness)
    features = inquiry.features(witness[person])
    return Draft(person, "entity", confidence, [inquiry.cite(witness[person], 1.0)], person, features=features)


def _near_best(inquiry: Inquiry, witness: dict[str, int]) -> list[str]:
    good = set(inquiry.good().tolist())
    people = [person for person, line in witness.items() if line in good] or [*witness]
    return sorted(people, key=lambda person: int(inquiry.view.lines.start_ns[witness[person]]))


def _all(inquiry: Inquiry, people: Sequence[str], witness: dict[str, int]) -> Draft:
    lines = dict.fromkeys(witness[person] for person in people)
    said = " and ".join([", ".join(people[:-1]), people[-1]] if len(people) > 1 else people)
    confidence = 0.8 * min(inquiry.confidence(line) for line in lines)
    return Draft(said, "list", confidence, [inquiry.cite(line, 1.0) for line in lines], [*people])


def _answers(inquiry: Inquiry, stored: StoredText) -> list[str]:
    """The people of a line who may be meant: its speaker or subject, or the others where the question names the subject."""
    asked = {term for entity in inquiry.question.entities for term in terms(entity)}
    text = stored.text
    if inquiry.question.channel == "speech" and text.speaker:
        people = [text.speaker]
    elif _OTHER_THAN_SUBJECT.search(inquiry.question.text):
        people = named(text.text, spoken=text.kind == "speech")
    else:
        doers = _doers(inquiry, stored)
        people = subjects(stored) or named(text.text, spoken=text.kind == "speech") if doers is None else doers
    people = people or ([text.speaker] if text.speaker else [])
    wearer = inquiry.asked.wearers.get(stored.stream_id, "")
    people = [wearer if person == "me" and wearer else person for person in people]
    if inquiry.question.mentions_self:
        people = [person for person in people if person != "me" and not called(person, inquiry.asked.wearer)]
    return [person for person in people if not set(terms(person)) & asked]


def _doers(inquiry: Inquiry, stored: StoredText) -> list[str] | None:
    """Who does what is asked by the verb of a line; None where no verb of it says so, or a pronoun does it."""
    text = stored.text
    who = doer(text, inquiry.question.deed) if inquiry.question.deed.verb else None
    if who is None or who.lower() in _PRONOUNS:
        return None
    if who.lower() in _FIRST:
        return [text.speaker] if text.speaker else ["me"] if text.kind == "caption" else []
    people = named(who)
    return people or ([who] if who else None)


def subjects(stored: StoredText) -> list[str]:
    """Who a line says did it: the names it begins with; I is the speaker, or the wearer."""
    text = stored.text
    if _I.match(text.text):
        return [text.speaker] if text.speaker else ["me"] if text.kind == "caption" else []
    people: list[str] = []
    at = 0
    while (word := _WORD.match(text.text, at)) and _is_person(word[0]):
        people.append(word[0])
        joined = _AND.match(text.text, word.end())
        if joined is None:
            break
        at = joined.end()
    return people


def named(text: str, *, spoken: bool = False) -> list[str]:
    """Names of people in a line, in order, each once; a name after `in` or `at` is a place's.

    Who talks begins sentences with any word (`Cute, right?`), so that such a word is no name there.
    """
    found = []
    for word in _WORD.finditer(text):
        before = text[: word.start()]
        if spoken and _BEGINS.search(before):
            continue
        if _is_person(word[0]) and not _PLACE_BEFORE.search(before):
            found.append(re.sub(r"['’]s$", "", word[0]))
    return list(dict.fromkeys(found))


def _is_person(word: str) -> bool:
    bare = re.sub(r"['’]s$", "", word)
    if bare in _CALENDAR or not (len(bare) > 1 and bare[0].isupper() and bare[1:].lower() == bare[1:]):
        return False
    return is_name(bare) if bare.isascii() else True
