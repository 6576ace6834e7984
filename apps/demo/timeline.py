"""The timeline of the page: everything on it was read back from the memory, nothing from the script."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from apps.demo.exam import Asked
from apps.demo.pictures import Stills
from mmmem.clock import NS_PER_S, Span, format_duration
from mmmem.memory import Memory
from mmmem.types import Fact

_PALETTE = ("#8fc7b0", "#f2b880", "#b6aee8", "#f0a3a0", "#9cc4ea", "#e3cf7a", "#c9a98b", "#d8a8d0", "#a9cf84", "#8fd0d6")
_SPEAKER, _CAPTION = "#c9c0f0", "#e5dccf"
_TICK_S = 10
_STILL_SHARE = 0.075
"""Width of a still as a share of the strip; those that would overlap are left out."""


def timeline(memory: Memory, asked: Sequence[Asked], stills: Stills) -> str:
    """The strip as HTML: pictures, clips, captions, speech, facts by their subject, and where each answer points."""
    length_ns = memory.end_ns()
    lanes = list(_lanes(memory, asked, stills, length_ns))
    names = "".join(f"<div>{escape(name)}</div>" for name, _ in lanes)
    rows = "".join(
        f'<div class="lane{" film" if number == 0 else ""}">{content}</div>' for number, (_, content) in enumerate(lanes)
    )
    return (
        f'<div class="lanes"><div class="names">{names}</div><div class="scroll">'
        f'<div class="track" data-length="{length_ns / NS_PER_S:.3f}">{rows}'
        '<div class="head" style="left:0"></div></div></div></div>'
    )


def _lanes(memory: Memory, asked: Sequence[Asked], stills: Stills, length_ns: int) -> Iterator[tuple[str, str]]:
    yield "pictures", _film(memory, stills, length_ns)
    clips = [(clip.span, f"clip {n}") for n, clip in enumerate(memory.clips("clip"), start=1)]
    yield "clips", "".join(_piece(span, name, _PALETTE[n % 2 * 4], length_ns) for n, (span, name) in enumerate(clips))
    captions = [(text.text.span, text.text.text) for text in memory.texts(kind="caption")]
    yield "seen", "".join(_piece(span, words, _CAPTION, length_ns) for span, words in captions)
    said = [(text.text.span, f"{text.text.speaker}: {text.text.text}") for text in memory.texts(kind="speech")]
    yield "said", "".join(_piece(span, words, _SPEAKER, length_ns) for span, words in said)
    by_subject = _by_subject(memory)
    states = dict.fromkeys(_state(fact) for facts in by_subject.values() for fact in facts)
    colours = {state: _PALETTE[n % len(_PALETTE)] for n, state in enumerate(states)}
    for subject, facts in by_subject.items():
        yield subject, "".join(_fact(fact, colours, length_ns) for fact in facts)
    yield "answers", "".join(_marks(asked, length_ns))
    yield (
        "",
        "".join(
            f'<span class="tick" style="left:{_percent(t * NS_PER_S, length_ns)}">{format_duration(t * NS_PER_S)}</span>'
            for t in range(0, length_ns // NS_PER_S, _TICK_S)
        ),
    )


def _by_subject(memory: Memory) -> dict[str, list[Fact]]:
    """Where things and people were, people first."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in memory.facts():
        if fact.predicate in ("at", "held_by"):
            found[fact.subject].append(fact)
    return dict(sorted(found.items(), key=lambda item: (item[0][:1].islower(), item[1][0].valid.start_ns)))


def _film(memory: Memory, stills: Stills, length_ns: int) -> str:
    """Kept pictures from left to right, as many as fit."""
    pieces, free_from = [], 0.0
    for frame in memory.frames(keyframes=True):
        share = frame.ref.t_ns / length_ns
        if free_from <= share <= 1 - _STILL_SHARE:
            free_from = share + _STILL_SHARE
            pieces.append(
                f'<img class="still" alt="kept picture" src="{stills.at(frame.ref.t_ns)}" '
                f'data-t="{frame.ref.t_ns / NS_PER_S:.3f}" style="left:{share:.3%}">'
            )
    return "".join(pieces)


def _state(fact: Fact) -> str:
    return f"with {fact.object}" if fact.predicate == "held_by" else fact.object


def _fact(fact: Fact, colours: Mapping[str, str], length_ns: int) -> str:
    span = Span(fact.valid.start_ns, min(fact.valid.end_ns, length_ns))
    return _piece(span, _state(fact), colours[_state(fact)], length_ns)


def _piece(span: Span, words: str, colour: str, length_ns: int) -> str:
    when = f"{format_duration(span.start_ns)} - {format_duration(span.end_ns)}"
    return (
        f'<div class="span" title="{escape(words)} ({when})" data-t="{span.start_ns / NS_PER_S:.3f}" style="background:{colour};'
        f'left:{_percent(span.start_ns, length_ns)};width:{_percent(span.duration_ns, length_ns)}">{escape(words)}</div>'
    )


def _marks(asked: Sequence[Asked], length_ns: int) -> Iterable[str]:
    for number, one in enumerate(asked, start=1):
        if one.answer.evidence:
            t_ns = one.answer.evidence[0].span.middle_ns
            verdict = "right" if one.right else "wrong"
            yield f'<a class="mark {verdict}-bg" href="#q{number}" style="left:{_percent(t_ns, length_ns)}">{number}</a>'


def _percent(t_ns: int, length_ns: int) -> str:
    return f"{t_ns / length_ns:.3%}"
