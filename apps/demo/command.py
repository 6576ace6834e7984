"""`mmmem demo`: the first command to run."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from apps.cli.answer_json import answer_json
from apps.cli.output import emit, say, tell
from apps.demo.exam import Asked, Exam, examine
from apps.demo.page import next_commands, write_page

DEFAULT_SEED = 32


def demo(
    *,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where film, memory and page go; a new temporary folder.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another story.")] = DEFAULT_SEED,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object with every answer.")] = False,
) -> None:
    """Make a short film by code, remember it, ask about it, and write a page with answers and evidence.

    Needs no network, no model and no GPU. Exits with 0 also when an answer is wrong; it says how many were right.
    """
    tell("Drawing a film, remembering it and asking about it; this takes some seconds.")
    folder = Path(tempfile.mkdtemp(prefix="mmmem-demo-")) if out is None else out.expanduser()
    exam = examine(folder, seed)
    page = write_page(exam)
    if as_json:
        emit(_json(exam, page))
    else:
        _show(exam, page)


def _show(exam: Exam, page: Path) -> None:
    say(f"A film of {exam.story.duration_ns // 10**9} s, drawn in {exam.film_s:.1f} s and remembered in {exam.ingest_s:.1f} s.")
    say()
    for number, one in enumerate(exam.asked, start=1):
        _show_answer(number, one)
    say(f"{exam.num_right} of {len(exam.asked)} answers agree with the script of the film.")
    say(f"Page: {page}")
    say()
    say("Go on with:")
    for command in next_commands(exam):
        say(f"  {command}")


def _show_answer(number: int, one: Asked) -> None:
    at = "" if one.question.asked_at_ns is None else f" (asked at {one.question.asked_at_ns // 10**9} s of the film)"
    say(f"{number:2}. {one.question.text}{at}")
    if one.question.choices:
        say(f"      {' / '.join(one.question.choices)}")
    say(f"    {one.answer.text}")
    if not one.right:
        say(f"    WRONG, the script says: {one.question.expected}")
    say()


def _json(exam: Exam, page: Path) -> dict[str, Any]:
    return {
        "seed": exam.story.seed,
        "film": str(exam.film),
        "memory": str(exam.memory),
        "page": str(page),
        "film_s": round(exam.film_s, 3),
        "ingest_s": round(exam.ingest_s, 3),
        "num_right": exam.num_right,
        "num_questions": len(exam.asked),
        "questions": [_question_json(one) for one in exam.asked],
    }


def _question_json(one: Asked) -> dict[str, Any]:
    return {
        "text": one.question.text,
        "kind": one.question.kind,
        "asked_at_ns": one.question.asked_at_ns,
        "choices": list(one.question.choices),
        "expected": one.question.expected,
        "right": one.right,
        "answer": answer_json(one.answer, explain=True),
    }
