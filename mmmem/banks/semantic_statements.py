"""What people like, want, plan, own and are, and where things are, from sentences that say so."""

import re

from mmmem.banks.semantic_phrases import (
    COLOURS,
    CONDITIONS,
    FIXTURES,
    KIN,
    NAME,
    OWNABLE,
    PLACES,
    PLAN_VERBS,
    PREPOSITION,
    ROLES,
    STATES,
    Scene,
    is_name,
    noun,
    place,
    whole,
)
from mmmem.banks.semantic_rules import Claim

_LIKING = re.compile(
    rf"(?:^|[,:] |\b(?:and|but|because|since|so|that|think|know|yeah|oh|well|wow|cause) )(?P<who>I|{NAME})"
    r"(?P<no> (?:do|does)(?:n't| not)| no longer|)(?P<would>'d| would)?"
    r"(?: (?:really|also|just|still|absolutely|personally|actually|truly|do|always|especially|totally|even))*"
    r" (?P<verb>likes?|loves?|enjoys?|adores?|prefers?|hates?|dislikes?|despises?|wants?)"
    r"(?P<to> to)? (?P<what>.+)$"
)
_CONDITION = re.compile(r"\b(?:if|whether|than)\b", re.I)
_ANYMORE = re.compile(r"\b(?:anymore|any more)\b")
_VAGUE = re.compile(
    r"^(?:this|that|these|those|your|how|when|it|you|what|his|her|their|the (?:way|idea|fact|look|vibe|sound))\b"
    r"|\b(?:so much|like this|like that)\b|^\w+(?: \w+){0,3} to \w",
    re.I,
)


def attitudes(clause: str, scene: Scene) -> list[Claim]:
    """Likes, dislikes and wants, negated ones too."""
    match = _LIKING.search(clause)
    person = _person(match["who"], scene) if match else None
    if match is None or person is None or not _concord(match) or _CONDITION.search(clause):
        return []
    verb = "wants" if match["would"] else _ATTITUDE.get(match["verb"].rstrip("s"), "likes")
    what = _liked(match["what"], scene)
    if match["to"]:
        what = _wish(match["what"]) if verb == "wants" else _deed(match["what"])
    if what is None or (match["would"] and match["verb"] not in ("like", "love")):
        return []
    return _attitude(person, verb, what, match["no"], clause)


def _attitude(person: str, verb: str, what: str, no: str, clause: str) -> list[Claim]:
    ended = _OPPOSITE.get(verb)
    if not no:
        return [*([Claim(person, ended, what, ends=True)] if ended else []), Claim(person, verb, what)]
    over = verb != "likes" or no == " no longer" or _ANYMORE.search(clause)
    return [Claim(person, verb, what, ends=True), *([] if over else [Claim(person, "dislikes", what)])]


def _concord(match: re.Match[str]) -> bool:
    """`Jake likes` and `I like`, but not `Looks like`."""
    return match["who"] == "I" or bool(match["no"] or match["would"]) or match["verb"].endswith("s")


_ATTITUDE = {"hate": "dislikes", "dislike": "dislikes", "despise": "dislikes", "want": "wants"}
_OPPOSITE = {"likes": "dislikes", "dislikes": "likes"}


def _person(word: str, scene: Scene) -> str | None:
    if word in ("I", "i"):
        return scene.me or None
    return word if is_name(word) else None


def _liked(phrase: str, scene: Scene) -> str | None:
    if _VAGUE.search(phrase):
        return None
    plain = re.sub(r"^(?:eating|drinking|having) ", "", phrase)
    if _GERUND.match(plain):
        return _deed(plain)
    return noun(plain, Scene(scene.me, scene.spoken))


def _wish(phrase: str) -> str | None:
    """`adopt a child`: one of the verbs people plan with, and what it is done to."""
    deed = _deed(phrase) if re.match(rf"(?:{PLAN_VERBS})\b", phrase) else None
    return deed if deed and " " in deed else None


def _deed(phrase: str) -> str | None:
    """A plain verb phrase without loose pronouns, up to the end of its clause."""
    words = _CLAUSE_END.split(phrase, maxsplit=1)[0].strip()
    plain = re.sub(r"(?: (?:first|too|then|now|again|here|there|from|in|at|to|on|of))+$", "", words)
    return None if len(plain.split()) > 9 or _LOOSE.search(plain) else plain


