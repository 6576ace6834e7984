"""What a household has fixed for its days: who cooks, who visits, and what will go wrong."""

from dataclasses import dataclass, field

from streams.house.people import Person


@dataclass(slots=True)
class Agenda:
    """What a household has fixed for its days, by number of the day since 1970.

    Args:
        breaking: which thing breaks on a day, and who drops it.
        misplacing: who misplaces keys on a day.
        visits: hours from and to of the guest's visits; beyond 24 is the next day.
    """

    residents: tuple[str, ...]
    breaking: dict[int, tuple[str, str]] = field(default_factory=dict)
    misplacing: dict[int, str] = field(default_factory=dict)
    visits: dict[int, tuple[float, float]] = field(default_factory=dict)

    def cook(self, day: int) -> str:
        """Who cooks."""
        return self.residents[day % len(self.residents)]

    def washer(self, day: int) -> str:
        """Who washes up."""
        return self.residents[(day + 1) % len(self.residents)]


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def plans_of(p: Person, agenda: Agenda, day: int) -> list[tuple[str, float]]:
    """What a person can truly say about this day and the next ones, each up to an hour of the day."""
    told: list[tuple[str, float]] = []
    guest = next((one.name for one in p.scene.home.residents if not one.bedroom), "")
    for visit in agenda.visits:
        if guest and day <= visit < day + 4:
            when = "tonight" if visit == day else f"on {_DAYS[(visit + 3) % 7]}"
            told.append((f"{guest} is coming for dinner {when}.", 18.0 if visit == day else 24.0))
    if agenda.cook(day) == p.id:
        told.append(("It's my turn to cook tonight.", 18.7))
    if agenda.washer(day) == p.id:
        told.append(("I'll wash up after dinner.", 20.0))
    return told
