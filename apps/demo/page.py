"""The page of a demo: one HTML file with everything in it, that asks nothing of any network."""

import statistics
from collections.abc import Iterator
from html import escape
from pathlib import Path

import numpy as np

import mmmem
from apps.demo.belief import Belief
from apps.demo.exam import PAGE, Asked, Exam
from apps.demo.map import HouseMap
from apps.demo.pictures import Stills, data_uri, named_labels, png
from apps.demo.remembering import asking
from apps.demo.timeline import timeline
from apps.demo.truth import expected
from mmmem.clock import Calendar
from mmmem.errors import StorageError
from mmmem.memory import Memory
from mmmem.types import Evidence, FrameRef, Step
from streams.house.recorded import RecordedHouse

PICTURES_AN_ANSWER = 3
STRIP_PICTURES = 10
FILM_SPEED = 6
_MAP_PX = 960


def write_page(exam: Exam) -> Path:
    """Write the page into the demo's folder.

    Raises:
        StorageError: it cannot be written.
    """
    recordings = {path.name: path for path in exam.recordings}
    with asking(exam.memory) as memory, Stills(recordings, memory) as stills:
        content = page(exam, memory, stills)
    path = exam.folder / PAGE
    try:
        path.write_text(content, "utf-8")
    except OSError as error:
        raise StorageError(f"Cannot write the page {str(path)!r}: {error.strerror}; give another folder with -o.") from error
    return path


def page(exam: Exam, memory: Memory, stills: Stills) -> str:
    """The whole document."""
    here = Path(__file__).parent
    belief = Belief(memory)
    drawn = HouseMap(exam.day.life.home, belief, memory.calendar)
    cards = "".join(_card(number, one, memory, stills) for number, one in enumerate(exam.asked, start=1))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>mmmem demo: {exam.num_right} of {len(exam.asked)} right</title>