_CLAUSE_END = re.compile(r"[,;:!(]| - | (?:and|but|so|because|if|when|while|then|or|since|as|though|until|to see|for you)\b")
_GERUND = re.compile(r"(?!(?:thing|king|ring|wing|spring|string|wedding|evening|morning|building|ceiling)\b)[a-z]{2,}ing\b")
_LOOSE = re.compile(
    r"\b(?:it|this|that|them|one|ones|something|anything|everything|you|him|these|those|some|another|more|stuff|together|mine|myself|"
    r"well|up)$|^\w+ (?:it|this|that|them|him|her|you|one|up a bit|with a|sure|a difference|some \w+ memories|memories)\b|"
    r"\b(?:what|whatever|whoever|how|something like|anything like)\b",
    re.I,
)
_WHEN = r"(?:(?:then|tomorrow|tonight|later|today|next week),? )?"
_PLAN = re.compile(
    rf"(?:^|[,:] |\b(?:and|but|so|because|then|think) ){_WHEN}(?P<who>I|[Ww]e|{NAME})"
    r"(?:(?:'m|'re|'s| am| are| is)(?: also| still| just| probably)? (?:going to|gonna|planning to)"
    r"|(?:'ll| will)(?: also)?| plan to| plans to) (?P<what>.+)$"
)


def plans(clause: str, scene: Scene) -> list[Claim]:
    """What somebody says will be done."""
    match = _PLAN.search(clause) if scene.spoken else None
    if match is None or _CONDITION.search(clause):
        return []
    who = (scene.me or None) if match["who"] in ("I", "We", "we") else _person(match["who"], scene)
    what = _wish(match["what"])
    return [Claim(who, "plans", what)] if who and what else []


_BE = r"(?:'s| is| are| was| were|'re| am|'m)"
_STILL = r"(?: (?:still|now|also|already|just|all|both|right|currently|actually|really|so|very|a bit|quite|too|pretty))*"
_LYING = r"(?: (?:being )?(?:put|placed|hung|hanging|lying|sitting|stored|kept|left))?"
_IS_AT = re.compile(
    rf"^(?P<there>there(?:'s| is| are| was| were) )?(?P<thing>.+?)(?P<be>{_BE}{_STILL}(?P<gone> no longer)?{_LYING})? "
    rf"(?P<prep>{PREPOSITION}) (?P<place>.+)$",
    re.I,
)
_IS = re.compile(
    rf"^(?P<thing>.+?)(?P<be>{_BE}){_STILL}(?P<no> not| no longer|n't)?{_STILL}(?P<article> an?| the| my| our)? (?P<what>\w.*)$"
)
_BELONGS = re.compile(rf"^(?P<thing>.+?) belongs? to (?P<who>me|{NAME})(?: |$)")
_MINE = re.compile(rf"^(?P<thing>(?:[Tt]his|[Tt]hat|[Tt]he|[Tt]hese|[Tt]hose) .+?)(?: is|'s| are) (?P<who>mine|(?:{NAME})'s)$")
_THING_WORD = "|".join(sorted(OWNABLE, key=len, reverse=True))
_NAMES_THING = re.compile(
    rf"\b(?P<who>{NAME})'s (?P<thing>(?:\w+ ){{0,2}}?(?:{_THING_WORD}))\b"
    r"(?! (?:case|shop|store|room|screen|bit|rack|holder|number))"
)
_MY_NAME = re.compile(rf"\b[Mm]y name(?: is|'s) (?P<name>{NAME})")
_DETERMINER = r"(?:[Tt]he|[Aa]n?|[Mm]y|[Oo]ur|[Tt]his|[Tt]hat|[Hh]is|[Hh]er|[Tt]heir)"
_CALLED = re.compile(
    rf"(?P<thing>\b{_DETERMINER}(?: \w+){{1,3}}?)(?:'s| is| was| are)?,? (?:called|named) [\"“]?"
    r"(?P<name>[A-Z][\w'-]*(?: (?:of |of the |the )?[A-Z0-9][\w'-]*){0,3})"
)
_AGE = r"(?: (?:older|younger|elder|little|big|twin|best))?"
_KIN = re.compile(rf"\b(?:(?P<mine>[Mm]y)|(?P<who>{NAME})'s){_AGE} (?P<kin>{KIN}),?(?:'s name is)? (?P<name>[A-Z][a-z]+)\b(?!')")
_KIN_IS = re.compile(rf"^(?P<name>{NAME})(?: is|'s|, is| was) (?:(?P<mine>my)|(?P<who>{NAME})'s){_AGE} (?P<kin>{KIN})$")
_FAVORITE = re.compile(r"\b[Mm]y (?:all[- ]time )?favou?rite(?: \w+){0,2}?(?: is|'s| are) (?P<what>.+)$")


