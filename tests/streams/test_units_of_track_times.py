"""Milliseconds given as seconds are doubted where there is no video to hold them against."""

import json
from pathlib import Path

import pytest

import streams


@pytest.mark.parametrize(("scale", "doubted"), [(1000, True), (1, False)])
def test_a_track_alone_whose_lines_last_for_hours_is_doubted(tmp_path: Path, scale: int, doubted: bool) -> None:
    told = [{"start": n * 3 * scale, "end": (n * 3 + 2) * scale, "text": f"I pick up cup {n}."} for n in range(20)]
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(told))
    opened = streams.open(path)
    assert any("start_ms and end_ms" in note for note in opened.notes) == doubted
    assert len(list(opened)) == 20
