"""Replies about people: who was where, who did what, whose a thing is. Deeds and owners come from words, places from pictures."""

from collections import Counter

from mmmem.agent.typed import TypedAnswer
from mmmem.clock import NS_PER_MIN, Span
from mmmem.text.terms import terms
from scenegraph.asking import Questions
from scenegraph.doings import Doing
from scenegraph.phrases import phrase_of
from scenegraph.replies_places import spoken
from scenegraph.reply import Shown, answered, shown, unknown
from scenegraph.requests import Request

_ALIKE = 0.6
_SAID = 0.7
_PERSON = "person"
_NOW_NS = 2 * NS_PER_MIN
"""What was told so long ago is still what somebody does."""
_BRIEF = frozenset("takes puts opens closes walks turns says picks holds leaves comes".split())
"""Deeds of a moment: what somebody does for a while tells more of what they do."""


def who_in(q: Questions, r: Request) -> TypedAnswer | None:
    """Who was, or is, in a room or at a piece of furniture."""
    window = r.window
    found = q.who_was(r.place, window)
    pictures: Counter[str] = Counter()
    support: list[Shown] = []
    for one in found:
        if one.name != _PERSON:
            pictures[one.name] += 2
            support.append(Shown(one.id, f"{one.name} {r.relation} {r.place}", one.frames, Span(one.start_ns, one.end_ns + 1)))
    told = _told_in(q, r.place, window)
    for doing in told:
        pictures[doing.who] += 1
        support.append(spoken(q, doing.text))
    if not pictures:
        if not found:
            return unknown(f"nobody was seen {r.relation} {r.place} then.", "entity", 0.6, q.now_ns)
        return None
    names = [name for name, _ in pictures.most_common()]
    text = f"{names[0]}." if len(names) == 1 else f"{names[0]} (also {', '.join(names[1:])})."
    return answered(text, "entity", 0.8 / len(names) + 0.05, support, names[0])


def _told_in(q: Questions, place: str, window: Span | None) -> list[Doing]:
    """What captions told in a room."""
    wanted = place.lower().removeprefix("the ")
    rooms = [(text.span.start_ns, name.lower()) for name, text in q.called.told_rooms]
    found = []
    for doing in q.doings:
        t_ns = doing.span.start_ns
        if window is not None and not window.contains(t_ns):
            continue
        room = next((name for start_ns, name in rooms if start_ns == t_ns), "")
        if room == wanted:
            found.append(doing)
    return found


def doing(q: Questions, r: Request) -> TypedAnswer | None:
    """What somebody did in a named time, or does now."""
    window = r.window or Span(max(q.now_ns - _NOW_NS, 0), q.now_ns + 1)
    told = [one for one in q.doings if one.who.lower() == r.what.lower() and window.contains(one.span.start_ns)]
    lasting = [one for one in told if not _is_brief(one.deed)] or told
    if not lasting:
        return unknown(f"nobody saw {r.what} do anything then.", "text", 0.5, q.now_ns)
    deeds = Counter(one.deed for one in lasting)
    best = deeds.most_common(1)[0][0]
    support = [spoken(q, one.text) for one in lasting if one.deed == best]
    return answered(f"{r.what} {best}.", "text", 0.45 + 0.4 * deeds[best] / sum(deeds.values()), support, best)


def will_do(q: Questions, r: Request) -> TypedAnswer | None:
    """What somebody usually does at a part of the day."""
    told = [one for one in q.doings if one.who.lower() == r.what.lower() and not _is_brief(one.deed)]
    told = [one for one in told if r.part is None or q.within_hours(one.span.start_ns, r.part)]
    if not told:
        return None
    occasions = Counter(deed for deed, _ in {(one.deed, q.calendar.day_of(one.span.start_ns)) for one in told})
    best, count = occasions.most_common(1)[0]
    support = [spoken(q, one.text) for one in told if one.deed == best]
    return answered(f"{r.what} {best}.", "text", 0.35 + 0.4 * count / sum(occasions.values()), support, best)


def who_doing(q: Questions, r: Request) -> TypedAnswer | None:
    """Who was seen doing something in a named time."""
    wanted = set(terms(r.words))
    told = [one for one in q.doings if not r.windows or any(window.contains(one.span.start_ns) for window in r.windows)]
    fitting = [one for one in told if wanted and len(wanted & one.stem) / len(wanted | one.stem) >= _ALIKE]
    if not fitting:
        return unknown(f"nobody was seen {r.words} then.", "entity", 0.65, q.now_ns)
    names = Counter(one.who for one in fitting)
    best = names.most_common(1)[0][0]
    support = [spoken(q, one.text) for one in fitting if one.who == best]
    return answered(f"{best}.", "entity", 0.4 + 0.45 * names[best] / sum(names.values()), support, best)


def who_said(q: Questions, r: Request) -> TypedAnswer | None:
    """Who was heard to say some words, or nearly these."""
    wanted = set(terms(r.words))
    said = [text for text in q.called.texts if text.kind == "speech" and text.speaker]
    near = [(_shared(wanted, text.text), text) for text in said if r.window is None or r.window.contains(text.span.start_ns)]
    best = max((share for share, _ in near), default=0.0)
    if best < _SAID:
        return unknown("nobody was heard to say that.", "entity", 0.6, q.now_ns)
    fitting = [text for share, text in near if share == best]
    names = Counter(str(text.speaker) for text in fitting)
    name, count = names.most_common(1)[0]
    support = [spoken(q, text) for text in fitting if text.speaker == name]
    return answered(f"{name}.", "entity", 0.92 * best * count / len(fitting), support, name)


def _shared(wanted: set[str], text: str) -> float:
    """How well a line fits words: by the share of these that it holds, and a little by what else it says."""
    held = set(terms(text))
    both = len(wanted & held)
    return 0.8 * both / len(wanted) + 0.2 * both / len(wanted | held) if wanted else 0.0


def _is_brief(deed: str) -> bool:
    return deed.split(" ", 1)[0] in _BRIEF


def owner(q: Questions, r: Request) -> TypedAnswer | None:
    """Whose a thing is, as somebody said."""
    for one in q.readings(r.what):
        if one.node.owner:
            spot = q.spot(one.node, q.now_ns)
            return None if spot is None else answered(f"{one.node.owner}.", "entity", 0.95, [shown(spot)], one.node.owner)
    wanted = phrase_of(r.what)
    said = [one for one in q.called.owned if one.what.kind == wanted.kind and one.what.colour in ("", wanted.colour)]
    exact = [one for one in said if one.what.colour == wanted.colour] or ([] if wanted.colour else said)
    if not exact:
        return unknown(f"nobody said whose {r.what} it is.", "entity", 0.7, q.now_ns)
    names = Counter(one.owner for one in exact)
    best = exact[-1].owner
    support = [spoken(q, one.text) for one in exact if one.owner == best]
    return answered(f"{best}.", "entity", 0.85 / len(names), support, best)
