"""Lives of some seeds seen by glances, made once; nothing is rendered."""

import sys
from functools import cache
from pathlib import Path

import pytest

from streams.house.questions.asking import ask_about
from streams.house.recording_plan import RecordingPlan, lived

sys.path.insert(0, str(Path(__file__).parent))
from glances import glanced

SEEDS = (3, 5)


@cache
def seen_days(seed, days=3):
    """A life, what was glanced at, and the questions about it."""
    lived_days = lived(RecordingPlan(seed=seed, days=days, hz=0.25))
    observed = glanced(lived_days.life, lived_days.trajectory)
    return lived_days, observed, ask_about(lived_days.life, observed, lived_days.trajectory, seed=seed)


@pytest.fixture(params=SEEDS)
def asked(request):
    """(days, observed, questions) of one seed."""
    return seen_days(request.param)
