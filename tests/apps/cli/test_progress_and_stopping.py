"""What an ingest says while it runs, and how Ctrl-C reaches it."""

import signal
from pathlib import Path

import pytest
from cli_world import Cli

from apps.cli.ingest_progress import Pace
from apps.cli.running import stop_on_interrupt
from apps.ingest import IngestProgress
from mmmem.clock import NS_PER_S
from mmmem.memory import Memory


def seen(num_items: int, covered_s: int, num_skipped: int = 0) -> IngestProgress:
    return IngestProgress(num_items, (100 + covered_s) * NS_PER_S, covered_s * NS_PER_S, num_skipped)


def pace(end_s: int | None) -> Pace:
    ticks = iter((0.0, 10.0, 10.0, 10.0))
    return Pace(100 * NS_PER_S, None if end_s is None else end_s * NS_PER_S, lambda: next(ticks))


def test_rate_speed_time_left_and_what_was_skipped_are_said() -> None:
    words = pace(end_s=300).words(seen(50, 100, num_skipped=7))
    assert words == "50 items, 5.0/s, 10.0x real time, 0:10 left, 7 frames not sampled"


def test_without_an_end_there_is_no_time_left() -> None:
    assert pace(end_s=None).words(seen(50, 100)) == "50 items, 5.0/s, 10.0x real time"
    assert pace(end_s=None).share(seen(50, 100)) is None


def test_the_share_never_exceeds_the_whole() -> None:
    assert pace(end_s=150).share(seen(50, 100)) == 1.0


def test_the_first_ctrl_c_asks_and_the_second_one_stops_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    calls: list[str] = []
    with stop_on_interrupt(lambda: calls.append("closed")) as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        assert calls == ["closed"]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before


def test_ctrl_c_while_asking_is_one_line_and_130(cli: Cli, remembered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Memory, "ask", interrupted)
    ran = cli("ask", "Where are the keys?", "-m", remembered)
    assert (ran.code, ran.stdout) == (130, "")
    assert ran.error_lines == ["interrupted; what was acknowledged is kept"]
