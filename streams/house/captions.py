"""What a captioner would say of what is seen, and what is heard: words made from the noisy detections, not from the world."""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mmmem.clock import NS_PER_S, Span
from mmmem.types import TimedText
from streams.house.deed_words import deed_words, with_a
from streams.house.doings import Doings
from streams.house.home import Furniture
from streams.house.life import Life
from streams.house.models.broken import STATE, VALUE
from streams.house.noise import NoiseLevel
from streams.house.noisy_detector import Found
from streams.house.sightings import Instant
from streams.house.watching import PERSON
from streams.house.wording import PLURALS, names_of, place_words, with_article
from streams.house.world import Event, WorldState

CAPTION_EVERY_NS = 5 * NS_PER_S
REPEATED_AFTER_NS = 60 * NS_PER_S
"""The same words are said again only after so long."""
MOST_THINGS = 6
MOST_STATES = 3
SURE = 0.5
"""Things that were detected with a lower score are not spoken of."""
_SPEECH_S_PER_WORD, _SHORTEST_SPEECH_S = 0.35, 1.5
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_POSTURES = {"standing": "stands", "sitting": "sits", "lying": "lies"}


@dataclass(frozen=True, slots=True)
class _Mention:
    """One part as it was detected where most of it showed.

    Args:
        number: its true instance, 0 for nothing.
        holder: who or what had it.
    """

    area: int
    score: float
    number: int
    name: str
    label: str
    read: Mapping[str, str]
    holder: str


