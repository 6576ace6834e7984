"""What can be evaluated, by name; another system is one more function here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from apps.bench.baselines import Blind, FlatRetrieval, LatestMention, Oracle, Silent
from apps.bench.house import PerceivedHouse
from apps.bench.memories import Banks, Emem
from apps.bench.subject import Subject
from mmmem.clock import NS_PER_S
from mmmem.errors import MissingExtraError, ModelError
from mmmem.perceive.protocols import TextEmbedder
from streams.house.questions.question import Question


@dataclass
class Exam:
    """One house and its questions, as a system may be told of them before it starts.

    Args:
        others: questions of the other houses of the run, for priors.
        meaning: whether to compare by meaning, where the text embedder is installed.
    """

    house: PerceivedHouse
    questions: Sequence[Question]
    others: Sequence[Question] = ()
    meaning: bool = True

    @cached_property
    def embedder(self) -> TextEmbedder | None:
        """The product's text embedder; None where it is not installed."""
        from mmmem.perceive.opening import open_text_embedder

        if not self.meaning:
            return None
        try:
            return open_text_embedder("minilm")
        except (MissingExtraError, ModelError):
            return None

    @property
    def period_ns(self) -> int:
        """From one picture to the next."""
        return round(NS_PER_S / self.house.house.plan.hz)


@dataclass(frozen=True, slots=True)
class System:
    """A way to make a subject for an exam.

    Args:
        depth: it wants depth and masks; without them everything is much faster.
        is_baseline: it is not one of ours.
    """

    open: Callable[[Exam], Subject]
    depth: bool = False
    is_baseline: bool = True


SYSTEMS: Mapping[str, System] = {
    "silent": System(lambda exam: Silent()),
    "blind": System(lambda exam: Blind(exam.questions, exam.others)),
    "latest": System(lambda exam: LatestMention()),
    "flat": System(lambda exam: FlatRetrieval(exam.embedder)),
    "emem": System(lambda exam: Emem(exam.embedder)),
    "banks": System(lambda exam: Banks(exam.embedder, period_ns=exam.period_ns), is_baseline=False),
    "oracle": System(lambda exam: Oracle(exam.house.house, exam.questions)),
}
"""By the name that `--systems` takes."""
