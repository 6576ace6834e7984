"""Deeds: who does what to what, as a line tells it. Only what is told as done counts, not what is wished, planned or denied.

In captions and notes the first person is the wearer (`I`), and so is the missing subject of a line that begins with its verb;
`we` includes the wearer. In speech only the past tense tells of something done, the first person is the speaker, and no time
of the day is known.
"""

import re
from dataclasses import dataclass

from mmmem.banks.consolidation.verbs import (
    ALONE,
    ALONE_WITH_PARTICLE,
    DULL,
    LIGHT,
    NEEDS_PARTICLE,
    NEEDS_PREPOSITION,
    PARTICLES,
    SAME,
    VERBS,
    WITH,
    Verb,
)
from mmmem.banks.semantic_phrases import DETERMINERS, NAME, Scene, is_name, noun
from mmmem.text.terms import terms
from mmmem.types import TimedText


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody did something.

    Args:
        actor: a name, or `I` for the wearer.
        verb: base form, with its particle or preposition (`get up`, `sit on`).
        object: what it was done to, as written and normalised; may be empty.
        key: stem of the object's head: deeds with the same actor, verb and key are the same deed.
        days_before: told that many days after it was done.
        timed: done when it was told, so that the time of the line is the time of the deed.
    """

    actor: str
    verb: str
    object: str
    key: str
    days_before: int = 0
    timed: bool = True


_WORD = re.compile(r"[a-z]+")
_SENTENCE = re.compile(r"[^.!?;…\n]+[.!?;…]*")
_MARKER = re.compile(r"^\s*(?:#\s*[A-Za-z]+\s+)?(?:C\s+(?=[a-z]))?")
_UNREAL = re.compile(
    r"\?|n't\b|'ll\b|'d\b|\b(?:not|if|whether|would|could|should|might|may|must|can|will|shall|maybe|perhaps|going to|gonna|"
    r"want\w*|plan(?:s|ned|ning)? to|need\w*|about to|ready|prepar\w+ to|try|tries|trying|tried|pretend\w*|never|wish\w*|hope\w*|"
    r"tomorrow|let|let's|ask\w*|tell\w*|told|suggest\w*|remind\w*|almost|nearly|without|instead|stop|used to|how to|"
    r"what to|decid\w+)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(r",? and then |,? then |,? and |,? but |, |; | while ")
_WHO = rf"(?P<who>I|i|C|[Ww]e|{NAME})"
_ADVERB = (
    r"(?:(?:also|just|still|already|really|now|then|again|once again|carefully|gently|quickly|slowly|finally|always|"
    r"usually|often|both|all|immediately|currently|busy|together|sometimes|first|together with \w+) )*"
)
_AUX = r"(?P<aux>'m|'s|'ve|'re|am|is|are|was|were|has been|have been|had been|has|have|had)"
_GOING_ON = (
    r"(?:(?:continu(?:e|es|ed|ing) to|continu(?:e|es|ed|ing)|start(?:s|ed|ing)? to|start(?:s|ed|ing)?|begin(?:s)? to|began to|"
    r"keep(?:s|ing)?|kept|keep on|finish(?:es|ed|ing)?|spend\w* \w+ \w+) )"
)
_CLAUSE = re.compile(rf"^(?:{_WHO}(?![\w-]))?(?: ?{_AUX}(?= ))? ?{_ADVERB}(?P<on>{_GOING_ON})?{_ADVERB}(?P<rest>[a-z].*)$")
_LEAD = re.compile(
    r"^(?:(?:and|then|so|but|now|next|finally|first|after that|afterwards|later|meanwhile|also|today|this morning|this afternoon|"
    r"tonight|this evening|yesterday|last night|in the morning|in the evening|at noon|after lunch|after dinner|well|okay|"
    r"oh|yeah|yes|here|just now|#?c)\b,?\s+)+(?=\S)",
    re.IGNORECASE,
)
_SEEN = re.compile(rf"^(?:(?:I|i) )?(?:saw|see|watched|watch|noticed|notice|found) (?P<who>{NAME}) (?=\w+ing\b)")
_ONLY_NAME = re.compile(rf"^{_WHO}$")
_MEASURE = re.compile(
    r"^(?:cup|glass|bowl|bottle|piece|slice|bag|plate|pot|mug|can|bit|sip|bite|box|pack|kind|lot)s? of "
    r"(?:the |some )?(?P<what>.+)$"
)
_ANOTHER_DAY = re.compile(
    r"\b(?:last (?:week|month|year|summer|winter|time|mon|tues|wednes|thurs|fri|satur|sun)|ago|when I was|years|months|"
    r"weeks|once|before|other day|back (?:in|then)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|weekend)",
    re.IGNORECASE,
)
_YESTERDAY = re.compile(r"\b(?:yesterday|last night)\b", re.IGNORECASE)
_BE = ("'m", "'s", "'re", "am", "is", "are", "was", "were", "has been", "have been", "had been")


def deeds_of(text: TimedText) -> list[Deed]:
    """What `text` tells as done, in its order; empty for signs. Never raises."""
    if text.kind == "ocr":
        return []
    words = _MARKER.sub("", text.text.replace("’", "'"), count=1)
    if VERBS.keys().isdisjoint(_WORD.findall(words.lower())):
        return []
    teller = _Teller(text)
    found: list[Deed] = []
    for sentence in _SENTENCE.findall(words):
        if not _UNREAL.search(sentence) and not (teller.spoken and _ANOTHER_DAY.search(sentence)):
            found += teller.sentence(sentence.strip(" .!;…\n"))
    return list(dict.fromkeys(found))


class _Teller:
    """Reads the sentences of one line."""

    def __init__(self, text: TimedText) -> None:
        self.spoken = text.kind == "speech"
        self.me = (text.speaker or "") if self.spoken else "I"

    def sentence(self, body: str) -> list[Deed]:
        days_before = int(_YESTERDAY.search(body) is not None)
        found: list[Deed] = []
        agents: list[str] | None = None
        waiting: list[str] = []
        for number, part in enumerate(_JOINT.split(body)):
            clause = _LEAD.sub("", part.strip())
            alone = _ONLY_NAME.match(clause)
            if alone and (alone["who"] in _FIRST or _is_person(alone["who"])):
                waiting.append(alone["who"])
                continue
            agents, doing = self._clause(clause, agents, first=number == 0 or bool(waiting))
            actors = [*dict.fromkeys([*map(self._named, waiting), *(agents or [])])] if agents else []
            waiting = []
            if doing is not None:
                timed = not self.spoken and not days_before
                found += [Deed(actor, *doing, days_before, timed) for actor in actors if actor]
        return found

    def _named(self, who: str) -> str:
        return self.me if who in _FIRST else who

    def _clause(
        self, clause: str, agents: list[str] | None, *, first: bool
    ) -> tuple[list[str] | None, tuple[str, str, str] | None]:
        """Who acts in a clause and what is done; agents are carried into a clause that begins with its verb."""
        seen = None if self.spoken else _SEEN.match(clause)
        if seen and _is_person(seen["who"]):
            return [seen["who"]], self._doing(clause[seen.end() :], frozenset(("ing",)), seen["who"])
        match = _CLAUSE.match(clause)
        who = match["who"] if match else None
        if match is None or (who is not None and who not in _FIRST and not _is_person(who)):
            bare = _bare(clause)
            if bare is None:
                return None, None
            who, aux, on, rest = None, None, None, bare
        else:
            aux, on, rest = _having(match["aux"], match["on"], match["rest"])
        if who is None:
            if agents is None and (not first or self.spoken):
                return None, None
            agents = agents or [self.me]
            allowed = _ALL if aux is None and not self.spoken else _PAST
        else:
            agents = [self._named(who)]
            allowed = self._allowed(who, aux)
        if on:
            allowed = frozenset(("base", "ing")) if not self.spoken or aux else frozenset()
        return agents, self._doing(rest, allowed, agents[0])

    def _allowed(self, who: str, aux: str | None) -> frozenset[str]:
        if aux in _BE:
            return frozenset() if self.spoken and aux not in ("was", "were") else frozenset(("ing",))
        if aux is not None:
            return frozenset(("participle",))
        if self.spoken:
            return _PAST
        return frozenset(("base", "past")) if who in _FIRST else frozenset(("third", "past"))

    def _doing(self, words: str, allowed: frozenset[str], agent: str) -> tuple[str, str, str] | None:
        form, _, rest = words.partition(" ")
        verb = VERBS.get(form.lower())
        if verb is None or not verb.forms & allowed:
            return None
        return _done(verb, rest, Scene(self.me, self.spoken, agent))


_FIRST = frozenset(("I", "i", "C", "We", "we"))
_ALL = frozenset(("base", "third", "past", "participle", "ing"))
_PAST = frozenset(("past",))


def _having(aux: str | None, on: str | None, rest: str) -> tuple[str | None, str | None, str]:
    """`have breakfast` has no auxiliary, `have eaten breakfast` has one."""
    following = VERBS.get(rest.split(" ", 1)[0])
    if aux not in ("has", "have", "had") or on or (following and "participle" in following.forms):
        return aux, on, rest
    return None, None, f"{aux} {rest}"


def _is_person(word: str) -> bool:
    """A name, and no verb that begins its sentence."""
    return word.lower() not in VERBS and is_name(word)


def _bare(clause: str) -> str | None:
    """A clause that begins with its verb, capitalised as a sentence is."""
    word = clause.split(" ", 1)[0]
    return word.lower() + clause[len(word) :] if word.lower() in VERBS else None


def _done(verb: Verb, rest: str, scene: Scene) -> tuple[str, str, str] | None:
    """Verb, object and the object's key, or None where that says too little."""
    lemma = verb.lemma
    particle = next((p for p in PARTICLES.get(lemma, ()) if rest == p or rest.startswith(f"{p} ")), None)
    if particle:
        lemma, rest = f"{lemma} {particle}", rest[len(particle) :].strip()
        if lemma in ALONE_WITH_PARTICLE:
            return lemma, "", ""
    elif lemma == "go" and (going := VERBS.get(rest.split(" ", 1)[0])) and "ing" in going.forms and going.lemma in ALONE:
        return going.lemma, "", ""
    elif (late := re.match(r"(.+?) (on|off|out|up|away)$", rest)) and late[2] in PARTICLES.get(lemma, ()):
        lemma, rest = f"{lemma} {late[2]}", late[1]
    preposition = next((p for p in WITH.get(verb.lemma, ()) if rest.startswith(f"{p} ")), None)
    if preposition:
        lemma, rest = f"{lemma} {preposition}", rest[len(preposition) + 1 :]
    elif verb.lemma in NEEDS_PREPOSITION or (lemma in NEEDS_PARTICLE and lemma not in LIGHT):
        return None
    return _with_object(SAME.get(lemma, lemma), rest, scene)


