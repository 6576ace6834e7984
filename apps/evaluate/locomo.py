"""LoCoMo: questions about conversations of many sessions, with the turns that answer them.

Input: the turns (`speaker`, `text`, `blip_caption`) of each `session_<n>` with its date and time, and `question`. `category`
groups the figures. Gold, read when a prediction is scored: `answer`, `adversarial_answer`, `evidence`. The summaries,
observations and events that come with a conversation are annotations and are never read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from apps.evaluate.cases import AskedQuestion, Case, Dataset, Mark, Prediction, Recording, Scored, Way
from apps.evaluate.confidence import chance_of_share
from apps.evaluate.files import read_json, text_field
from apps.evaluate.grounding import CLIP_NS, of_other_streams, turns_found
from apps.evaluate.token_f1 import answer_f1
from mmmem.clock import NS_PER_MIN, NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, SourceError
from mmmem.types import Answer, TimedText

CALENDAR = Calendar("wall", "UTC")
KS = (5, 10, 25)
SEARCH = Way("question", max(KS))
ADVERSARIAL = "5 adversarial"
CATEGORIES = {1: "1 multi-hop", 2: "2 temporal", 3: "3 open-domain", 4: "4 single-hop", 5: ADVERSARIAL}
"""Names of the numbers in the files, as the official evaluation treats them; the paper lists them in another order."""
HEADLINE = ("recall@5", "recall@10", "recall@25", "answer F1", "abstained though answerable", "abstained, as is right")
OBJECTIVE = "recall@10"
LEAST_F1 = 0.5
"""From here on the words of an answer count as right."""
QUOTING = ("text", "list")
CHANCE = "recall@k: k distinct turns drawn from the conversation"
RECORDING = "conversations"

_SESSION = re.compile(r"session_(\d+)")
_TURN = re.compile(r"D(\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class ConversationGold:
    """The evidence turns by id, each once, and the answer; `num_unreadable` ids are in the file but in no conversation."""

    turns: tuple[str, ...]
    answer: str
    num_unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation without its annotations: the span of every turn, and the texts in order of time."""

    key: str
    turns: Mapping[str, Span]
    texts: tuple[TimedText, ...]


def read(path: Path) -> Dataset[ConversationGold]:
    """Read a LoCoMo file, or every JSON file of a folder.

    Raises:
        SourceError: there is none.
        InvalidInputError: a file is not in the official format.
    """
    records = [record for file in _files(path) for record in _records(file)]
    talks = [conversation(record) for record in records]
    by_key = {talk.key: talk for talk in talks}
    if len(by_key) < len(talks):
        raise InvalidInputError(f"{str(path)!r} holds conversations with the same sample_id; keep one file of each.")
    recording = Recording(RECORDING, CALENDAR, {talk.key: talk.texts for talk in talks})
    found = [case for record, talk in zip(records, talks, strict=True) for case in cases(record, talk)]
    return Dataset(
        "locomo", (recording,), tuple(found), (SEARCH,), partial(score, by_key), HEADLINE, CHANCE,
        minutes=partial(minutes, by_key), objective=OBJECTIVE,
    )  # fmt: skip


