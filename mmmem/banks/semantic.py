"""What a text states to be true from its start on, found by rules without a model.

Vocabulary (* one value at a time: a claim with another object closes the one before):

| predicate | subject -> object | from |
| --- | --- | --- |
| `at` * | thing or person -> place with its preposition (`on table`) | put, hang, leave ... on Y; X is on Y; walk into Y |
| `held_by` * | thing -> person | take, pick up, hold; hand X to Y |
| `came_from` * | thing -> place | take X from Y |
| `state` * | thing -> open, closed, on, off, locked, unlocked, broken, clean | opens, closed, turned off; X is open |
| `owns` | person -> thing | X belongs to Y; this is Y's X; Y's glasses; Y bought X |
| `likes`, `dislikes`, `wants` | person -> thing | love, hate, would like |
| `is` | person or thing -> role or condition | Tom is a doctor; the coffee is cold |
| `named` * | person or thing -> name | my name is; a dog called Rex |
| `lives_in` *, `works_at`, `works_as` | person -> place, employer, role | live in, moved to, work for, work as |
| `family` | person -> relation and name (`sister Anna`) | my sister Anna |
| `plans` | person -> what is to be done | speech: going to, will, plan to |

Opposites end each other: putting ends `held_by`, taking ends `at`, `likes` ends `dislikes`. The first person is `I` (the
wearer) in captions and the speaker in speech; in captions a sentence without a subject is the wearer's. Questions,
commands, conditions and wishes state nothing; a pronoun stands only for a thing named before it in the same line.
"""

import re

from mmmem.banks.semantic_phrases import FINITE, NAME, PLAN_VERBS, ROLES, VERB_OF, Scene, is_name
from mmmem.banks.semantic_rules import Claim, act
from mmmem.banks.semantic_statements import attitudes, denials, owners, plans, statements
from mmmem.types import Fact, TimedText

__all__ = ["Claim", "claims_of", "describe"]

_MARKER = re.compile(r"^\s*(?:#\s*[A-Za-z]+\s+)?(?:C\s+(?=[a-z]))?")
_SENTENCE = re.compile(r"[^.!?;…\n]+[.!?;…]*")
_TRIGGER = re.compile(
    r"\b(?:" + "|".join(sorted(VERB_OF, key=len, reverse=True)) + r"|is|are|was|were|am|belongs?|called|named|name|my|favou?rite"
    r"|going to|gonna|will|plan(?:s|ning)? to|mine)\b|'(?:m|s|re|d|ll)\b",
    re.I,
)
_UNREAL = re.compile(
    r"\b(?:if|whether|unless|should|could|would|might|maybe|perhaps|probably|suppose|supposed|pretend\w*|imagin\w+|wish|"
    r"let's|let me|let us|as though|instead of|what|why|how|seems?|looks? like|feels? like|sounds? like|almost|nearly|never)\b"
    r"|\?|\bnot\b|n't\b",
    re.I,
)
_ADDRESSED = re.compile(rf"^({NAME}),? you(?= )")
# `Holding a phone, he looked up`: who holds it is told after the fact, and mostly not the wearer.
_HELPLESS = re.compile(rf"(?:[A-Z]?[a-z]+ing)\b[^,]*, (?:he|she|they|{NAME}|the \w+) \w")
_MODAL = re.compile(
    r"\b(?:want\w*|going to|gonna|will|about to|need\w*|ready|prepar\w+|plan\w*|try|tries|trying|tried|ask\w*|tell\w*|told|"
    r"said|say\w*|let|can|must|decid\w+|have to|has to|had to|to)\b|'ll\b",
    re.I,
)
_LEAD = re.compile(
    r"^(?:(?:and|then|so|but|now|next|finally|first|after that|afterwards|later|suddenly|meanwhile|also|"
    r"well|okay|ok|oh|ah|uh|um|hmm|haha|yeah|no(?! \w+ (?:is|are|was|were)\b)|alright|"
    r"yes|hey|wow|at this (?:time|moment|point)|just then|just now|here|today|actually|because|since|i think|"
    r"#?c)\b,?\s+)+(?=\S)",
    re.I,
)
_ADVERB = (
    r"(?: (?:also|just|still|already|really|always|now|then|once again|again|continue to|continued to|currently|carefully|gently|"
    r"quickly|slowly|absolutely|totally|both|finally|immediately|too|so|do|actually|personally|usually|often|truly|simply))*"
)
_SUBJECT = re.compile(
    rf"(?P<who>I|i|C|[Ww]e|[Hh]e|[Ss]he|[Tt]hey|[Yy]ou|[Tt]he \w+|{NAME})"
    rf"(?P<aux>'m|'s|'ve|'re| am| is| are| was| were| has| have| had)?{_ADVERB} (?P<rest>\S.*)$"
)
_SEEN = re.compile(rf"^(?:I|i) (?:saw|see|watched|noticed|watch|notice|can see) (?=(?:{NAME}) \w)")
_JOINT = re.compile(r"(?:,? and then |,? then |,? and |,? but |, )(?=(?P<next>[\w']+)(?: (?P<after>[\w']+))?)")
_OTHER_VERB = re.compile(r"^(?:\w{2,}ed|ran|sat|stood|got|gave|ate|drank|saw|said|left|told|made|poured?s?|walks?|turns?)$")


