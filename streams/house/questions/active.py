"""What going to look would take and show, for questions that a robot may answer that way."""

from functools import cached_property

from streams.house.floor import Floor
from streams.house.home import Resident
from streams.house.life import Life
from streams.house.questions.drafting import Asker, Draft
from streams.house.questions.question import Active
from streams.house.questions.words import accepted_of, state_word

_PLACES = ("where_now", "room_now")


class Ways:
    """Ways through the home of one life."""

    def __init__(self, life: Life) -> None:
        self._life = life

    @cached_property
    def _floor(self) -> Floor:
        return Floor(self._life.home, radius_m=0.2)

    def active(self, draft: Draft, asker: Asker) -> Active | None:
        """Where to go for a question about where something is now, or how it stands; None where looking does not help."""
        place = self._place(draft)
        if not place:
            return None
        value, accepted = self._shown(draft, place)
        spot = self._spot(place, draft.asked_at_ns)
        path_m = self._floor.distance_m(asker.pose[:2], spot)
        if path_m == float("inf"):
            return None
        start = (round(asker.pose[0], 3), round(asker.pose[1], 3), round(asker.pose[2], 4))
        return Active(start, place, (round(spot[0], 3), round(spot[1], 3)), round(path_m, 2), value, accepted)

    def _place(self, draft: Draft) -> str:
        """Id of the piece of furniture or person where the subject is in truth."""
        home = self._life.home
        if draft.template in _PLACES and draft.subject in home.parts:
            return self._life.state_at(draft.asked_at_ns).holder_of(draft.subject).partition(".")[0]
        if draft.template.startswith("state_") and draft.template != "state_which":
            holder = self._life.state_at(draft.asked_at_ns).holder_of(draft.subject)
            return holder.partition(".")[0] or (draft.subject if draft.subject.startswith("F") else "")
        return ""

    def _shown(self, draft: Draft, place: str) -> tuple[str, tuple[str, ...]]:
        """What is found there, as `Question.value` would have it."""
        home, state = self._life.home, self._life.state_at(draft.asked_at_ns)
        if draft.template == "where_now":
            return place, accepted_of(home, place)
        if draft.template == "room_now":
            x, y, _ = state.placements[draft.subject].position
            room = home.room_at(x, y)
            return (room.id, accepted_of(home, room.id)) if room else ("", ())
        value = state.states.get((draft.subject, draft.template.removeprefix("state_")), "")
        return value, (state_word(value),)

    def _spot(self, place: str, t_ns: int) -> tuple[float, float]:
        if isinstance(self._life.home.parts[place], Resident):
            person = self._life.state_at(t_ns).people[place]
            return self._floor.nearest_free((person.x_m, person.y_m))
        x, y, _ = self._floor.standing_spot(place)
        return x, y
