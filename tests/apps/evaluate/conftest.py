"""A scripted memory, and tiny data sets written in the official formats."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.types import Answer, Evidence, Observation, StreamInfo

CLIP_NS = 30 * NS_PER_S


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@dataclass
class ScriptedMemory:
    """Ranks 30-s clips by the words they share with the question; answers with the choice that shares most.

    `log` gets every call with everything that was given. `replies` puts evidence or an answer of the test's own in place.
    """

    log: list[tuple[str, Any]] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    streams: list[StreamInfo] = field(default_factory=list)
    search_replies: dict[str, list[Evidence]] = field(default_factory=dict)
    answers: dict[str, Answer | BaseException] = field(default_factory=dict)
    num_consolidated: int = 0

    def add_stream(self, info: StreamInfo) -> None:
        self.log.append(("add_stream", info))
        self.streams.append(info)

    def observe(self, observations: Iterable[Observation]) -> None:
        for observation in observations:
            self.log.append(("observe", observation))
            self.observations.append(observation)

    def consolidate(self) -> None:
        self.num_consolidated += 1

    def search(
        self, text: str, *, asked_at: int, stream: str | None = None, k: int = 15, choices: Sequence[str] = ()
    ) -> list[Evidence]:
        self.log.append(("search", (text, asked_at, stream, k, tuple(choices))))
        return self.search_replies.get(text, self._ranked(" ".join([text, *choices]), asked_at, stream))[:k]

    def ask(self, text: str, *, asked_at: int, stream: str | None = None, choices: Sequence[str] = ()) -> Answer:
        self.log.append(("ask", (text, asked_at, stream, tuple(choices))))
        scripted = self.answers.get(text)
        if isinstance(scripted, BaseException):
            raise scripted
        if scripted is not None:
            return scripted
        found = self._ranked(" ".join([text, *choices]), asked_at, stream)
        if not found:
            return Answer("", "text", 0.0, True, reason="nothing shares a word")
        seen = words(found[0].text)
        choice = max(range(len(choices)), key=lambda i: len(words(choices[i]) & seen)) if choices else None
        said = choices[choice] if choice is not None else found[0].text
        return Answer(said, "choice" if choices else "text", 0.5, False, tuple(found[:3]), choice=choice)

    def _ranked(self, text: str, asked_at: int, stream: str | None) -> list[Evidence]:
        clips: dict[tuple[str, int], list[str]] = {}
        for o in self.observations:
            clip = (o.stream_id, o.span.start_ns // CLIP_NS)
            if stream in (None, o.stream_id):
                clips.setdefault(clip, []).extend(t.text for t in o.texts)
        found = []
        for (name, number), said in clips.items():
            shared, span = len(words(text) & words(" ".join(said))), Span(number * CLIP_NS, (number + 1) * CLIP_NS)
            if shared and span.end_ns <= asked_at:
                found.append(Evidence("episodic", f"{name}:{number}", name, span, float(shared), " ".join(said)))
        return sorted(found, key=lambda e: (-e.score, e.span, e.stream_id))


class ScriptedLibrary:
    """Opens scripted memories by directory; all of them write one log."""

    def __init__(self) -> None:
        self.log: list[tuple[str, Any]] = []
        self.memories: dict[Path, ScriptedMemory] = {}
        self.search_replies: dict[str, list[Evidence]] = {}
        self.answers: dict[str, Answer | BaseException] = {}
        self.num_opened_to_write = 0

    @contextmanager
    def open(self, path: Path, calendar: Calendar, write: bool) -> Iterator[ScriptedMemory]:
        if write:
            self.num_opened_to_write += 1
            self.memories.setdefault(path, ScriptedMemory(self.log))
        path.mkdir(parents=True, exist_ok=True)
        memory = self.memories[path]
        memory.search_replies, memory.answers = self.search_replies, self.answers
        yield memory

    @property
    def memory(self) -> ScriptedMemory:
        (only,) = self.memories.values()
        return only

    def asked(self) -> list[tuple[str, Any]]:
        return [entry for entry in self.log if entry[0] in ("search", "ask")]


@pytest.fixture
def library() -> ScriptedLibrary:
    return ScriptedLibrary()


def egolife_record(number: int, **changes: Any) -> dict[str, Any]:
    record = {
        "ID": str(number),
        "query_time": {"date": "DAY1", "time": "12000000"},
        "type": "EntityLog",
        "type_chinese": "实体日志",
        "need_audio": False,
        "need_name": True,
        "last_time": False,
        "trigger": "The lid falls down",
        "trigger_chinese": "盖子",
        "question": "Where was the kettle?",
        "question_chinese": "水壶在哪里",
        "choice_a": "on the stove",
        "choice_a_chinese": "炉子",
        "choice_b": "in the garden",
        "choice_b_chinese": "花园",
        "choice_c": "under the bed",
        "choice_c_chinese": "床下",
        "choice_d": "behind the door",
        "choice_d_chinese": "门后",
        "answer": "A",
        "target_time": {"date": "DAY1", "time": "11001508"},
        "keywords": "kettle stove",
        "reason": "Saw the kettle",
        "reason_chinese": "看见水壶",
    }
    return record | changes


def _sync_line(clock: int, text: str, kind: str = "caption") -> dict[str, Any]:
    return {"start": clock, "end": clock + 1, "text": text, "type": kind}


def egolife_clips() -> list[dict[str, Any]]:
    """Four clips of 30 s from DAY1 11:00:00, and one half an hour later."""
    lines = {
        "11000000": [_sync_line(110010, "I see the kettle on the stove."), _sync_line(110012, "Ann: Tea?", "transcript")],
        "11003000": [_sync_line(110031, "I open the window.")],
        "11010000": [_sync_line(110105, "I walk in the garden with Ann.")],
        "11013000": [_sync_line(110140, "I look under the bed.")],
        "11300000": [_sync_line(113002, "I close the window.")],
    }
    return [{"video_file": f"DAY1_A1_ANN_{clock}.mp4", "data": data} for clock, data in lines.items()]


def write_egolife(folder: Path, records: list[dict[str, Any]], wearer: str = "A1_ANN") -> Path:
    (folder / "EgoLifeQA").mkdir(parents=True)
    (folder / "EgoLifeCap" / "Sync").mkdir(parents=True)
    (folder / "EgoLifeQA" / f"EgoLifeQA_{wearer}.json").write_text(json.dumps(records, ensure_ascii=False))
    (folder / "EgoLifeCap" / "Sync" / "A1_ANN_DAY1_11000000.json").write_text(json.dumps(egolife_clips()))
    return folder


NEXT_ROWS = [
    {"video_id": "77", "qid": "1", "question": "what does the dog do after barking", "type": "TN", "answer": "sleep",
     "a0": "run", "a1": "sleep", "a2": "swim", "a3": "fly", "a4": "jump"},
    {"video_id": "77", "qid": "2", "question": "why did the dog bark", "type": "CW", "answer": "a cat came",
     "a0": "a cat came", "a1": "it was wet", "a2": "it was late", "a3": "it rained", "a4": "a cat came"},
    {"video_id": "88", "qid": "5", "question": "how does the boy hold the ball", "type": "CH", "answer": "hands",
     "a0": "feet", "a1": "teeth", "a2": "hands", "a3": "head", "a4": "net"},
    {"video_id": "99", "qid": "1", "question": "where is the car", "type": "CW", "answer": "road",
     "a0": "road", "a1": "sea", "a2": "sky", "a3": "tree", "a4": "house"},
]  # fmt: skip
NEXT_CAPTIONS = {
    "77_cap": {str(s): f"a dog barks at a cat, second {s}" if s < 20 else "a dog will sleep" for s in range(40)},
    "88_cap": {str(s): "a boy with a ball in his hands" for s in range(10)},
}
NEXT_SPANS = {
    "77": {"duration": 40, "location": {"1": [[20.0, 35.0]], "2": [[0.0, 6.0], [10.0, 15.0]]}, "fps": 29.97},
    "88": {"duration": 10, "location": {"5": [[2.5, 7.5]]}, "fps": 25.0},
    "99": {"duration": 12, "location": {"1": [[0.0, 3.0]]}, "fps": 25.0},
}


def write_nextgqa(
    folder: Path,
    rows: list[dict[str, str]] = NEXT_ROWS,
    spans: dict[str, Any] = NEXT_SPANS,
    captions: Any = NEXT_CAPTIONS,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    columns = ["video_id", "frame_count", "width", "height", "question", "answer", "qid", "type", "a0", "a1", "a2", "a3", "a4"]
    with (folder / "val.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="1000")
        writer.writeheader()
        writer.writerows(rows)
    (folder / "gsub_val.json").write_text(json.dumps(spans))
    (folder / "captions_1fps.json").write_text(json.dumps(captions))
    return folder


def locomo_record(**changes: Any) -> dict[str, Any]:
    record = {
        "sample_id": "c1",
        "speaker_a": "Ann",
        "speaker_b": "Bob",
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ann", "dia_id": "D1:1", "text": "I bought a red bicycle."},
            {"speaker": "Bob", "dia_id": "D1:2", "text": "Nice! I got a parrot.", "blip_caption": "a photo of a green parrot",
             "query": "green parrot", "img_url": ["https://example.org/p.jpg"]},
        ],
        "session_2_date_time": "9:00 am on 12 May, 2023",
        "session_2": [
            {"speaker": "Ann", "dia_id": "D2:1", "text": "My bicycle was stolen yesterday."},
            {"speaker": "Bob", "dia_id": "D2:2", "text": "How awful."},
        ],
        "session_3_date_time": "9:00 am on 13 May, 2023",
        "events_session_1": {"Ann": ["Ann buys a bicycle."], "Bob": [], "date": "8 May, 2023"},
        "session_1_observation": {"Ann": [["Ann has a red bicycle.", "D1:1"]]},
        "session_1_summary": "Ann and Bob talk about a bicycle and a parrot.",
        "qa": [
            {"question": "What happened to the red bicycle?", "answer": "stolen", "evidence": ["D1:1; D2:1"], "category": 1},
            {"question": "When was the bicycle stolen?", "answer": "11 May 2023", "evidence": ["D2:1"], "category": 2},
            {"question": "Which bird has Bob?", "answer": "a parrot", "evidence": ["D1:2"], "category": 4},
            {"question": "Which bird has Ann?", "adversarial_answer": "a parrot", "evidence": ["D1:2"], "category": 5},
        ],
    }  # fmt: skip
    return record | changes


def write_locomo(folder: Path, records: list[dict[str, Any]] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "locomo.json").write_text(json.dumps(records or [locomo_record()]))
    return folder


@pytest.fixture
def published() -> SimpleNamespace:
    """Writers of tiny data sets, and the records they write."""
    return SimpleNamespace(
        egolife_record=egolife_record,
        write_egolife=write_egolife,
        write_nextgqa=write_nextgqa,
        write_locomo=write_locomo,
        locomo_record=locomo_record,
        next_rows=NEXT_ROWS,
        next_spans=NEXT_SPANS,
        next_captions=NEXT_CAPTIONS,
    )
