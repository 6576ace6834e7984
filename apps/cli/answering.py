"""`mmmem ask` and `mmmem search`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from apps.cli.options import AsJson, AskedAt, Batch, Encoder, MemoryDir, NoCache, OneStream, Prices, Sources, TextEmbedder, Window
from apps.cli.output import emit, say, shortened, show_pairs, show_table, tell
from mmmem.errors import InvalidInputError
from mmmem.wording import counted

if TYPE_CHECKING:
    from mmmem.agent.question import Question as Plan
    from mmmem.memory import Memory
    from mmmem.types import Answer, Evidence

NUM_EVIDENCE = 15
_SHOWN_CHARS = 110

Question = Annotated[str | None, typer.Argument(metavar="QUESTION", help="The question, in quotation marks.")]
Words = Annotated[str | None, typer.Argument(metavar="WORDS", help="What to look for, in quotation marks.")]
NumEvidence = Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many pieces of evidence.")]


def ask(
    question: Question = None,
    *,
    memory: MemoryDir,
    asked_at: AskedAt = None,
    window: Window = None,
    stream: OneStream = None,
    choice: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="An answer to choose among; give it at least twice.")
    ] = None,
    source: Sources = None,
    k: NumEvidence = NUM_EVIDENCE,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also show the plan, and what was looked at, in which order and why.")
    ] = False,
    chat: Annotated[
        str | None,
        typer.Option(metavar="URL#MODEL|DIR", envvar="MMMEM_CHAT", help="A language model to judge the evidence where unsure."),
    ] = None,
    budget: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="What the model may use in all: '20k tokens', '30s', '$0.50'.")
    ] = None,
    prices: Prices = None,
    chat_always: Annotated[bool, typer.Option("--chat-always", help="Ask the model every time.")] = False,
    chat_share: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, metavar="SHARE", help="Ask it about this share of multiple choices, the least sure ones."),
    ] = None,
    phrase: Annotated[
        bool, typer.Option("--phrase", help="Let the model word the answer, with the number of its evidence after each claim.")
    ] = False,
    no_cache: NoCache = False,
    batch: Batch = None,
    encoder: Encoder = None,
    text_embedder: TextEmbedder = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question with evidence, or say why not.

    With --batch, a line that cannot be answered is reported on stderr and gets a line {id, error}; the others are answered,
    and the exit code is 2.
    """
    _need_one(question=question, batch=batch)
    from apps.cli.answer_json import answer_json
    from apps.cli.batches import answer_lines
    from apps.cli.memories import known_sources, reading
    from apps.cli.model_tier import model_tier
    from apps.cli.plans import plan_json, plan_of
    from apps.cli.times import asked_at_ns, maybe_span

    known_sources(source)
    model = model_tier(
        memory, chat, budget=budget, prices=prices, always=chat_always, share=chat_share, phrase=phrase, no_cache=no_cache
    )
    with reading(memory, encoder=encoder, text_embedder=text_embedder) as opened:
        span, asked = maybe_span(opened, window), asked_at_ns(opened, asked_at)
        if batch is not None:
            answer_lines(
                opened, batch, answer=True, asked_at_ns=asked, window=span, stream=stream, sources=source, k=k, model=model
            )
            return
        answer = opened.ask(
            question or "", asked_at=asked, window=span, stream=stream, sources=source, choices=choice or (), k=k, model=model
        )
        plan = plan_of(opened, question or "", asked, tuple(choice or ())) if explain else None
        if as_json:
            emit({**answer_json(answer, explain=explain), **({"plan": plan_json(plan)} if plan else {})})
        else:
            _show_answer(opened, answer, k)
            if plan:
                _show_reasons(opened, answer, plan)


def search(
    words: Words = None,
    *,
    memory: MemoryDir,
    image: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Find what looks like this picture, instead of words.")
    ] = None,
    asked_at: AskedAt = None,
    window: Window = None,
    stream: OneStream = None,
    source: Sources = None,
    k: NumEvidence = NUM_EVIDENCE,
    batch: Batch = None,
    encoder: Encoder = None,
    text_embedder: TextEmbedder = None,
    as_json: AsJson = False,
) -> None:
    """Find what bears on some words, or what looks like a picture; best first. Batches work as for ask."""
    _need_one(words=words, image=image, batch=batch)
    from apps.cli.answer_json import evidence_json
    from apps.cli.batches import answer_lines
    from apps.cli.memories import known_sources, reading
    from apps.cli.similar import like_picture
    from apps.cli.times import asked_at_ns, maybe_span

    known_sources(source)
    with reading(memory, encoder=encoder, text_embedder=text_embedder) as opened:
        span, asked = maybe_span(opened, window), asked_at_ns(opened, asked_at)
        if batch is not None:
            answer_lines(opened, batch, answer=False, asked_at_ns=asked, window=span, stream=stream, sources=source, k=k)
            return
        if image is not None:
            found = like_picture(opened, image, asked_at_ns=asked, window=span, stream=stream, k=k)
        else:
            found = opened.search(words or "", asked_at=asked, window=span, stream=stream, sources=source, k=k)
        if as_json:
            emit({"evidence": [evidence_json(one) for one in found]})
        else:
            _show_evidence(opened, found)
        if not found:
            tell(_why_nothing(opened, asked))


def _need_one(**given: object) -> None:
    named = [name for name, value in given.items() if value is not None]
    if len(named) != 1:
        ways = " or ".join(name.upper() if name in ("question", "words") else f"--{name}" for name in given)
        raise InvalidInputError(f"Give one of {ways}; {len(named)} were given.")


def _show_answer(memory: "Memory", answer: "Answer", k: int) -> None:
    say(answer.text)
    if answer.abstained:
        say("no confidence: the evidence does not suffice")
    else:
        say(f"confidence {answer.confidence:.2f}")
    _show_evidence(memory, answer.evidence[:k])


def _show_reasons(memory: "Memory", answer: "Answer", plan: "Plan") -> None:
    from apps.cli.plans import plan_pairs

    say()
    say("plan")
    show_pairs(plan_pairs(plan, memory.calendar))
    say()
    rows = [(step.source, step.granularity, step.sub_query, str(step.hits), f"{step.ms:.1f}", step.why) for step in answer.steps]
    show_table(("source", "granularity", "looked for", "hits", "ms", "why"), rows, right=("hits", "ms"))


def _show_evidence(memory: "Memory", found: "tuple[Evidence, ...] | list[Evidence]") -> None:
    if not found:
        return
    rows = [
        (
            memory.calendar.format_span(one.span),
            one.stream_id,
            one.source,
            one.id,
            f"{one.score:.2f}",
            shortened(one.text, _SHOWN_CHARS),
        )
        for one in found
    ]
    show_table(("time", "stream", "source", "id", "score", "text"), rows, right=("score",))


def _why_nothing(memory: "Memory", asked_at_ns: int | None) -> str:
    upto_ns = memory.end_ns() if asked_at_ns is None else asked_at_ns
    columns = memory.clip_columns("clip", upto_ns)
    if not len(columns):
        return f"nothing found: the memory holds nothing up to {memory.calendar.format(upto_ns)}"
    looked = counted(len(columns), "clip", f"up to {memory.calendar.format(upto_ns)}")
    return f"nothing found: {looked} {'was' if len(columns) == 1 else 'were'} looked at and none bears on it"
