"""The page of a demo: one HTML file with everything in it, that asks nothing of any network."""

import statistics
from collections.abc import Iterator
from html import escape
from pathlib import Path

import mmmem
from apps.demo.exam import PAGE, Asked, Exam
from apps.demo.pictures import Stills, data_uri
from apps.demo.timeline import timeline
from mmmem.clock import NS_PER_S, Calendar
from mmmem.errors import StorageError
from mmmem.memory import Memory
from mmmem.types import Evidence, Step

PICTURES_AN_ANSWER = 3


def write_page(exam: Exam) -> Path:
    """Write the page into the demo's folder.

    Raises:
        StorageError: it cannot be written.
    """
    stills = Stills(exam.film)
    try:
        with Memory.open(exam.memory) as memory:
            content = page(exam, memory, stills)
    finally:
        stills.close()
    path = exam.folder / PAGE
    try:
        path.write_text(content, "utf-8")
    except OSError as error:
        raise StorageError(f"Cannot write the page {str(path)!r}: {error.strerror}; give another folder with -o.") from error
    return path


def page(exam: Exam, memory: Memory, stills: Stills) -> str:
    """The whole document."""
    here = Path(__file__).parent
    cards = "".join(_card(number, one, memory.calendar, stills) for number, one in enumerate(exam.asked, start=1))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>mmmem demo: {exam.num_right} of {len(exam.asked)} right</title>
<style>{(here / "page.css").read_text("utf-8")}</style></head>
<body><main>
<h1>A memory you can ask</h1>
<p class="soft">The film was drawn by code from seed {exam.story.seed}. The memory saw its pictures and read its captions and
subtitles; the script stayed outside, and only checks the answers. No language model, no GPU, no network.</p>
<div class="top"><video controls preload="auto" src="{data_uri("video/mp4", exam.film.read_bytes())}"></video>
<div>{_summary(exam, memory)}</div></div>
<h2>What the memory holds</h2>
<div class="strip"><div class="strip-head"><span>Read back from the memory: kept pictures, clips, what was seen and
said, who and what was where, and the evidence of each answer. Click to see the moment.</span>
<label>zoom <input id="zoom" type="range" min="1" max="6" step="0.1" value="1"></label></div>
{timeline(memory, exam.asked, stills)}</div>
<h2>Questions and answers</h2>
<div class="cards">{cards}</div>
<h2>How to go on</h2>
<pre>{escape(chr(10).join(next_commands(exam)))}</pre>
</main><script>{(here / "page.js").read_text("utf-8")}</script></body></html>
"""


def next_commands(exam: Exam) -> list[str]:
    """Commands to try next on the same memory."""
    memory = f'-m "{exam.memory}"' if " " in str(exam.memory) else f"-m {exam.memory}"
    return [
        f'mmmem ask "Where is the {exam.story.cast.book}?" {memory}',
        f'mmmem search "fridge" {memory}',
        f"mmmem timeline {memory}",
        f"mmmem ingest YOUR_VIDEO.mp4 {memory}",
    ]


def _summary(exam: Exam, memory: Memory) -> str:
    stored = exam.ingest.stored
    numbers = {
        "pictures looked at": stored.num_frames, "pictures kept": stored.num_keyframes, "captions and lines": stored.num_texts,
        "clips": len(memory.clips("clip")), "facts": len(memory.facts()),
        "ms to answer (median)": f"{statistics.median(one.answer.ms for one in exam.asked):.1f}",
        "film": memory.calendar.format(exam.story.duration_ns), "s to draw it": f"{exam.film_s:.1f}",
        "s to remember it": f"{exam.ingest_s:.1f}",
    }  # fmt: skip
    cells = "".join(f"<div><b>{value}</b><span>{name}</span></div>" for name, value in numbers.items())
    dots = "".join(f'<a class="{_verdict(one)}-bg" href="#q{n}">{n}</a>' for n, one in enumerate(exam.asked, start=1))
    unseen = "; ".join(exam.ingest.not_looked_at)
    note = f'<p class="soft">Not looked at: {escape(unseen)}.</p>' if unseen else ""
    return (
        f'<div class="score">{exam.num_right}<small> of {len(exam.asked)} answers right</small></div>'
        f'<div class="dots">{dots}</div><div class="numbers">{cells}</div>{note}'
        f'<p class="soft">mmmem {escape(mmmem.__version__)}</p>'
    )


def _verdict(one: Asked) -> str:
    return "right" if one.right else "wrong"


def _card(number: int, one: Asked, calendar: Calendar, stills: Stills) -> str:
    question, answer = one.question, one.answer
    asked_at = (
        "" if question.asked_at_ns is None else f" <span class='soft'>asked at {calendar.format(question.asked_at_ns)}</span>"
    )
    choices = f'<div class="soft">{escape(" / ".join(question.choices))}</div>' if question.choices else ""
    mark = '<b class="ok">right</b>' if one.right else '<b class="no">wrong</b>'
    sure = "abstained" if answer.abstained else f"confidence {answer.confidence:.2f}"
    pictures = "".join(_evidence(evidence, calendar, stills) for evidence in answer.evidence[:PICTURES_AN_ANSWER])
    return (
        f'<section class="card {_verdict(one)}" id="q{number}"><span class="kind">{escape(question.kind)}</span>'
        f'<div class="question">{number}. {escape(question.text)}{asked_at}</div>{choices}'
        f'<div class="answer">{escape(answer.text)}</div>'
        f'<div class="verdict">{mark}, the script says: {escape(question.expected)} ({sure}, {answer.ms:.1f} ms)</div>'
        f'<div class="evidence">{pictures}</div>{_steps(answer.steps)}</section>'
    )


def _evidence(evidence: Evidence, calendar: Calendar, stills: Stills) -> str:
    t_ns = evidence.span.middle_ns
    return (
        f'<a data-t="{evidence.span.start_ns / NS_PER_S:.3f}">'
        f'<img alt="the film at {calendar.format(t_ns)}" src="{stills.at(t_ns)}">'
        f"<i>{calendar.format_span(evidence.span)}</i> {escape(evidence.id)}<span>{escape(evidence.text)}</span></a>"
    )


def _steps(steps: tuple[Step, ...]) -> str:
    rows = "".join(_step_rows(steps))
    return f"<details><summary>steps: {len(steps)}</summary><table>{rows}</table></details>"


def _step_rows(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        cells = (f"{step.source} / {step.granularity}", step.sub_query, f"{step.hits} hits", step.why, f"{step.ms:.1f} ms")
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
