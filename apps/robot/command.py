"""`mmmem robot`: a robot runs errands over days in a simulated house, and remembers."""

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from apps.cli.options import AsJson
from apps.cli.output import emit, say, show_pairs, tell
from apps.cli.whole_files import replacing
from mmmem.errors import InvalidInputError

if TYPE_CHECKING:
    from apps.robot.days import House, Told
    from mmmem.memory import Memory


def robot(
    *,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another house, with other errands.")] = 7,
    days: Annotated[int, typer.Option(min=1, metavar="N", help="How many days.")] = 2,
    errands: Annotated[int, typer.Option(min=1, max=8, metavar="N", help="How many errands a day.")] = 6,
    noise: Annotated[str, typer.Option(metavar="none|light|moderate|heavy", help="How much the robot's eyes err.")] = "moderate",
    memory: Annotated[
        Path | None, typer.Option("--memory", "-m", metavar="DIR", help="Keeps what it learns; forgotten at the end by default.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="PNG", help="Draw the ways of the last day on the plan.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let a robot fetch things for people over some days: from memory where it can, by going and looking where it must.

    It verifies what it takes, corrects its memory where that was wrong, and keeps what worked for the next time. With --memory a
    later run goes on with what an earlier one learned; mmmem forget removes it.
    """
    import numpy as np

    from apps.robot.days import House, fetchable, run_day

    told: list[Told] = []
    _check_picture(out)
    with ExitStack() as stack:
        house = House.open(seed, days, noise=noise)
        stack.callback(house.env.close)
        folder = memory.expanduser() if memory else Path(stack.enter_context(TemporaryDirectory())) / "memory"
        kept = house.memory(stack.enter_context(_opened(folder, house)))
        things = fetchable(house.home, np.random.default_rng(seed), errands)
        for day in range(days):
            if not as_json:
                say(f"Day {day + 1}")
            told += run_day(house, kept, day, things, (lambda one: None) if as_json else _show)
        if out is not None:
            _draw(house, [one for one in told if one.day == days - 1], out)
    _sum_up(told, days, as_json=as_json)


def _check_picture(out: Path | None) -> None:
    """Before the days are lived.

    Raises:
        InvalidInputError: it is no name of a picture, or its folder is not there.
    """
    from streams.clips import PICTURE_SUFFIXES

    if out is None:
        return
    if out.suffix.lower() not in PICTURE_SUFFIXES:
        raise InvalidInputError(f"Cannot draw {out.name!r}: end its name in {', '.join(PICTURE_SUFFIXES)}.")
    if not out.expanduser().absolute().parent.is_dir():
        raise InvalidInputError(f"Cannot draw {str(out)!r}: its folder is not there; make it first.")


def _opened(folder: Path, house: "House") -> "Memory":
    from mmmem.memory import Memory

    return Memory.open(folder, mode="w", create=True, calendar=house.env.calendar)


def _show(one: "Told") -> None:
    came = "handed over" if one.brought else "left in the room" if one.left else "not brought"
    say(f"  {one.asked}: {came}; {one.pictures} pictures, {one.path_m:.0f} m, {one.seconds:.0f} s")
    for line in one.log:
        say(f"    {line}")


def _sum_up(told: "list[Told]", days: int, *, as_json: bool) -> None:
    """What each day came to."""
    sums = [_sums([one for one in told if one.day == day]) for day in range(days)]
    if as_json:
        emit({"errands": [{**asdict(one), "day": one.day + 1} for one in told], "days": sums})
        return
    say()
    for number, day in enumerate(sums, start=1):
        words = {name: f"{value:g}" for name, value in day.items()}
        show_pairs({f"day {number}": ", ".join(f"{name} {value}" for name, value in words.items())})


def _sums(told: "list[Told]") -> dict[str, float]:
    num = max(len(told), 1)
    return {
        "errands": len(told),
        "handed over": sum(one.brought for one in told),
        "left in the room": sum(one.left for one in told),
        "pictures each": round(sum(one.pictures for one in told) / num, 1),
        "metres each": round(sum(one.path_m for one in told) / num, 1),
        "seconds each": round(sum(one.seconds for one in told) / num),
    }


def _draw(house: "House", told: "list[Told]", out: Path) -> None:
    from PIL import Image

    from streams.house.plan_picture import draw_plan

    trails = [one.trail for one in told if len(one.trail) > 1]
    path = out.expanduser()
    with replacing(path) as unfinished:
        Image.fromarray(draw_plan(house.home, house.env.world.state, trails)).save(unfinished)
    tell(f"the ways of the last day are drawn in {path}")