def _with_object(lemma: str, rest: str, scene: Scene) -> tuple[str, str, str] | None:
    name = _object(rest, scene)
    if name is None:
        handled = rest.split(" ", 1)[0].lower() in DETERMINERS | _HANDLED  # `run my fingers through my hair` is no running
        return (lemma, "", "") if lemma in ALONE and not handled else None
    key = (terms(name) or [""])[-1]
    light, heads = LIGHT.get(lemma), {name.lower().split()[-1], key}
    if not key or (light is not None and not light & heads) or DULL.get(lemma, frozenset()) & heads:
        return None
    if lemma == "watch" and _is_person(name.split()[0]):
        return None
    return lemma, name, key


def _object(rest: str, scene: Scene) -> str | None:
    phrase = re.sub(r"^(?:(?:a|the|my|his|her|our|their|some|another|one|two) )", "", rest)
    measured = _MEASURE.match(phrase)
    name = noun(measured["what"] if measured else rest, scene, gerund=True)
    if name is None or (" of " in name and name.split(" of ")[0] in _VAGUE):
        return None
    owner, mark, what = name.rpartition("'s ")
    return None if name.lower() in _VAGUE or (mark and not what) else what or owner


_HANDLED = frozenset("it this that them fingers hands".split())
_VAGUE = frozenset(
    "hand hands head finger fingers everyone everybody people others way side sides front place times adjustments attention eyes "
    "sense progress noise gesture gestures item items object objects thing things person action actions".split()
)
