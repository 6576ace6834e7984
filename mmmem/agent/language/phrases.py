"""Names and noun-like terms of a question, and its words with everything but the subject matter taken away."""

import re

from mmmem.agent.language.asking import ASK, AUX, Clauses
from mmmem.agent.language.numbers import ORDINAL
from mmmem.agent.language.wordlists import DETERMINERS, NOT_NAMES, NOT_NOUNS, STOP_WORDS, SUBJECTS, VERBS

_Phrase = tuple[int, int, str]  # first character, last plus one, words
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_QUOTED = re.compile(r"[\"“]([^\"“”]{1,80})[\"”]|(?<!\w)'([^']{2,80})'(?!\w)")
_VERB_ENDING = re.compile(r"(?:ed|ing)$")
_MOST_WORDS = 4

_BOILERPLATE = re.compile(
    rf"\b(?:(?:the|my|our)\s+)?(?:very\s+)?(?:{ORDINAL}|most\s+recent|previous)\s+times?(?:\s+(?:when|that))?\b"
    r"|\b(?:how\s+many\s+times|do\s+you\s+(?:know|remember|recall)|(?:can|could)\s+you\s+tell\s+me|please|right\s+now|now(?:\s+that)?|"
    r"currently|previously|earlier|this\s+time|in\s+the\s+(?:video|clip|recording|footage))\b"
    r"|\bbefore(?=\s*(?:[?.,!]|$))|\blast(?=\s*(?:[?.,!]|$|before\b))",
    re.IGNORECASE,
)
_ASKING_WORDS = re.compile(
    rf"(?:how\s+(?:many|much|often|frequently|long(?:\s+ago)?|come)\b|what\s+time\b|{ASK})(?:'s\b)?(?:\s+{AUX}\b)?|{AUX}\b(?=\s+\w)",
    re.IGNORECASE,
)
_LINKS = re.compile(r"^(?:after|before|while|when|during|once|as\s+soon\s+as|if|and)\b", re.IGNORECASE)
_EDGES = " \t\r\n,.;:?!\"'-"


def content_of(parts: Clauses) -> str:
    """The question's words for retrieval: no times, question words or boilerplate; may be empty (`What happened?`)."""
    context, lead, head = (_BOILERPLATE.sub(" ", part).strip(_EDGES) for part in (parts.context, parts.lead, parts.head))
    asking = _ASKING_WORDS.match(head)
    kept = (context, _LINKS.sub("", lead), head[asking.end() :] if asking else head)
    return re.sub(r"\s+", " ", " ".join(piece.strip(_EDGES) for piece in kept)).strip(_EDGES)


def entities_of(text: str) -> tuple[str, ...]:
    """Names, quoted titles and noun-like terms, in order of appearance, each once whatever its case."""
    spans = _quoted(text)
    spans = _without_overlap(spans, _names(text))
    spans = _without_overlap(spans, _nouns(text))
    seen: dict[str, str] = {}
    for _, _, phrase in sorted(spans):
        seen.setdefault(phrase.casefold(), phrase)
    return tuple(seen.values())


def _without_overlap(spans: list[_Phrase], more: list[_Phrase]) -> list[_Phrase]:
    return spans + [new for new in more if not any(new[0] < end and start < new[1] for start, end, _ in spans)]


def _quoted(text: str) -> list[_Phrase]:
    return [
        (*match.span(), (match[1] or match[2]).strip(_EDGES))
        for match in _QUOTED.finditer(text)
        if (match[1] or match[2]).strip(_EDGES)
    ]


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word)


def _is_name(word: str, *, starts_sentence: bool) -> bool:
    bare = _bare(word)
    if (
        not bare[:1].isupper()
        or bare.lower() in STOP_WORDS
        or bare.lower().split("'")[0] in STOP_WORDS
        or bare.lower() in NOT_NAMES
    ):
        return False
    return not (starts_sentence and (_VERB_ENDING.search(bare) or bare.lower() in NOT_NOUNS))


def _names(text: str) -> list[_Phrase]:
    """Runs of capitalised words with nothing but a space between; a possessive ends its run."""
    runs: list[_Phrase] = []
    open_run = False
    for match in _WORD.finditer(text):
        before = text[: match.start()].rstrip()
        named = _is_name(match[0], starts_sentence=not before or before[-1] in ".?!")
        if named and open_run and text[runs[-1][1] : match.start()] == " ":
            runs[-1] = (runs[-1][0], match.end(), f"{runs[-1][2]} {_bare(match[0])}")
        elif named:
            runs.append((match.start(), match.end(), _bare(match[0])))
        open_run = named and _bare(match[0]) == match[0]
    return runs


def _nouns(text: str) -> list[_Phrase]:
    """Runs of words that no rule takes for a verb or a function word, each up to the next one that is."""
    found: list[_Phrase] = []
    run: list[re.Match[str]] = []
    before = ""
    for match in _WORD.finditer(text):
        touching = bool(run) and not text[run[-1].end() : match.start()].strip() and len(run) < _MOST_WORDS
        if touching and _goes_on(match[0].lower()):
            run.append(match)
        else:
            found += _phrase(text, run)
            run = [match] if _begins(match[0].lower(), before) else []
        before = match[0]
    return found + _phrase(text, run)


def _phrase(text: str, run: list[re.Match[str]]) -> list[_Phrase]:
    return [(run[0].start(), run[-1].end(), _bare(text[run[0].start() : run[-1].end()]))] if run else []


def _goes_on(word: str) -> bool:
    bare = _bare(word)
    return not (bare in STOP_WORDS or bare in NOT_NOUNS or bare in VERBS or "'" in bare or _VERB_ENDING.search(bare))


def _begins(word: str, before: str) -> bool:
    """Whether a noun phrase may begin with `word`: nearly any after a determiner, none after a subject, where a verb stands."""
    bare = _bare(word)
    if bare in STOP_WORDS or bare in NOT_NOUNS or "'" in bare or len(bare) < 2:
        return False
    if before.lower() in DETERMINERS:
        return True
    after_name = _is_name(before, starts_sentence=False) and _bare(before) == before
    return not (before.lower() in SUBJECTS or after_name) and _goes_on(word)