def statements(clause: str, scene: Scene) -> list[Claim]:
    """Claims of a clause that says how things are."""
    for rule in (_belongs, _kin, _called, _favorite, _is_at, _is):
        found = rule(clause, scene)
        if found:
            return found
    return []


def _belongs(clause: str, scene: Scene) -> list[Claim]:
    match = (_BELONGS.match(clause) if "belong" in clause else None) or _MINE.match(clause)
    if match is None:
        return []
    who = (scene.me or None) if match["who"] in ("me", "mine") else match["who"].removesuffix("'s")
    what = whole(match["thing"], scene)
    return [Claim(who, "owns", what)] if who and what and (who == scene.me or is_name(who)) else []


def owners(clause: str, scene: Scene) -> list[Claim]:
    """`Katrina's glasses`: the thing and whose it is."""
    found = []
    for match in _NAMES_THING.finditer(clause) if "'s " in clause else ():
        what = whole(match["thing"], scene)
        who = next((name for name in (match["who"], match["who"].split()[-1]) if is_name(name)), None)
        if what and who:
            found.append(Claim(who, "owns", what))
    return found


def _kin(clause: str, scene: Scene) -> list[Claim]:
    match = _KIN_IS.match(clause) or _KIN.search(clause)
    who = None if match is None else scene.me if match["mine"] else match["who"]
    if match is None or not who or not is_name(match["name"]):
        return []
    return [Claim(who, "family", f"{match['kin']} {match['name']}")]


def _called(clause: str, scene: Scene) -> list[Claim]:
    mine = _MY_NAME.search(clause) if "name" in clause else None
    if mine:
        return [Claim(scene.me, "named", mine["name"], functional=True)]
    match = _CALLED.search(clause) if "called" in clause or "named" in clause else None
    what = whole(match["thing"], scene) if match else None
    return [Claim(what, "named", match["name"], functional=True)] if match and what else []


def _favorite(clause: str, scene: Scene) -> list[Claim]:
    match = _FAVORITE.search(clause) if "avo" in clause else None
    what = _liked(match["what"], scene) if match else None
    return [Claim(scene.me, "likes", what)] if what and scene.me else []


def _is_at(clause: str, scene: Scene) -> list[Claim]:
    match = _IS_AT.match(clause)
    if match is None or not (match["be"] or match["there"]) or (scene.spoken and re.search(r"\b(?:was|were)\b", clause)):
        return []
    where = place(match["prep"].lower(), match["place"], scene)
    if where is None:
        return []
    room = where.split()[-1].lower() in PLACES
    who = _person(match["thing"], scene)
    if who:
        lying = [who] if room else []
    elif scene.spoken and not room and where.split()[-1].lower() not in FIXTURES:
        lying = []
    else:
        lying = _all_whole(match["thing"], scene)
    return [Claim(name, "at", where, functional=True, ends=bool(match["gone"])) for name in lying]


def _all_whole(phrase: str, scene: Scene) -> list[str]:
    named = [whole(part, scene) for part in phrase.split(" and ")]
    return [name for name in named if name] if all(named) else []


def _is(clause: str, scene: Scene) -> list[Claim]:
    match = _IS.match(clause)
    if match is None:
        return []
    person = _person(match["thing"], scene) or _kinship(match["thing"], scene)
    subject = person or whole(match["thing"], scene)
    value = re.sub(r" (?:any ?more|now|again|today|right now|already)$", "", match["what"].lower())
    if subject is None:
        return []
    if value in STATES and not match["article"] and not person and not match["no"]:
        return [Claim(subject, "state", STATES[value], functional=True)]
    role = noun(match["what"], scene)
    fits = value in (CONDITIONS - COLOURS if person else CONDITIONS) and not match["article"]
    fits = fits or bool(person and match["article"] and role and role.split()[-1].lower() in ROLES)
    if not fits or role is None:
        return []
    return [Claim(subject, "is", role, ends=bool(match["no"]))]


def denials(clause: str, scene: Scene) -> list[Claim]:
    """`Tom is not a doctor`: a role or condition that does not hold."""
    match = _NOT.search(clause)
    return _is(clause, scene) if match and not _CONDITION.search(clause) else []


_NOT = re.compile(r"(?: not|n't) (?:an? |the |my )?\w+(?: \w+)?$")


def _kinship(phrase: str, scene: Scene) -> str | None:
    match = re.match(rf"[Mm]y (?P<kin>{KIN})$", phrase)
    return f"{scene.me}'s {match['kin']}" if match and scene.me not in ("", "I") else None