def claims_of(text: TimedText) -> list[Claim]:
    """The claims `text` makes, in its order; empty where it states nothing the rules are sure of. Never raises."""
    written = text.text.replace("’", "'")
    words = _MARKER.sub("", written, count=1)
    if not _TRIGGER.search(words):
        return []
    scene = Scene(_first_person(text), text.kind != "caption", marked=words != written.lstrip())
    found: list[Claim] = []
    for sentence in _SENTENCE.findall(words):
        found += _sentence(sentence.strip(), scene)
    return _settled([claim for claim in found if claim.subject and (claim.object or claim.ends)])


def _first_person(text: TimedText) -> str:
    """Who `I` is: the wearer in captions and unsigned notes, the speaker in speech, nobody known on a sign."""
    if text.kind == "caption":
        return "I"
    if text.kind == "ocr":
        return ""
    return text.speaker or ("I" if text.kind == "note" else "")


def _settled(claims: list[Claim]) -> list[Claim]:
    """Without repeats, and without what the same text ends or overtakes."""
    kept: list[Claim] = []
    for claim in claims:
        kept = [old for old in kept if old.ends or not _closes(claim, old)]
        if claim not in kept:
            kept.append(claim)
    return kept


def _closes(claim: Claim, old: Claim) -> bool:
    if (claim.subject, claim.predicate) != (old.subject, old.predicate):
        return False
    return claim.object in ("", old.object) if claim.ends else claim.functional


def _sentence(sentence: str, scene: Scene) -> list[Claim]:
    if sentence.endswith("?"):
        return []
    body = sentence.rstrip(".!;… ")
    found = [*attitudes(body, scene), *plans(body, scene)]
    if _UNREAL.search(body):
        return found or denials(_LEAD.sub("", body), scene)
    addressed = _ADDRESSED.match(body)
    if addressed and is_name(addressed[1]):
        body = addressed[1] + body[addressed.end() :]
    found += owners(body, scene)
    scene.agent, scene.irrealis, scene.told = None, False, False
    clauses = [_LEAD.sub("", clause) for clause in clauses_of(body)]
    for number, clause in enumerate(clauses[_HELPLESS.match(body) is not None :]):
        found += _clause(clause, scene, number == 0)
    return found


def clauses_of(body: str) -> list[str]:
    """The parts of a sentence that have a verb of their own; `the mug and the plate` stays in one piece."""
    parts, start = [], 0
    for joint in _JOINT.finditer(body):
        if _begins_clause(joint["next"], joint["after"] or ""):
            parts.append(body[start : joint.start()])
            start = joint.end()
    return [*parts, body[start:]]


def _begins_clause(word: str, after: str) -> bool:
    if word in VERB_OF or _OTHER_VERB.match(word) or word in ("I'm", "there"):
        return True
    subject = word in ("I", "he", "she", "we", "they", "the") or is_name(word)
    return subject and (after in VERB_OF or after in _AFTER_SUBJECT or bool(_OTHER_VERB.match(after)))


_AFTER_SUBJECT = frozenset(("is", "are", "was", "were", "am", "has", "have", "had", "also", "just", "then", "still"))