def minutes(talks: Mapping[str, Conversation], question: AskedQuestion, right: ConversationGold) -> frozenset[tuple[str, int]]:
    """The minutes in which the evidence turns are said."""
    stream = question.stream or ""
    return frozenset((stream, talks[stream].turns[turn].start_ns // NS_PER_MIN) for turn in right.turns)


def _files(path: Path) -> list[Path]:
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise SourceError(f"{str(path)!r} holds no JSON file; give the folder or file of LoCoMo's conversations.")
    return files


def _records(file: Path) -> list[Mapping[str, Any]]:
    content = read_json(file)
    records = content if isinstance(content, list) else [content]
    if not all(isinstance(record, Mapping) and isinstance(record.get("qa"), list) for record in records):
        raise InvalidInputError(f"{str(file)!r} must hold conversations with their 'qa', as LoCoMo publishes them.")
    return records


def conversation(record: Mapping[str, Any]) -> Conversation:
    """The turns of a conversation: turn i of a session is said 30 s times i after the session begins, for 30 s.

    So a turn is one clip of a memory. Reads sessions and their dates alone; they lie in the record, or in its field
    `conversation` as in the first release.

    Raises:
        InvalidInputError: a session has no readable date, or begins before the last one has ended.
    """
    key = text_field(record, "sample_id", "a LoCoMo conversation")
    talk = record["conversation"] if isinstance(record.get("conversation"), Mapping) else record
    numbers = sorted(int(match[1]) for name in talk if (match := _SESSION.fullmatch(name)) and talk[name])
    turns: dict[str, Span] = {}
    texts: list[TimedText] = []
    end_ns = 0
    for number in numbers:
        where = f"LoCoMo {key}, session {number}"
        start_ns = session_start_ns(text_field(talk, f"session_{number}_date_time", where), where)
        if start_ns < end_ns:
            raise InvalidInputError(f"{where} begins before the session before it has ended.")
        for i, turn in enumerate(talk[f"session_{number}"]):
            span = Span(start_ns + i * CLIP_NS, start_ns + (i + 1) * CLIP_NS)
            turns[text_field(turn, "dia_id", where)] = span
            texts.extend(_said(turn, span, where))
            end_ns = span.end_ns
    if not texts:
        raise InvalidInputError(f"LoCoMo {key} holds no session with a turn.")
    return Conversation(key, turns, tuple(texts))


def session_start_ns(text: str, where: str) -> int:
    """`1:56 pm on 8 May, 2023` in UTC.

    Raises:
        InvalidInputError: it is written in another way.
    """
    try:
        moment = datetime.strptime(text, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidInputError(f"{where}: cannot read {text!r} as a date such as '1:56 pm on 8 May, 2023'.") from error
    return int(moment.timestamp()) * NS_PER_S


def _said(turn: Mapping[str, Any], span: Span, where: str) -> Iterator[TimedText]:
    speaker, words, picture = text_field(turn, "speaker", where), turn.get("text"), turn.get("blip_caption")
    if isinstance(words, str) and words.strip():
        yield TimedText(span, words.strip(), "speech", speaker, source=turn["dia_id"])
    if isinstance(picture, str) and picture.strip():
        yield TimedText(span, f"{speaker} shares {picture.strip()}", "caption", source=turn["dia_id"])


def cases(record: Mapping[str, Any], talk: Conversation) -> list[Case[ConversationGold]]:
    """Questions of a conversation, asked when its last session has ended; nothing of the gold is read here.

    Raises:
        InvalidInputError: a question lacks its words or has an unknown category.
    """
    asked_at_ns = max(span.end_ns for span in talk.turns.values())
    found = []
    for number, entry in enumerate(record["qa"]):
        name = f"{talk.key}-{number}"
        kind = CATEGORIES.get(entry.get("category"))
        if kind is None:
            raise InvalidInputError(f"LoCoMo question {name}: category must be 1 to 5, got {entry.get('category')!r}.")
        words = text_field(entry, "question", f"LoCoMo question {name}")
        question = AskedQuestion(name, words, asked_at_ns, RECORDING, stream=talk.key, type=kind)
        found.append(Case(question, _gold_of(entry, talk)))
    return found


def _gold_of(entry: Mapping[str, Any], talk: Conversation) -> Callable[[], ConversationGold]:
    return partial(gold, entry, frozenset(talk.turns))


def gold(entry: Mapping[str, Any], known: frozenset[str]) -> ConversationGold:
    """Read what is right; evidence ids may be glued (`D8:6; D9:17`), and a few name no turn.

    Raises:
        InvalidInputError: no evidence names a turn of the conversation, and the question can be answered.
    """
    evidence = entry.get("evidence") or []
    written = [str(text) for text in (evidence if isinstance(evidence, list) else [evidence])]
    ids = dict.fromkeys(f"D{int(m[1])}:{int(m[2])}" for text in written for m in _TURN.finditer(text))
    turns = tuple(turn for turn in ids if turn in known)
    unreadable = len(ids) - len(turns) + sum(_TURN.search(text) is None for text in written)
    if not turns and CATEGORIES.get(entry["category"]) != ADVERSARIAL:
        raise InvalidInputError("its evidence names no turn of the conversation")
    return ConversationGold(turns, str(entry.get("answer", "")), unreadable)


def score(talks: Mapping[str, Conversation], prediction: Prediction, right: ConversationGold) -> Scored:
    """Evidence recall and the F1 of the answer; for adversarial questions whether `ask` abstained."""
    question, answer = prediction.question, prediction.answer
    abstained = answer is not None and answer.abstained
    if question.type == ADVERSARIAL:
        return Scored({"abstained, as is right": Mark(abstained)}, right=abstained)
    talk = talks[question.stream or ""]
    evidence = prediction.looks[SEARCH.name].evidence if SEARCH.name in prediction.looks else ()
    found = turns_found(evidence, talk.turns, talk.key)
    marks = {
        f"recall@{k}": Mark(len(set(found[:k]) & set(right.turns)) / len(right.turns), chance_of_share(len(talk.turns), k))
        for k in KS
    }
    words = answer.text if answer and not answer.abstained else ""
    marks["answer F1"] = Mark(answer_f1(words, right.answer, question.type))
    marks["abstained though answerable"] = Mark(abstained)
    faults = of_other_streams(evidence, talk.key)
    faults |= {"evidence ids that name no turn": right.num_unreadable} if right.num_unreadable else {}
    return Scored(marks, faults, bool(marks["answer F1"].value >= LEAST_F1) or _quotes(answer, talk, right))


def _quotes(answer: Answer | None, talk: Conversation, right: ConversationGold) -> bool:
    """Whether an answer in words rests on an annotated turn: it quotes what holds the answer, if not in the words of the gold."""
    if answer is None or answer.abstained or answer.kind not in QUOTING:
        return False
    return bool({*turns_found(answer.evidence[:1], talk.turns, talk.key)[:1]} & {*right.turns})
