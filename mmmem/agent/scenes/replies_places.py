"""Replies about where a thing is, was, usually is, and whether it has changed its place."""

from collections import Counter
from collections.abc import Sequence

from mmmem.agent.answers.draft import Draft
from mmmem.agent.language.things import phrase_of
from mmmem.agent.scenes.case import Case, same_spot
from mmmem.agent.scenes.fitting import place_fit
from mmmem.agent.scenes.mentions import Mention
from mmmem.agent.scenes.wording import articled, begun, worded
from mmmem.clock import NS_PER_MIN, Span

_GONE_BELOW = 0.06
_JUST_NOW_NS = 3 * NS_PER_MIN
_LOOKED_LATER = 2


def where(case: Case) -> Draft | None:
    """The place told last, and whether it was told of since without the thing; in a named time where it was then."""
    what = case.request.what
    if not case.mentions(what):
        return case.never("place")
    if case.is_furniture(what):
        return room(case)
    if case.window is not None and case.window.end_ns < case.now_ns:
        return _where_then(case, what, case.window)
    located = case.located(what, case.window) or case.located(what)
    if not located:
        return _room_alone(case, case.mentions(what))
    last = _latest(case, located)
    support = [one for one in located if one.key == last.key]
    said = f", {last.placed.who or 'somebody'} said so" if last.placed.how == "said" else ""
    place, when = worded(last), case.when(last.span.end_ns)
    missing = missing_since(case, last, support)
    sure = min(0.7 + 0.06 * len(support), 0.96)
    if missing is not None:
        text = f"Last seen {place} {when}{said}; by {case.when(missing[1])} that was told of without it, so it may be gone."
        return case.reply(text, "place", 0.8 * sure, [*(one.line for one in support), missing[0]], place)
    return case.reply(f"{begun(place)} ({when}{said}).", "place", sure, [one.line for one in support], place)


def _latest(case: Case, located: Sequence[Mention]) -> Mention:
    """The last mention; of several in its visit that contradict each other within a minute, the place told most."""
    last = located[-1]
    near = [one for one in located if last.start_ns - one.start_ns <= NS_PER_MIN and one.placed.how == "seen"]
    if last.placed.how != "seen" or not near:
        return last
    usual = Counter(one.key for one in near).most_common(1)[0]
    return last if usual[1] < 3 or usual[0] == last.key else next(one for one in reversed(near) if one.key == usual[0])


def missing_since(case: Case, last: Mention, support: Sequence[Mention]) -> tuple[int, int] | None:
    """A later line that tells of the place without the thing, where that happened more often than can be chance."""
    if last.placed.relation == "with" or not last.placed.place:
        return None
    looks = case.account.looks_over(last.placed.place)
    before = [line for line in looks if case.account.span(line).start_ns <= last.start_ns]
    after = [line for line in looks if case.account.visit(line) > case.account.visit(last.line)]
    gone = [one for one in case.mentions(case.request.what) if one.placed.how == "gone" and one.start_ns > last.start_ns]
    if gone:
        return gone[0].line, gone[0].start_ns
    if len(after) < _LOOKED_LATER:
        return None
    visits = {case.account.visit(one.line) for one in support}
    while_there = [line for line in before if case.account.visit(line) in visits]
    told = {one.line for one in support}
    share = (sum(line in told for line in while_there) + 0.5) / (len(while_there) + 1)
    if (1 - share) ** len(after) > _GONE_BELOW:
        return None
    return after[0], case.account.span(after[0]).start_ns