<style>{(here / "page.css").read_text("utf-8")}</style></head>
<body><main>
<h1>A house, a robot, a day, and a memory you can ask</h1>
<p class="soft">{_story(exam)}</p>
<div class="contact">{"".join(_contact(memory, stills))}</div>
<div class="top"><div>{_summary(exam, memory)}</div><div>{_films(exam, stills)}{drawn.legend()}</div></div>
<div class="maps"><figure>{drawn.svg()}<figcaption>The house's own plan, with the ways of the cameras, and where the memory has
things to be: dots in their colour, numbers for what moved, crossed out where it was found gone.</figcaption></figure>
<figure>{_own_map(belief)}<figcaption>The map that the memory drew itself, from depth, drifting poses and words: rooms, furniture,
things.</figcaption></figure></div>
<h2>What the memory holds</h2>
<div class="strip"><div class="strip-head"><span>Read back from the memory: kept pictures, what was seen and said, where things
were, and the evidence of each answer.</span>
<label>zoom <input id="zoom" type="range" min="1" max="6" step="0.1" value="1"></label></div>
{timeline(memory, belief.things, exam.asked, stills)}</div>
<h2>Questions and answers</h2>
<p class="soft">One of each kind, drawn from the truth of the house by the engine of its benchmark, blind to the answers.</p>
<div class="cards">{cards}</div>
<h2>How to go on</h2>
<pre>{escape(chr(10).join(next_commands(exam)))}</pre>
</main><script>{(here / "page.js").read_text("utf-8")}</script></body></html>
"""


def next_commands(exam: Exam) -> list[str]:
    """Commands to try next on the same memory."""
    memory = f'-m "{exam.memory}"' if " " in str(exam.memory) else f"-m {exam.memory}"
    thing = next((exam.day.life.home.thing(node).name for one in exam.asked for node in one.question.nodes[:1]
                  if node.startswith("O")), "phone")  # fmt: skip
    return [
        f'mmmem ask "Where is the {thing}?" {memory}',
        f'mmmem where "{thing}" {memory}',
        f"mmmem graph {memory} -o map.png",
        f"mmmem timeline {memory}",
        f"mmmem app {memory}    # the same in the browser, after: pip install 'mmmem[app]'",
        f"mmmem house --seed {exam.day.seed} --days 5    # a longer life of the same house",
    ]


def _story(exam: Exam) -> str:
    level, day = exam.day.watches[-1].plan.level, exam.day
    return (
        f"The house of seed {day.seed} lived for a day. {escape(day.wearer)} wore a camera at breakfast, and a robot looked "
        f"round twice. A detector of stated noise ({level.name}: it misses {level.drop:.0%} of what shows clearly, takes "
        f"{level.confusion:.0%} for something else and loses track) told the memory what is in each picture; poses drift and "
        "depth has holes. What really happened stayed outside and only checks the answers. No language model, GPU or network."
    )


def _contact(memory: Memory, stills: Stills) -> Iterator[str]:
    """Of each part of what was seen the picture that shows most different things."""
    shown: dict[FrameRef, set[str]] = {}
    for detection in memory.detections():
        shown.setdefault(detection.ref, set()).add(detection.label)
    refs = sorted(shown, key=lambda ref: ref.t_ns)
    for part in np.array_split(np.arange(len(refs)), min(STRIP_PICTURES, len(refs))) if refs else ():
        ref = max((refs[row] for row in part.tolist()), key=lambda ref: (len(shown[ref]), -ref.t_ns))
        when = memory.calendar.format(ref.t_ns, day=False)[:5]
        yield (
            f'<figure><img alt="picture of {escape(ref.stream_id)}, {when}" src="{stills.at(ref.stream_id, ref.t_ns)}">'
            f"<figcaption>{when} {escape(ref.stream_id)}</figcaption></figure>"
        )


def _films(exam: Exam, stills: Stills) -> str:
    """Each stretch as a film that runs faster than life."""
    shown = []
    for recording in exam.recordings:
        recorded = RecordedHouse(recording)
        for stretch in recorded.stretches:
            video = data_uri("video/mp4", stretch.files(recording).video.read_bytes())
            poster = stills.at(recording.name, (stretch.start_ns + stretch.last_ns) // 2)
            shown.append(
                f'<video controls muted loop preload="metadata" poster="{poster}" data-speed="{FILM_SPEED}" '
                f'title="{escape(recording.name)}, {FILM_SPEED} times as fast" src="{video}"></video>'
            )
    return f'<div class="films">{"".join(shown)}</div>'


def _own_map(belief: Belief) -> str:
    """Rooms, furniture and things as the scene graph has them; a sentence where it has none."""
    if not belief.things:
        return '<p class="soft">Nothing was seen long enough to be on it.</p>'
    return f'<img class="map" alt="map drawn by the memory" src="{png(np.asarray(belief.map_picture(_MAP_PX)))}">'


def _summary(exam: Exam, memory: Memory) -> str:
    stored = [report.stored for report in exam.reports]
    numbers = {
        "pictures looked at": exam.day.num_frames, "boxes found": sum(one.num_detections for one in stored),
        "captions and lines": sum(one.num_texts for one in stored),
        "rows of the scene graph": sum(one.num_assertions for one in stored),
        "facts": len(memory.facts()), "ms to answer (median)": f"{statistics.median(one.answer.ms for one in exam.asked):.0f}",
        "s to draw": f"{exam.took_s['drawing']:.0f}", "s to remember": f"{exam.took_s['remembering']:.0f}",
        "MB of memory": f"{sum(path.stat().st_size for path in exam.memory.rglob('*') if path.is_file()) / 1e6:.1f}",
    }  # fmt: skip
    cells = "".join(f"<div><b>{value}</b><span>{name}</span></div>" for name, value in numbers.items())
    dots = "".join(f'<a class="{_verdict(one)}-bg" href="#q{n}">{n}</a>' for n, one in enumerate(exam.asked, start=1))
    drawn = f"; drawn by {escape(exam.drawn_by)}" if exam.drawn_by else ""
    return (
        f'<div class="score">{exam.num_right}<small> of {len(exam.asked)} answers right</small></div>'
        f'<div class="dots">{dots}</div><div class="numbers">{cells}</div>'
        f'<p class="soft">mmmem {escape(mmmem.__version__)}{drawn}</p>'
    )


def _verdict(one: Asked) -> str:
    return "right" if one.right else "wrong"


def _card(number: int, one: Asked, memory: Memory, stills: Stills) -> str:
    question, answer = one.question, one.answer
    choices = f'<div class="soft">{escape(" / ".join(question.choices))}</div>' if question.choices else ""
    mark = '<b class="ok">right</b>' if one.right else '<b class="no">wrong</b>'
    sure = "abstained" if answer.abstained else f"confidence {answer.confidence:.2f}"
    boxed = named_labels(memory, question.text)  # the boxes worth drawing
    pictures = "".join(_evidence(evidence, memory.calendar, stills, boxed) for evidence in answer.evidence[:PICTURES_AN_ANSWER])
    return (
        f'<section class="card {_verdict(one)}" id="q{number}"><span class="kind">{escape(one.kind)}</span>'
        f'<div class="question">{number}. {escape(question.text)} '
        f'<span class="soft">asked at {memory.calendar.format(question.asked_at_ns, day=False)[:5]}</span></div>{choices}'
        f'<div class="answer">{escape(answer.text)}</div>'
        f'<div class="verdict">{mark}, the house says: {escape(expected(question))} ({sure}, {answer.ms:.0f} ms)</div>'
        f'<div class="evidence">{pictures}</div>{_steps(answer.steps)}</section>'
    )


def _evidence(evidence: Evidence, calendar: Calendar, stills: Stills, boxed: frozenset[str]) -> str:
    ref = evidence.frames[0] if evidence.frames else None
    stream_id, t_ns = (ref.stream_id, ref.t_ns) if ref else (evidence.stream_id, evidence.span.middle_ns)
    return (
        f'<a><img alt="{escape(stream_id)} at {calendar.format(t_ns)}" src="{stills.at(stream_id, t_ns, boxed)}">'
        f"<i>{calendar.format(t_ns, day=False)}</i> {escape(stream_id)} {escape(evidence.id)}"
        f"<span>{escape(evidence.text)}</span></a>"
    )


def _steps(steps: tuple[Step, ...]) -> str:
    rows = "".join(_step_rows(steps))
    return f"<details><summary>steps: {len(steps)}</summary><table>{rows}</table></details>"


def _step_rows(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        cells = (f"{step.source} / {step.granularity}", step.sub_query, f"{step.hits} hits", step.why, f"{step.ms:.1f} ms")
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
