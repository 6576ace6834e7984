"""The real files: how many questions there are, and that every annotation can be read. Nothing is asked."""

from collections import Counter
from pathlib import Path

import pytest

from apps.evaluate import egolife, locomo, nextgqa
from mmmem.errors import InvalidInputError


def test_egolife_has_232_questions_and_every_evidence_time_is_before_its_question(shared_data: Path) -> None:
    dataset = egolife.read(shared_data / "egolife")
    assert len(dataset.cases) == 232
    assert Counter(case.question.type for case in dataset.cases) == {
        "RelationMap": 70, "EventRecall": 53, "EntityLog": 49, "TaskMaster": 30, "HabitInsight": 30,
    }  # fmt: skip
    times = [(case.question.asked_at_ns, case.gold().times_ns) for case in dataset.cases]
    assert max(len(gold) for _, gold in times) == 6
    late = [asked for asked, gold in times if min(gold) > asked]
    assert len(late) <= 0.02 * len(times)
    clips = egolife.covered_clips(dataset.recordings[0])
    assert len(clips) > 3000


def test_nextgqa_has_673_of_1642_questions_with_captions(shared_data: Path) -> None:
    dataset = nextgqa.read(shared_data / "nextgqa")
    assert len(dataset.cases) == 673
    assert sum(left.num for left in dataset.left_out) == 1642 - 673
    assert len(dataset.recordings[0].streams) == 114
    assert all(case.gold().spans for case in dataset.cases)


def test_locomo_has_five_conversations_and_two_questions_without_evidence(shared_data: Path) -> None:
    dataset = locomo.read(shared_data / "locomo")
    assert len(dataset.recordings[0].streams) == 5
    assert Counter(case.question.type for case in dataset.cases) == {
        "1 multi-hop": 151, "2 temporal": 157, "3 open-domain": 61, "4 single-hop": 419, "5 adversarial": 232,
    }  # fmt: skip
    unreadable = []
    for case in dataset.cases:
        try:
            case.gold()
        except InvalidInputError:
            unreadable.append(case.question.id)
    assert len(unreadable) == 2


@pytest.mark.parametrize("module", [egolife, nextgqa, locomo], ids=lambda module: module.__name__)
def test_questions_have_names_of_their_own(module: object, shared_data: Path) -> None:
    name = module.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    ids = [case.question.id for case in module.read(shared_data / name).cases]  # type: ignore[attr-defined]
    assert len(set(ids)) == len(ids)