def _where_then(case: Case, what: str, window: Span) -> Draft | None:
    """Where a thing was in a time that is over: the place told most in it; else where it was both before and after."""
    located = case.located(what, window)
    if located:
        places = Counter(one.key for one in located)
        key, count = places.most_common(1)[0]
        there = [one for one in located if one.key == key]
        sure = 0.95 * count / len(located) if len(located) > 1 else 0.8
        return case.reply(f"{begun(worded(there[-1]))}.", "place", sure, [one.line for one in there], worded(there[-1]))
    before = [one for one in case.located(what) if one.span.end_ns <= window.start_ns]
    after = [one for one in case.located(what) if one.start_ns >= window.end_ns]
    if before and (not after or place_fit(before[-1].placed.place, after[0].placed.place)) and not case.account.tells_scenes:
        place, lines = worded(before[-1]), [before[-1].line, *(one.line for one in after[:1])]
        return case.reply(f"{begun(place)}, as before{' and after' if after else ''}.", "place", 0.4, lines, place)
    if before and after and before[-1].key == after[0].key:
        place = worded(before[-1])
        return case.reply(f"{begun(place)}, as before and after.", "place", 0.45, [before[-1].line, after[0].line], place)
    return case.unknown(f"no line of that time tells where {what} was.", "place")


def _room_alone(case: Case, mentions: Sequence[Mention]) -> Draft | None:
    """Only a room is known."""
    roomed = [one for one in mentions if one.room]
    if not roomed:
        return None
    room = f"in {articled(roomed[-1].room)}"
    return case.reply(f"{begun(room)} ({case.when(roomed[-1].span.end_ns)}).", "place", 0.35, [roomed[-1].line], room)


def room(case: Case) -> Draft | None:
    """The room that a thing was last told of in, or that a piece of furniture stands in."""
    what = case.request.what
    located = case.located(what, case.window)
    if located and not case.is_furniture(what):
        last = _latest(case, located)
        name = case.room_of(last)
        if name:
            lines = [one.line for one in located if one.key == last.key]
            return case.reply(f"{articled(name)} ({worded(last)}).", "place", min(0.75 + 0.06 * len(lines), 0.96), lines, name)
    rooms = case.account.rooms_of(what) if not phrase_of(what).colour else None
    if rooms:
        name = case.room_of_place(what)
        lines = [line for line in case.account.naming(what) if case.account.room_at(line) == name]
        return case.reply(f"In {articled(name)}.", "place", 0.6 + 0.36 * rooms[name] / sum(rooms.values()), lines, name)
    return case.never("place") if not case.mentions(what) else None


def your_room(case: Case) -> Draft | None:
    """The room that the camera was last said to be in."""
    lines = case.account.view.lines
    for line in range(len(lines) - 1, max(len(lines) - 60, -1), -1):
        if name := next((scene.room for _, scene in case.account.scenes([line])), ""):
            age_min = (case.now_ns - case.account.span(line).end_ns) / NS_PER_MIN
            return case.reply(f"In {articled(name)}.", "place", 0.9 if age_min < 5 else 0.5, [line], name)
    return None


def before(case: Case) -> Draft | None:
    """Where a thing was before it was at a place, or before where it is now."""
    stays = case.stays(case.request.what)
    if not stays:
        return case.never("place")
    at = next((n for n, stay in enumerate(stays) if case.request.place and stay.is_at(case.request.place)), None)
    if at is None and case.request.place:  # nobody told of that place, so all there is was before
        stay = stays[-1]
        return case.reply(f"{begun(worded(stay.last))}.", "place", 0.5, [stay.last.line], worded(stay.last))
    number = len(stays) - 1 if at is None else at
    earlier = [stay for stay in stays[:number] if not case.request.place or not stay.is_at(case.request.place)]
    if not earlier:
        return case.unknown(f"no line tells of {case.request.what} before that.", "place")
    stay = earlier[-1]
    lines = [*(one.line for one in stays[number].mentions[:1]), *(one.line for one in stay.mentions[-3:])]
    sure = 0.92 if len(stay.mentions) > 1 else 0.75
    return case.reply(f"{begun(worded(stay.last))}.", "place", sure, lines, worded(stay.last))


def usual(case: Case) -> Draft | None:
    """Where a thing was at most visits, in the part of the day that is named."""
    what = case.request.what
    if not case.mentions(what):
        return case.never("place")
    located = [one for one in case.part_of_day(case.located(what)) if one.placed.relation != "with"] or case.located(what)
    visits = case.visits_by_place(located)
    if not visits:
        return None
    last = {one.key: one for one in located}
    key = max(visits, key=lambda place: (visits[place], last[place].start_ns))
    lines = [one.line for one in located if one.key == key]
    share = visits[key] / sum(visits.values())
    text = f"{begun(worded(last[key]))} (at {visits[key]} of {sum(visits.values())} visits)."
    return case.reply(text, "place", 0.48 + 0.48 * share, lines, worded(last[key]))


