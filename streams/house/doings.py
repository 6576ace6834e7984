"""What a person is busy with at an instant."""

from bisect import bisect_right

from streams.house.life import Life


class Doings:
    """The deeds of one life by person: whoever begins something is at it until they begin something else.

    Events without a `why` change nothing about it.
    """

    def __init__(self, life: Life) -> None:
        self._begun: dict[str, tuple[list[int], list[str]]] = {}
        for event in life.events:
            if event.actor and event.why:
                times, deeds = self._begun.setdefault(event.actor, ([], []))
                times.append(event.t_ns)
                deeds.append(event.why)

    def at(self, person: str, t_ns: int) -> str:
        """ "makes coffee"; empty before their first deed."""
        times, deeds = self._begun.get(person, ([], []))
        done = bisect_right(times, t_ns)
        return deeds[done - 1] if done else ""
