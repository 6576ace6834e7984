"""The pictures of an answer's evidence, with boxes round what it is about."""

import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from PIL import Image

from apps.cli.evidence import Located
from apps.cli.evidence_media import Written, write_media
from apps.cli.ingesting import LONGEST_SIDE
from apps.demo.pictures import boxes_at, named_labels, outline
from mmmem.clock import NS_PER_S, Calendar, Span
from mmmem.errors import InvalidInputError, SourceError
from mmmem.memory import Memory
from mmmem.types import Evidence
from streams.decoders import fit_size

MOST_PICTURES = 6
_AROUND_NS = 30 * NS_PER_S
Shown = tuple[Image.Image, str]


def pictures_of(memory: Memory, question: str, evidence: Sequence[Evidence]) -> list[Shown]:
    """Of each piece of evidence the picture, with its caption: the original where it still is, else what the memory keeps.

    Boxes are round what the question names, and what the words of evidence name that points at its pictures.
    """
    shown: list[Shown] = []
    with tempfile.TemporaryDirectory(prefix="mmmem-app-") as folder:
        for number, one in enumerate(evidence[:MOST_PICTURES]):
            where = _located(one)
            try:
                written = write_media(memory, where, Path(folder) / f"{number}.png", kept=False)
            except (SourceError, InvalidInputError):
                continue  # words alone: there is no picture of it
            labels = named_labels(memory, f"{question} {one.text}" if one.frames else question)
            with Image.open(written.path) as picture:
                boxed = _boxed(picture.convert("RGB"), memory, where.stream_id, written, labels)
            shown.append((boxed, _caption(one, memory.calendar)))
    return shown


def _boxed(picture: Image.Image, memory: Memory, stream_id: str, written: Written, labels: Collection[str]) -> Image.Image:
    """The picture in the size in which it was looked at, if that is known, with the boxes of some classes.

    The memory does not hold that size. Ingest makes pictures `LONGEST_SIDE` at most unless told otherwise; and a kept picture may
    be a smaller copy. A box beyond the edge tells that it was another size; then none are drawn.
    """
    picture = picture.resize(fit_size(*picture.size, LONGEST_SIDE))
    if written.t_ns is None:
        return picture
    around = Span(max(written.t_ns - _AROUND_NS, 0), written.t_ns + _AROUND_NS)
    corners = [one.xyxy[2:] for one in memory.detections(stream=stream_id, window=around)]
    if all(x1 <= picture.width + 1 and y1 <= picture.height + 1 for x1, y1 in corners):
        outline(picture, boxes_at(memory, stream_id, written.t_ns, labels))
    return picture


def _located(evidence: Evidence) -> Located:
    ref = evidence.frames[0] if evidence.frames else None
    return Located(
        evidence.id,
        ref.stream_id if ref else evidence.stream_id,
        ref.t_ns if ref else evidence.span.middle_ns,
        evidence.span,
        evidence.text,
        ref,
    )


def _caption(evidence: Evidence, calendar: Calendar) -> str:
    t_ns = evidence.frames[0].t_ns if evidence.frames else evidence.span.start_ns
    return f"{calendar.format(t_ns)}  {evidence.stream_id}  {evidence.text}"