def _clause(clause: str, scene: Scene, first: bool) -> list[Claim]:
    found = statements(clause, scene)
    if found:
        return found
    seen = _SEEN.match(clause)
    action = clause[seen.end() :] if seen else clause
    bare = action.split(" ", 1)
    if bare[0].lower() in VERB_OF and len(bare) == 2:
        return _bare_action(bare[0].lower(), bare[1], scene, first)
    subject = _SUBJECT.match(action)
    irrealis = scene.irrealis or bool(_MODAL.search(clause))
    claims: list[Claim] = []
    if subject is None or not _is_subject(subject["who"]):
        reported = first and not scene.spoken and _OTHER_VERB.match(bare[0].lower())
        scene.agent = scene.me if reported else None
    else:
        scene.agent, scene.told = _agent(subject["who"], scene), True
        form, _, rest = subject["rest"].partition(" ")
        if form in VERB_OF and _agrees(form, subject["aux"], subject["who"]):
            claims = act(VERB_OF[form], form, rest, scene)
    scene.irrealis = irrealis
    return claims


def _is_subject(who: str) -> bool:
    return who in _PRONOUNS or who.lower().startswith("the ") or is_name(who)


_PRONOUNS = frozenset(["I", "i", "C", "we", "We", "he", "He", "she", "She", "they", "They", "you", "You"])


def _bare_action(form: str, rest: str, scene: Scene, first: bool) -> list[Claim]:
    """A clause that starts with its verb: the subject is carried over, or is the wearer in a caption."""
    if first:
        if scene.spoken:
            scene.irrealis = True
            return []
        scene.agent = scene.me if scene.marked or not _OTHERS.search(rest) else None
    if (scene.irrealis and (form not in FINITE or scene.spoken)) or (scene.spoken and not scene.told):
        return []
    return act(VERB_OF[form], form, rest, scene)


_OTHERS = re.compile(r"\b(?:his|her)\b")


def _agrees(form: str, aux: str | None, who: str) -> bool:
    if aux is None:
        third = who.lower() not in ("i", "we", "you", "they")
        return not form.endswith("ing") and (not third or form in FINITE or form in ("put", "set", "shut", "quit"))
    if aux.strip() in ("has", "have", "had", "'ve"):
        return not form.endswith("ing")
    return form.endswith("ing") and not (VERB_OF[form] == "live" and aux.strip() == "was")


def _agent(who: str, scene: Scene) -> str | None:
    if who in ("I", "i", "C"):
        return scene.me or None
    return who if is_name(who) else None


_SENTENCES = {
    "held_by": "{o} held {s}", "came_from": "{s} came from {o}", "state": "{s} was {o}", "owns": "{s} owned {o}",
    "likes": "{s} liked {o}", "dislikes": "{s} disliked {o}", "wants": "{s} wanted {o}", "is": "{s} was {o}",
    "named": "{s} was named {o}", "lives_in": "{s} lived in {o}", "works_at": "{s} worked at {o}",
    "works_as": "{s} worked as {o}", "plans": "{s} planned to {o}",
}  # fmt: skip
_PHRASES = ("on top of", "in front of", "next to")


def describe(fact: Fact) -> str:
    """A short English sentence in the past, without a full stop: `the mug was on the table`."""
    if fact.predicate == "at":
        return f"{_named(fact.subject)} was {_where(fact.object)}"
    if fact.predicate == "family":
        kin, _, name = fact.object.partition(" ")
        whose = "my" if fact.subject == "I" else f"{fact.subject}'s"
        return f"{whose} {kin} was {name}"
    sentence = _SENTENCES.get(fact.predicate, "{s} " + fact.predicate.replace("_", " ") + " {o}")
    return sentence.format(s=_named(fact.subject), o=_valued(fact.predicate, fact.object))


def _where(place: str) -> str:
    phrase = next((phrase for phrase in _PHRASES if place.startswith(f"{phrase} ")), place.split(" ", 1)[0])
    rest = place[len(phrase) + 1 :]
    return f"{phrase} {_named(rest)}" if rest else place


def _named(phrase: str) -> str:
    return phrase if phrase[:1].isupper() or "'s " in phrase else f"the {phrase}"


def _valued(predicate: str, value: str) -> str:
    if predicate in ("owns", "came_from"):
        return _named(value)
    if predicate in ("is", "works_as") and value.rsplit(maxsplit=1)[-1] in ROLES:
        return f"{'an' if value[0] in 'aeiou' else 'a'} {value}"
    wished = predicate == "wants" and re.match(rf"(?:{PLAN_VERBS})\b \w", value)
    return f"to {value}" if wished else value