@dataclass(slots=True)
class Captioner:
    """Says every few seconds what was in view since it last spoke, and at once what happens and what is said.

    Fed look by look in order of time.

    Args:
        source: provenance of the texts.
        wearer: id of the resident who wears the camera; empty for a robot.
    """

    life: Life
    level: NoiseLevel
    seed: int
    source: str = "house"
    wearer: str = ""
    _last_ns: int | None = None
    _before: WorldState | None = None
    _called: dict[str, str] = field(default_factory=dict)
    _mentions: dict[int, _Mention] = field(default_factory=dict)
    _said: tuple[str, int] = ("", 0)
    _ids: tuple[str, ...] = ()
    _doings: Doings = field(init=False)

    def __post_init__(self) -> None:
        self._doings = Doings(self.life)
        if self.wearer:
            self._called[self.wearer] = self.life.home.resident(self.wearer).name
        self._ids = tuple(self.life.home.instance_ids)

    def texts(self, instant: Instant, found: Found, noticed: Sequence[Event]) -> list[TimedText]:
        """What there is to say at this look, in order of time.

        Args:
            noticed: events that were witnessed or heard since the look before; see `Sightings.add`.
        """
        self._learn_names(found)
        said = [text for event in noticed for text in self._of_event(event, instant)]
        for event in noticed:  # how it was before is no longer so
            self._mentions.pop(self.life.home.instance_ids.get(event.subject, 0), None)
        self._take_in(found, instant.state)
        self._before = instant.state
        return said + self._of_scene(instant)

    def _of_scene(self, instant: Instant) -> list[TimedText]:
        """What was in view lately, if it is time to say so and nobody just said the same."""
        t_ns = instant.look.t_ns
        if self._last_ns is not None and t_ns - self._last_ns < CAPTION_EVERY_NS:
            return []
        self._last_ns, words = t_ns, self._scene(instant)
        self._mentions = {}
        if words == self._said[0] and t_ns - self._said[1] < REPEATED_AFTER_NS:
            return []
        self._said = words, t_ns
        return [TimedText(instant.span, words, "caption", source=self.source)]

    def _learn_names(self, found: Found) -> None:
        """What each part looks like: "red mug"; people by name where they are known."""
        attributes = found.detections.attributes or ({},) * len(found.areas)
        for number, label, read in zip(found.instances.tolist(), found.detections.label, attributes, strict=True):
            if number and self._ids[number - 1] != self.wearer:
                self._called[self._ids[number - 1]] = _name(label, read)

    def _take_in(self, found: Found, state: WorldState) -> None:
        """Remember each detection until the next caption."""
        attributes = found.detections.attributes or ({},) * len(found.areas)
        scores = found.detections.score.tolist()
        for row, (number, area) in enumerate(zip(found.instances.tolist(), found.areas.tolist(), strict=True)):
            label, read = found.detections.label[row], attributes[row]
            holder = state.holder_of(self._ids[number - 1]) if number else ""
            key = number or -1 - len(self._mentions)  # each false one stands for itself
            best = self._mentions.get(key)
            if best is None or area > best.area or holder != best.holder:
                self._mentions[key] = _Mention(area, scores[row], number, _name(label, read), label, read, holder)

    def _of_event(self, event: Event, instant: Instant) -> Iterator[TimedText]:
        rng = np.random.default_rng((self.seed, zlib.crc32(event.id.encode())))
        if event.kind == "say":
            if rng.random() >= self.level.misheard:
                speaker = self.life.home.resident(event.actor or event.subject).name
                span = Span(event.t_ns, event.t_ns + _speech_ns(event.value))
                yield TimedText(span, event.value, "speech", speaker=speaker, source=self.source)
        elif rng.random() >= self.level.missed_event:
            words = deed_words(self.life.home, event, self._before or instant.state, self._called)
            if words:
                yield TimedText(Span(event.t_ns, event.t_ns + NS_PER_S), words, "caption", source=self.source)

    def _scene(self, instant: Instant) -> str:
        home, (x_m, y_m) = self.life.home, instant.pose[:2, 3].tolist()
        room = home.room_at(x_m, y_m)
        begin = [f"In {with_article(room.name)}."] if room else []
        seen = sorted(self._mentions.values(), key=lambda mention: (-mention.area, mention.number))
        there = [self._ids[one.number - 1] for one in seen if one.label == PERSON and one.number]
        busy = [self.wearer] if self.wearer and self._doings.at(self.wearer, instant.look.t_ns) else []
        people = [self._person(id, instant) for id in dict.fromkeys([*busy, *there])]
        return " ".join([*begin, *people, *self._things(seen), *self._states(seen)]) or "Nothing to be seen."

    def _person(self, id: str, instant: Instant) -> str:
        """What somebody in view does: what they are busy with, or how they stand."""
        name, person = self._called[id], instant.state.people.get(id)
        doing = self._doings.at(id, instant.look.t_ns)
        if doing:
            return f"{_upper(name)} {doing}."
        return f"{_upper(name)} {_POSTURES[person.posture] if person else 'is'} there."

    def _things(self, seen: Sequence[_Mention]) -> Iterator[str]:
        """Where the largest things in view are, those of one place together."""
        things = [one for one in seen if one.label != PERSON and one.score >= SURE and not self._is_furniture(one)]
        by_place: dict[str, list[str]] = {}
        for one in things[:MOST_THINGS]:
            by_place.setdefault(self._place(one.holder), []).append(one.name)
        for place, names in by_place.items():
            yield _standing(place, names)

    def _place(self, holder: str) -> str:
        """ "on the desk", or the name of who holds it; empty where nobody knows."""
        if "." in holder:
            return place_words(self.life.home, holder)
        return self._called.get(holder, "somebody") if holder else ""

    def _is_furniture(self, mention: _Mention) -> bool:
        return mention.number > 0 and isinstance(self.life.home.parts[self._ids[mention.number - 1]], Furniture)

    def _states(self, seen: Sequence[_Mention]) -> Iterator[str]:
        """What is broken, stands open or is on."""
        for name in dict.fromkeys(one.name for one in seen if one.read.get(STATE) == VALUE):
            yield f"{_upper(with_article(name))} is broken."
        pieces = [one for one in seen if self._is_furniture(one) and {"open", "on"} & set(one.read.values())]
        for one in pieces[:MOST_STATES]:
            values = [value for value in ("open", "on") if value in one.read.values()]
            part = self.life.home.piece(self._ids[one.number - 1])
            yield f"{_upper(with_article(part.name))} is {names_of(values)}."


def _standing(place: str, names: Sequence[str]) -> str:
    """ "Two white mugs and a kettle are on the kitchen counter."; with a name as place, who holds them."""
    listed = names_of([_counted(name, num) for name, num in Counter(names).items()])
    verb = "are" if len(names) > 1 or names[0].endswith(PLURALS) else "is"
    if not place:
        return f"There {verb} {listed}."
    if place.startswith(("on ", "in ", "under ")):
        return f"{_upper(listed)} {verb} {place}."
    return f"{_upper(place)} holds {listed}."


def _name(label: str, read: Mapping[str, str]) -> str:
    if label == PERSON:
        return read.get("name", "somebody")
    return f"{read['colour']} {label}" if "colour" in read else label


def _counted(name: str, num: int) -> str:
    if num == 1:
        return with_a(name)
    plural = name if name.endswith(PLURALS) else f"{name}es" if name.endswith(("s", "sh", "ch", "x")) else f"{name}s"
    return f"{_NUMBERS[num] if num < len(_NUMBERS) else num} {plural}"


def _speech_ns(words: str) -> int:
    return round(max(_SHORTEST_SPEECH_S, _SPEECH_S_PER_WORD * len(words.split())) * NS_PER_S)


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
