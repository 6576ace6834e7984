"""Names and noun-like terms of a question, and its words with everything but the subject matter taken away."""

import re

from mmmem.agent.language.asking import ASK, AUX, Clauses
from mmmem.agent.language.numbers import ORDINAL
from mmmem.agent.language.terms import STOP_WORDS

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_QUOTED = re.compile(r"[\"“]([^\"“”]{1,80})[\"”]|(?<!\w)'([^']{2,80})'(?!\w)")
_DETERMINER = frozenset("the a an my our your his her their its this that these those some any many each every no of with".split())
_NEVER_NAMES = frozenset("now last besides among compared dad mom besides please ok tell name list yes no not never let shopping".split())
_VERB_ENDING = re.compile(r"(?:ed|ing)$")
_NOT_NOUNS = frozenset(
    """
    first last next now again together time times used use uses using take took taken put puts come came go goes went make made
    bought buy see saw seen say said ask asked use want need like love plan eat ate eaten drink drank give gave given find found
    leave left sit sat stand stood say says tell told know knew keep kept bring brought usually often always mostly not never
    currently earlier previously recently people's happen happened may
    """.split()
)
_MOST_WORDS = 4

_BOILERPLATE = re.compile(
    rf"\b(?:(?:the|my|our)\s+)?(?:very\s+)?(?:{ORDINAL}|most\s+recent|previous)\s+times?(?:\s+(?:when|that))?\b"
    r"|\b(?:how\s+many\s+times|do\s+you\s+(?:know|remember|recall)|(?:can|could)\s+you\s+tell\s+me|please|right\s+now|now(?:\s+that)?|currently|"
    r"previously|earlier|this\s+time|in\s+the\s+(?:video|clip|recording|footage)|(?:at|in|near|towards?)\s+the\s+(?:start|beginning|end)(?=\s*(?:$|[?.,])))\b"
    r"|\bbefore(?=\s*(?:[?.,!]|$))|\blast(?=\s*(?:[?.,!]|$|before\b))",
    re.IGNORECASE,
)
_ASKING_WORDS = re.compile(
    rf"(?:how\s+(?:many|much|often|frequently|long(?:\s+ago)?|come)\b|what\s+time\b|{ASK})(?:'s\b)?(?:\s+{AUX}\b)?|{AUX}\b(?=\s+\w)", re.IGNORECASE
)
_LINKS = re.compile(r"^(?:after|before|while|when|during|once|as\s+soon\s+as|if|and)\b", re.IGNORECASE)
_EDGES = " \t\r\n,.;:?!\"'-"


def content_of(parts: Clauses) -> str:
    """The question's words for retrieval: no times, question words or boilerplate; may be empty (`What happened?`)."""
    head = _ASKING_WORDS.sub("", _BOILERPLATE.sub(" ", parts.head).strip(_EDGES), count=1) if parts.head else ""
    head = head if _ASKING_WORDS.match(_BOILERPLATE.sub(" ", parts.head).strip(_EDGES)) else _BOILERPLATE.sub(" ", parts.head)
    pieces = (_BOILERPLATE.sub(" ", parts.context), _LINKS.sub(" ", _BOILERPLATE.sub(" ", parts.lead).strip()), head)
    return re.sub(r"\s+", " ", " ".join(piece.strip(_EDGES) for piece in pieces)).strip(_EDGES)


def entities_of(text: str) -> tuple[str, ...]:
    """Names, quoted titles and noun-like terms, in order of appearance, each once whatever its case."""
    spans = [*_quoted(text), *_names(text)]
    spans += [noun for noun in _nouns(text) if not any(noun[0] < end and start < noun[1] for start, end, _ in spans)]
    seen: dict[str, str] = {}
    for _, _, phrase in sorted(spans):
        seen.setdefault(phrase.casefold(), phrase)
    return tuple(seen.values())


def _quoted(text: str) -> list[tuple[int, int, str]]:
    return [(*match.span(), (match[1] or match[2]).strip(_EDGES)) for match in _QUOTED.finditer(text) if (match[1] or match[2]).strip(_EDGES)]


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", word)


def _is_name(word: str, *, starts_sentence: bool) -> bool:
    bare = _bare(word)
    if not bare[:1].isupper() or bare.lower() in STOP_WORDS or bare.lower().split("'")[0] in STOP_WORDS or bare.lower() in _NEVER_NAMES:
        return False
    return not (starts_sentence and (_VERB_ENDING.search(bare) or bare.lower() in _NOT_NOUNS))


def _names(text: str) -> list[tuple[int, int, str]]:
    """Runs of capitalised words with nothing but a space between; a possessive ends its run."""
    runs: list[tuple[int, int, str]] = []
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


def _nouns(text: str) -> list[tuple[int, int, str]]:
    """Words after a determiner, `of` or a counting word, up to the next word that cannot belong to a noun phrase."""
    found: list[tuple[int, int, str]] = []
    run: list[re.Match[str]] = []
    opened = False
    for match in [*_WORD.finditer(text), None]:
        word = match[0].lower() if match else ""
        gap = text[run[-1].end() : match.start()] if run and match else " "
        if opened and match and _in_phrase(word, first=not run) and not gap.strip() and len(run) < _MOST_WORDS:
            run.append(match)
            continue
        if run:
            found.append((run[0].start(), run[-1].end(), _bare(text[run[0].start() : run[-1].end()])))
        run, opened = [], word in _DETERMINER
    return found


def _in_phrase(word: str, *, first: bool) -> bool:
    bare = _bare(word)
    if bare in STOP_WORDS or bare in _NOT_NOUNS or "'" in bare:
        return False
    return first or not _VERB_ENDING.search(bare)
