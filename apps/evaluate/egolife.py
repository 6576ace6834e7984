"""EgoLifeQA: five-way typed questions over a week of one wearer, with the time of the evidence.

Input: `question`, `choice_a` to `choice_d`, `query_time`, and the wearer's captions and transcripts in `EgoLifeCap/Sync`.
`trigger` tells what happens while the question is asked; it is part of the official input and is used only on request.
`type` groups the figures. Gold, read when a prediction is scored: `answer`, `target_time`. Everything else (`keywords`,
`reason`, `need_audio`, `need_name`, `last_time`, all `*_chinese`) is never read.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from apps.evaluate.cases import AskedQuestion, Case, Dataset, LeftOut, Mark, Prediction, Recording, Scored, Way
from apps.evaluate.confidence import chance_of_hit
from apps.evaluate.files import need_folder, read_json, text_field
from apps.evaluate.grounding import CLIP_NS, NEAR_NS, first_hits, hit_within, uncounted
from mmmem.clock import NS_PER_MIN, NS_PER_S, Calendar
from mmmem.errors import InvalidInputError, SourceError
from mmmem.types import TimedText
from streams.tracks import read_track

CALENDAR = Calendar("days")
KS = (1, 3, 5, 15)
WAYS = (Way("with choices", max(KS), with_choices=True), Way("question alone", max(KS)))
HEADLINE = ("accuracy", *(f"hit@15 {rule}, {way.name}" for way in WAYS for rule in ("strict", "within 60 s")))
OBJECTIVE = "hit@15 strict, with choices"
CHANCE = "accuracy: one of the choices; hit@k: k of the 30-s clips with captions that ended before the question"

_LETTERS = ("a", "b", "c", "d")
_DAY = re.compile(r"DAY(\d{1,4})")
_CLOCK = re.compile(r"(?:DAY(?P<day>\d{1,4})_)?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)\d{0,2}(?=DAY|$)")


@dataclass(frozen=True, slots=True)
class EgoLifeGold:
    """The right choice and the annotated times of the evidence."""

    choice: int
    times_ns: tuple[int, ...]


def read(directory: Path, *, with_trigger: bool = False) -> Dataset[EgoLifeGold]:
    """Read `EgoLifeQA/*.json` and, for the same wearers, `EgoLifeCap/Sync/*.json` below a folder.

    Raises:
        SourceError: the folder or its files are missing.
        InvalidInputError: a file is not in the official format.
    """
    need_folder(directory, "EgoLifeQA and EgoLifeCap")
    files = sorted((directory / "EgoLifeQA").glob("EgoLifeQA_*.json"))
    if not files:
        raise SourceError(f"{str(directory)!r} holds no EgoLifeQA/EgoLifeQA_<wearer>.json; give the folder above EgoLifeQA.")
    recordings, found, left_out, notes = [], [], [], []
    for file in files:
        wearer = file.stem.removeprefix("EgoLifeQA_")
        asked = cases(_records(file), wearer, with_trigger=with_trigger)
        texts, bad_cues = _recorded(directory, wearer)
        if not texts:
            left_out.append(LeftOut(f"no EgoLifeCap/Sync/{wearer}_*.json to build a memory of {wearer} from", len(asked)))
            continue
        recordings.append(Recording(wearer, CALENDAR, {wearer: texts}, {wearer: name_of(wearer)}))
        found.extend(asked)
        notes.extend([f"{bad_cues} lines of {wearer} are unreadable and were left out"] if bad_cues else [])
    covered = {recording.key: covered_clips(recording) for recording in recordings}
    return Dataset(
        "egolife", tuple(recordings), tuple(found), WAYS, partial(score, covered), HEADLINE, CHANCE, tuple(left_out),
        tuple(notes), minutes, OBJECTIVE,
    )  # fmt: skip


def name_of(wearer: str) -> str:
    """`Jake` of `A1_JAKE`, as the transcripts write who wears the camera."""
    return wearer.rpartition("_")[2].capitalize()


def cases(records: Iterable[Mapping[str, Any]], wearer: str, *, with_trigger: bool = False) -> list[Case[EgoLifeGold]]:
    """Questions of one wearer; nothing of the gold is read here.

    Raises:
        InvalidInputError: a question lacks a field that is asked.
    """
    return [Case(_question(record, wearer, with_trigger), partial(gold, record)) for record in records]


def gold(record: Mapping[str, Any]) -> EgoLifeGold:
    """Read what is right.

    Raises:
        InvalidInputError: the answer is no letter of a choice, or the target time cannot be read.
    """
    letter = text_field(record, "answer", f"EgoLifeQA {record.get('ID')}").lower()
    if letter not in _LETTERS:
        raise InvalidInputError(f"EgoLifeQA {record.get('ID')}: the answer must be one of A to D, got {letter!r}.")
    return EgoLifeGold(_LETTERS.index(letter), target_times(record.get("target_time")))


def target_times(target: Any) -> tuple[int, ...]:
    """The annotated instants of a `target_time`.

    `time` holds one HHMMSSFF on `date`, or several glued together of which the later ones name their day
    (`11360904DAY2_10453312`); `time_list` lists such times. FF counts frames and is ignored.

    Raises:
        InvalidInputError: it holds no time, or something else beside times.
    """
    if not isinstance(target, Mapping):
        raise InvalidInputError(f"target_time must be an object of date and time, got {target!r}.")
    day = _day(target.get("date"))
    written = target.get("time_list", [target.get("time")])
    times = [t for text in written for t in _instants(text, day)]
    if not times:
        raise InvalidInputError(f"target_time holds no time: {target!r}.")
    return tuple(times)


def _instants(text: Any, day: int) -> Iterable[int]:
    position, written = 0, str(text)
    while position < len(written):
        match = _CLOCK.match(written, position)
        if match is None or int(match["hour"]) > 23 or int(match["minute"]) > 59 or int(match["second"]) > 59:
            raise InvalidInputError(f"Cannot read {written!r} as times HHMMSSFF, as in 11360904DAY2_10453312.")
        seconds = int(match["hour"]) * 3600 + int(match["minute"]) * 60 + int(match["second"])
        yield CALENDAR.at(int(match["day"] or day), seconds * NS_PER_S)
        position = match.end()


def _day(value: Any) -> int:
    match = _DAY.fullmatch(str(value))
    if match is None or int(match[1]) < 1:
        raise InvalidInputError(f"Cannot read {value!r} as a day; EgoLife writes DAY1 to DAY7.")
    return int(match[1])


def _question(record: Mapping[str, Any], wearer: str, with_trigger: bool) -> AskedQuestion:
    name = text_field(record, "ID", f"EgoLifeQA of {wearer}")
    where = f"EgoLifeQA {name} of {wearer}"
    words = text_field(record, "question", where)
    if with_trigger:
        words = f"{words} {text_field(record, 'trigger', where)}"
    asked_at = record.get("query_time")
    if not isinstance(asked_at, Mapping):
        raise InvalidInputError(f"{where}: query_time must be an object of date and time, got {asked_at!r}.")
    (asked_at_ns,) = _instants(asked_at.get("time"), _day(asked_at.get("date")))
    choices = tuple(text_field(record, f"choice_{letter}", where) for letter in _LETTERS)
    return AskedQuestion(f"{wearer}-{name}", words, asked_at_ns, wearer, choices, type=text_field(record, "type", where))


def _records(file: Path) -> list[Mapping[str, Any]]:
    records = read_json(file)
    if not isinstance(records, list) or not all(isinstance(record, Mapping) for record in records):
        raise InvalidInputError(f"{str(file)!r} must be a list of questions, as EgoLifeQA publishes it.")
    return records


def _recorded(directory: Path, wearer: str) -> tuple[tuple[TimedText, ...], int]:
    """All texts of a wearer in order of time, and how many lines could not be read."""
    tracks = [read_track(file) for file in sorted((directory / "EgoLifeCap" / "Sync").glob(f"{wearer}_*.json"))]
    texts = sorted((text for track in tracks for text in track.texts), key=lambda text: text.span)
    return tuple(texts), sum(len(track.bad_cues) for track in tracks)


def minutes(question: AskedQuestion, right: EgoLifeGold) -> frozenset[tuple[str, int]]:
    """The minutes the annotated times lie in."""
    return frozenset((question.recording, t_ns // NS_PER_MIN) for t_ns in right.times_ns)


def covered_clips(recording: Recording) -> frozenset[int]:
    """Numbers of the 30-s clips of a recording's clock in which something was said or seen."""
    spans = (text.span for texts in recording.streams.values() for text in texts)
    return frozenset(clip for span in spans for clip in range(span.start_ns // CLIP_NS, (span.end_ns - 1) // CLIP_NS + 1))


def score(covered: Mapping[str, frozenset[int]], prediction: Prediction, right: EgoLifeGold) -> Scored:
    """Accuracy of `ask`, and for each way of searching hits strict and within 60 s."""
    question = prediction.question
    chosen = prediction.answer.choice if prediction.answer else None
    marks = {"accuracy": Mark(chosen == right.choice, 1 / len(question.choices))}
    past = [clip for clip in covered[question.recording] if (clip + 1) * CLIP_NS <= question.asked_at_ns]
    faults: dict[str, int] = {} if chosen is not None else {"questions for which no choice was made": 1}
    for way in WAYS:
        found = prediction.looks[way.name].evidence if way.name in prediction.looks else ()
        hit = first_hits(found, right.times_ns, question.asked_at_ns)
        for rule, rank, slack_ns in (("strict", hit.strict, 0), ("within 60 s", hit.near, NEAR_NS)):
            num_right = sum(_holds(clip, right.times_ns, slack_ns) for clip in past)
            for k in KS:
                marks[f"hit@{k} {rule}, {way.name}"] = Mark(hit_within(rank, k), chance_of_hit(num_right, len(past), k))
        for fault, num in uncounted(found, question.asked_at_ns).items():
            faults[fault] = faults.get(fault, 0) + num
    if not any(_holds(clip, right.times_ns, 0) for clip in past):
        faults["questions whose evidence lies in no recorded clip before them: never a strict hit"] = 1
    return Scored(marks, faults, chosen == right.choice)


def _holds(clip: int, times_ns: Sequence[int], slack_ns: int) -> bool:
    return any(clip * CLIP_NS - slack_ns <= t < (clip + 1) * CLIP_NS + slack_ns for t in times_ns)
