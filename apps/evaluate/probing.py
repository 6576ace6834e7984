"""Asking a memory about itself: probes through the ordinary way of asking."""

from pathlib import Path

from apps.evaluate.asking import predictions
from apps.evaluate.building import Progress, quiet
from apps.evaluate.probes import probes
from apps.evaluate.report import Report
from apps.evaluate.runs import AskedRun, RunOptions, report_of
from mmmem.memory import Memory


def run_probes(
    memory: Memory,
    *,
    num: int = 50,
    seed: int = 0,
    reported: bool = False,
    out: Path | None = None,
    progress: Progress = quiet,
) -> Report:
    """Ask at most `num` questions of each kind about what the memory stored.

    Raises:
        InvalidInputError: it holds no line that can be told from all others.
    """
    dataset = probes(memory, num=num, seed=seed, reported=reported)
    questions = [case.question for case in dataset.cases]
    made = [one for question in progress(questions, "probe") for one in predictions(memory, [question], ())]
    scored = tuple((one, dataset.score(one, case.gold())) for one, case in zip(made, dataset.cases, strict=True))
    asked = AskedRun(tuple(made), scored, (), ())
    return report_of(dataset, memory.path, RunOptions(out=out), {"num": num, "seed": seed, "reported": reported}, asked)