def still(case: Case) -> Draft | None:
    """Whether a thing is where it was in a named time."""
    if not case.request.windows:
        return None
    then = case.located(case.request.what, case.request.windows[0])
    now = case.located(case.request.what)
    if not then or not now:
        return case.never("yes_no") if not now else None
    old, new = _most(then), _latest(case, now)
    moved = not place_fit(old.placed.place, new.placed.place)
    missing = None if moved else missing_since(case, new, [one for one in now if one.key == new.key])
    value = not moved and missing is None
    text = f"{'Yes' if value else 'No'}: {worded(old)} then, {worded(new)} {case.when(new.span.end_ns)}."
    return case.reply(text, "yes_no", 0.92, [old.line, new.line], value)


def moved_since(case: Case) -> Draft | None:
    """Whether a thing has come to another place since a named time, or ever."""
    located = case.located(case.request.what)
    if not located:
        return case.never("yes_no")
    start_ns = case.request.windows[0].start_ns if case.request.windows else 0
    earlier = [one for one in located if one.start_ns < start_ns]
    before = earlier[-1] if earlier else located[0]
    since = [one for one in located if one.start_ns >= start_ns]
    moved = next((one for one in since if not same_spot(before, one)), None)
    shown = moved or located[-1]
    text = f"{'Yes' if moved else 'No'}: {worded(shown)} {case.when(shown.start_ns)}."
    return case.reply(text, "yes_no", 0.85 if since else 0.6, [before.line, shown.line], moved is not None)


def same_place(case: Case) -> Draft | None:
    """Whether a thing was at the same place in two times."""
    if len(case.request.windows) < 2:
        return None
    told = [case.located(case.request.what, window) for window in case.request.windows[:2]]
    if not all(told):
        return case.never("yes_no") if not case.mentions(case.request.what) else None
    one, other = _most(told[0]), _most(told[1])
    value = bool(place_fit(one.placed.place, other.placed.place))
    text = f"{'Yes' if value else 'No'}: {worded(one)}, then {worded(other)}."
    return case.reply(text, "yes_no", 0.93, [one.line, other.line], value)


def _most(mentions: Sequence[Mention]) -> Mention:
    """The last mention at the place told most."""
    key = Counter(one.key for one in mentions).most_common(1)[0][0]
    return next(one for one in reversed(mentions) if one.key == key)


def is_at(case: Case) -> Draft | None:
    """Whether a thing is, or was, at a place."""
    what, place = case.request.what, case.request.place
    if not case.mentions(what):
        return case.never("yes_no")
    located = case.located(what, case.window)
    if not located:
        return None
    there = [one for one in located if case.is_in(one, place)]
    if case.window is None:
        last = there[-1] if case.request.words and there else _latest(case, located)
        value = case.is_in(last, place) and not any(
            one.placed.how == "gone" and one.start_ns > last.start_ns for one in case.mentions(what)
        )
        text = f"{'Yes' if value else 'No'}: {worded(last)} {case.when(last.span.end_ns)}."
        return case.reply(text, "yes_no", 0.85, [last.line], value)
    shown = there or located
    text = f"{'Yes' if there else 'No'}: {worded(shown[-1])} {case.when(shown[-1].start_ns)}."
    return case.reply(text, "yes_no", 0.9 if there else 0.65, [one.line for one in shown], bool(there))


def seen_ever(case: Case) -> Draft | None:
    """Whether a thing was told of at all, at a place or in a time if they are named."""
    mentions = [one for one in case.mentions(case.request.what) if case.window is None or case.window.contains(one.start_ns)]
    there = [one for one in mentions if not case.request.place or case.is_in(one, case.request.place)]
    if not there:
        return None
    text = f"Yes, {worded(there[-1])} {case.when(there[-1].start_ns)}."
    return case.reply(text, "yes_no", min(0.6 + 0.1 * len(there), 0.9), [one.line for one in there], True)
