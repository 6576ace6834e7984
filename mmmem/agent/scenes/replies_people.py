"""Replies about people: who did what, who was where, what somebody did or usually does, and whose a thing is."""

from collections import Counter
from collections.abc import Iterable, Sequence

from mmmem.agent.answers.draft import Draft
from mmmem.agent.language.things import phrase_of
from mmmem.agent.scenes.case import Case
from mmmem.agent.scenes.fitting import place_fit, thing_fit
from mmmem.agent.scenes.mentions import Deed
from mmmem.clock import NS_PER_MIN, Span
from mmmem.text.terms import terms, tokens

_ALIKE = 0.6
_HAVING = frozenset(terms("have has having had is being be do doing"))
_TAKING = ("took", "taken", "pick", "grab", "fetch", "borrow", "remove")
_USUAL = 2
"""What was done at fewer visits is not usual."""
_NOW_NS = 3 * NS_PER_MIN
_PASSING = frozenset("takes puts opens closes walks turns says picks holds leaves comes goes enters steps carries".split())
_NOBODY = frozenset(("somebody", "someone", "a man", "a woman", "a person", "a boy", "a girl", "a child"))


def doing(case: Case) -> Draft | None:
    """What somebody did in a named time, or does now."""
    told = _of(case, case.request.what, case.window or Span(max(case.now_ns - _NOW_NS, 0), case.now_ns + 1))
    lasting = [one for one in told if one.does.deed and not _passes(one)] or [one for one in told if one.does.deed]
    if not lasting:
        return None
    deeds = Counter(one.does.deed for one in lasting)
    best, count = deeds.most_common(1)[0]
    lines = [one.line for one in lasting if one.does.deed == best]
    return case.reply(f"{case.request.what} {best}.", "text", 0.4 + 0.45 * count / sum(deeds.values()), lines, best)


def will_do(case: Case) -> Draft | None:
    """What somebody does at most visits, in the part of the day that is named."""
    told = [one for one in _of(case, case.request.what) if one.does.deed and not _passes(one)]
    if case.request.part is not None:
        told = [one for one in told if case.within_hours(one.span.start_ns, case.request.part)]
    if not told:
        return None
    visits = Counter(deed for deed, _ in {(one.does.deed, case.account.visit(one.line)) for one in told})
    best, count = visits.most_common(1)[0]
    if count < _USUAL:
        return None
    lines = [one.line for one in told if one.does.deed == best]
    return case.reply(f"{case.request.what} {best}.", "text", 0.35 + 0.4 * count / sum(visits.values()), lines, best)


def who_doing(case: Case) -> Draft | None:
    """Who was told to be doing something in a named time."""
    words = case.request.words
    fitting = [one for one in _in_time(case, case.account.naming_any(words)) if deed_fit(words, one.does.deed)]
    known = [one for one in fitting if one.does.who.lower() not in _NOBODY]
    if not known:
        return case.unknown(f"nobody was told of {words} then.", "entity")
    return _named(case, known)


def who_in(case: Case) -> Draft | None:
    """Who was told of in a room, or at a piece of furniture."""
    lines = case.account.within(case.window) if case.window is not None else _last_lines(case)
    there = [
        one
        for one in case.account.deeds(lines)
        if place_fit(case.request.place, one.does.place or one.room) and one.does.who.lower() not in _NOBODY
    ]
    if not there:
        return case.unknown(f"nobody was told of {case.request.relation} {case.request.place} then.", "entity")
    return _named(case, there)


def _last_lines(case: Case) -> Iterable[int]:
    return case.account.within(Span(max(case.now_ns - _NOW_NS, 0), case.now_ns + 1))


def _named(case: Case, told: Sequence[Deed]) -> Draft | None:
    names = Counter(one.does.who for one in told)
    best, count = names.most_common(1)[0]
    lines = [one.line for one in told if one.does.who == best]
    others = f" (also {', '.join(name for name in names if name != best)})" if len(names) > 1 else ""
    return case.reply(f"{best}{others}.", "entity", 0.45 + 0.48 * count / sum(names.values()), lines, best)


def who_moved(case: Case) -> Draft | None:
    """Who was told to take or put a thing."""
    how = "taken" if case.request.words.lower().startswith(_TAKING) else "put"
    found = [
        one
        for one in case.mentions(case.request.what)
        if one.placed.how == how
        and one.placed.who
        and (case.window is None or case.window.contains(one.start_ns))
        and (not case.request.place or one.placed.relation == "with" or place_fit(case.request.place, one.placed.place))
    ]
    known = [one for one in found if one.placed.who.lower() not in _NOBODY]
    if not known:
        return None
    last = known[-1]
    return case.reply(f"{last.placed.who}.", "entity", 0.8, [last.line], last.placed.who)


def who_said(case: Case) -> Draft | None:
    """Who said some words, or spoke of something: the last line of speech that holds them, word for word where there is one."""
    asked = tokens(case.request.words)
    lines = [line for line in case.account.naming_any(case.request.words).tolist() if case.account.is_speech(line)]
    told = [(line, tokens(one.text.text), one.text.speaker) for line, one in zip(lines, case.account.stored(lines), strict=True)]
    spoken = [(line, words, who) for line, words, who in told if who and _held(asked, words) >= _ALIKE]
    exact = [(line, who) for line, words, who in spoken if f" {' '.join(asked)} " in f" {' '.join(words)} "]
    found = exact or [(line, who) for line, _, who in spoken]
    if not found:
        return None
    names = Counter(who for _, who in found)
    best = found[-1][1]
    return case.reply(f"{best}.", "entity", (0.95 if exact else 0.8) / len(names), [n for n, who in found if who == best], best)


def _held(asked: Sequence[str], words: Sequence[str]) -> float:
    """Share of some words that others hold."""
    return sum(word in words for word in asked) / max(len(asked), 1)


def owner(case: Case) -> Draft | None:
    """Whose a thing is, as somebody said."""
    asked = phrase_of(case.request.what)
    said = [(line, one) for line, one in case.account.owners(asked) if thing_fit(asked, one.thing)]
    exact = [(line, one) for line, one in said if one.thing.colour == asked.colour] or said
    if not exact:
        if case.account.speaks_of(case.request.what):
            return None
        return case.unknown(f"nobody said who owns {case.request.what}.", "entity")
    names = Counter(one.who for _, one in exact)
    best = exact[-1][1].who
    return case.reply(f"{best}.", "entity", 0.85 / len(names), [line for line, one in exact if one.who == best], best)


def deed_fit(words: str, deed: str) -> float:
    """How much of what is asked and of what is told is the same; 0 where that is too little."""
    wanted, told = set(terms(words)) - _HAVING, set(terms(deed)) - _HAVING
    share = len(wanted & told) / len(wanted | told) if wanted and told else 0.0
    return share if share >= _ALIKE else 0.0


def _of(case: Case, who: str, window: Span | None = None) -> list[Deed]:
    """What somebody was told to do, inside a window if one is given."""
    lines = case.account.holding(who)
    deeds = [one for one in case.account.deeds(lines) if one.does.who.lower() == who.lower()]
    return [one for one in deeds if window is None or window.contains(one.span.start_ns)]


def _in_time(case: Case, lines: Iterable[int]) -> list[Deed]:
    deeds = case.account.deeds(lines)
    return [one for one in deeds if not case.request.windows or any(w.contains(one.span.start_ns) for w in case.request.windows)]


def _passes(deed: Deed) -> bool:
    """Whether a deed is over at once, so that it is not what somebody is busy with."""
    return deed.does.deed.split(" ", 1)[0] in _PASSING
