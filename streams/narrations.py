"""Timed narrations in JSON and JSON Lines: captions, Ego4D narrations, Whisper segments.

Numbers are read as exact decimals. Ego4D writes `#C C opens the tap`: `#C` says that the camera's wearer acts and is taken
off, `C` stays as the file has it; `#O` (somebody else acts) is taken off in the same way.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from mmmem.clock import NS_PER_S, Calendar
from mmmem.errors import InvalidInputError
from mmmem.types import TextKind
from streams.cues import Cue
from streams.subtitles import parse_clock_ns

_SCALES = (("_s", NS_PER_S), ("_sec", NS_PER_S), ("_seconds", NS_PER_S), ("_ms", 1_000_000), ("_ns", 1), ("", NS_PER_S))
_START_STEMS = ("start", "start_time", "t_start", "begin", "from")
_END_STEMS = ("end", "end_time", "t_end", "stop", "to")
_POINT_STEMS = ("t", "time", "timestamp")
_TEXT_KEYS = ("text", "caption", "narration", "narration_text", "sentence", "utterance", "description", "words")
_SPEAKER_KEYS = ("speaker", "speaker_name", "who")
_LIST_KEYS = ("narrations", "captions", "segments", "subtitles", "events", "cues", "texts", "data")
_KINDS: Mapping[str, TextKind] = {
    "caption": "caption", "narration": "caption", "action": "caption",
    "speech": "speech", "transcript": "speech", "utterance": "speech",
    "ocr": "ocr", "note": "note",
}  # fmt: skip
_DATE = re.compile(r"^\s*\d{4}-\d{2}-\d{2}")
_FIRST_DATE_NS = 10**17
"""March 1973. Offsets are at most three years."""
_EGO4D_MARK = re.compile(r"^#[CO]\s+")


def parse_json(text: str, file_name: str) -> Any:
    """JSON with exact decimals.

    Raises:
        InvalidInputError: not JSON; names the line.
    """
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"{file_name} is not valid JSON: {error}. Mend the file, or leave this track out.") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number JSON knows")


def read_json(content: Any, file_name: str) -> Iterator[Cue]:
    """The cues of a parsed narration file: a list of records, or a mapping that holds one.

    Raises:
        InvalidInputError: no list of records in it.
    """
    records, kind = _find_records(content)
    if records is None:
        raise InvalidInputError(
            f"{file_name} holds no timed texts: expected a list of records such as "
            '{"start_s": 1.0, "end_s": 2.5, "text": "..."}, or an object with one under ' + ", ".join(_LIST_KEYS[:4]) + "."
        )
    for number, record in enumerate(records, start=1):
        yield _record_cue(number, record, kind)


def read_jsonl(text: str) -> Iterator[Cue]:
    """The cues of a JSON Lines file, one record a line; a line that is not JSON is one bad cue."""
    number = 0
    for line in text.splitlines():
        if not line.strip():
            continue
        number += 1
        try:
            record = json.loads(line, parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            yield Cue(number, None, None, "", fault=f"it is not valid JSON ({error})")
            continue
        yield _record_cue(number, record, "caption")


def looks_timed(content: Any) -> bool:
    """Whether parsed JSON is a narration file: what a file beside a video must be to be taken for its side track."""
    records, _ = _find_records(content)
    if not records or not isinstance(records[0], Mapping):
        return False
    return _record_cue(1, records[0], "caption").start_ns is not None


def _find_records(content: Any) -> tuple[list[Any] | None, TextKind]:
    if isinstance(content, list):
        return content, "caption"
    if isinstance(content, Mapping):
        for key in _LIST_KEYS:
            if isinstance(content.get(key), list):
                # Whisper and its kin call what was said `segments`.
                return content[key], "speech" if key in ("segments", "subtitles") else "caption"
    return None, "caption"


def _record_cue(number: int, record: Any, default_kind: TextKind) -> Cue:
    if not isinstance(record, Mapping):
        return Cue(number, None, None, "", fault=f"it is {type(record).__name__}, not an object with a time and a text")
    text = next((record[key] for key in _TEXT_KEYS if key in record), None)
    if not isinstance(text, str):
        return Cue(number, None, None, "", fault=f"it has no text under {', '.join(_TEXT_KEYS[:4])}")
    try:
        start_ns, end_ns = _times(record)
    except InvalidInputError as error:
        return Cue(number, None, None, text, fault=str(error))
    speaker = next((str(record[key]) for key in _SPEAKER_KEYS if record.get(key)), None)
    said = str(record.get("kind", record.get("type"))).lower()
    kind = _KINDS.get(said, "speech" if speaker else default_kind)
    words = _EGO4D_MARK.sub("", text.strip())
    return Cue(number, start_ns, end_ns, words, kind, speaker, says_kind=said in _KINDS, is_date=_is_dated(record))


def _times(record: Mapping[str, Any]) -> tuple[int | None, int | None]:
    pair = record.get("timestamp")
    if isinstance(pair, list) and len(pair) == 2:
        return _time_ns(pair[0], NS_PER_S), _time_ns(pair[1], NS_PER_S)
    start_ns = _first_time(record, _START_STEMS)
    end_ns = _first_time(record, _END_STEMS)
    return (_first_time(record, _POINT_STEMS) if start_ns is None else start_ns), end_ns


def _first_time(record: Mapping[str, Any], stems: tuple[str, ...]) -> int | None:
    for stem in stems:
        for suffix, scale_ns in _SCALES:
            value = record.get(stem + suffix)
            if value is not None:
                return _time_ns(value, scale_ns)
    return None


def _time_ns(value: Any, scale_ns: int) -> int:
    if isinstance(value, str):
        clock = parse_clock_ns(value)
        if clock is not None:
            return clock
        if _DATE.match(value):
            return _date_ns(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise InvalidInputError(f"its time {value!r} is not a number")
    try:
        time = Decimal(value) * scale_ns
    except InvalidOperation as error:
        raise InvalidInputError(f"its time {value!r} is not a number") from error
    if not time.is_finite() or abs(time) >= 2**63:
        raise InvalidInputError(
            f"its time {value!r} does not fit 64 bits of nanoseconds: give seconds from the start (milliseconds as start_ms), "
            "and dates as text with a zone, as in 2024-05-03T11:20:05Z"
        )
    return round(time)


def _is_dated(record: Mapping[str, Any]) -> bool:
    """Whether a record's times are dates."""
    pair = record.get("timestamp")
    values = pair if isinstance(pair, list) else [value for key, value in record.items() if key not in _TEXT_KEYS]
    return any(isinstance(value, str) and _DATE.match(value) is not None for value in values)


def _date_ns(value: str) -> int:
    """Nanoseconds since 1970 of an ISO 8601 time with a zone.

    Raises:
        InvalidInputError: no date, no zone, or before 1973.
    """
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError as error:
        raise InvalidInputError(f"its time {value!r} is no date; write 2024-05-03T11:20:05Z") from error
    if moment.tzinfo is None:
        raise InvalidInputError(
            f"its time {value!r} is a date without a time zone; write {value.strip()}Z or {value.strip()}+02:00"
        )
    date_ns = Calendar("wall").parse(value)
    if date_ns < _FIRST_DATE_NS:
        raise InvalidInputError(f"its time {value!r} is before March 1973, which no recording is; mend the date")
    return date_ns
