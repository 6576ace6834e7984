"""`mmmem demo`: the first command to run."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.cli.output import emit, say, tell
from apps.cli.running import INTERRUPTED, stop_on_interrupt

if TYPE_CHECKING:
    from apps.demo.exam import Asked, Exam

DEFAULT_SEED = 7


def demo(
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Where recordings, memory and page go; a new temporary folder."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another house, with another day.")] = DEFAULT_SEED,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object with every answer.")] = False,
) -> None:
    """Let a house live for a day, watch it, remember it, ask about it, and write a page of answers with a map.

    Needs no network, no model and no GPU. Somebody wears a camera at breakfast, and a robot makes two tours; a detector that errs
    tells what they saw. Exits with 0 also when an answer is wrong; it says how many were right.
    """
    from apps.demo.exam import examine
    from apps.demo.page import write_page
    from apps.demo.progress import progress_of
    from apps.demo.scale import fitting
    from streams.house.stretch_recording import Conduct

    scale, note = fitting()
    tell(note)
    folder = Path(tempfile.mkdtemp(prefix="mmmem-demo-")) if out is None else out.expanduser()
    with stop_on_interrupt(lambda: None) as stop, progress_of() as progress:
        exam = examine(folder, seed, scale, conduct=Conduct(workers=_cores(), stop=stop), progress=progress)
    if exam is None:
        tell(f"interrupted: what was recorded is kept. Go on with: mmmem demo --seed {seed} -o {folder}")
        raise typer.Exit(INTERRUPTED)
    page = write_page(exam)
    if as_json:
        emit(_json(exam, page))
    else:
        _show(exam, page)


def _cores() -> int:
    import os

    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 3)


def _show(exam: "Exam", page: Path) -> None:
    from apps.demo.page import next_commands

    took = ", ".join(f"{what} {seconds:.0f} s" for what, seconds in exam.took_s.items())
    say(f"A day of the house of seed {exam.day.seed} in {exam.day.num_frames} pictures ({took}).")
    say()
    for number, one in enumerate(exam.asked, start=1):
        _show_answer(number, one)
    say(f"{exam.num_right} of {len(exam.asked)} answers agree with the house.")
    say(f"Page: {page}")
    say()
    say("Go on with:")
    for command in next_commands(exam):
        say(f"  {command}")


def _show_answer(number: int, one: "Asked") -> None:
    from apps.demo.truth import expected
    from streams.house.recording_plan import CALENDAR

    say(f"{number:2}. {one.question.text} (asked at {CALENDAR.format(one.question.asked_at_ns, day=False)})")
    if one.question.choices:
        say(f"      {' / '.join(one.question.choices)}")
    say(f"    {one.answer.text}")
    if not one.right:
        say(f"    WRONG, the house says: {expected(one.question)}")
    say()


def _json(exam: "Exam", page: Path) -> dict[str, Any]:
    return {
        "seed": exam.day.seed,
        "folder": str(exam.folder),
        "memory": str(exam.memory),
        "page": str(page),
        "num_frames": exam.day.num_frames,
        "drawn_by": exam.drawn_by,
        "took_s": {what: round(seconds, 3) for what, seconds in exam.took_s.items()},
        "num_right": exam.num_right,
        "num_questions": len(exam.asked),
        "questions": [_question_json(one) for one in exam.asked],
    }


def _question_json(one: "Asked") -> dict[str, Any]:
    from apps.cli.answer_json import answer_json
    from apps.demo.truth import expected

    return {
        "text": one.question.text,
        "kind": one.kind,
        "family": one.question.family,
        "asked_at_ns": one.question.asked_at_ns,
        "choices": list(one.question.choices),
        "expected": expected(one.question),
        "right": one.right,
        "answer": answer_json(one.answer, explain=True),
    }
