"""What can be evaluated, by name; another system is one more function here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from apps.bench.baselines import Blind, FlatRetrieval, LatestMention, Oracle, Silent
from apps.bench.going import Going, Outing
from apps.bench.house import PerceivedHouse
from apps.bench.memories import Emem, Remembering, View
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
        with_graph: a system of the run asks the scene graph, so the memory that the run shares has one.
    """

    house: PerceivedHouse
    questions: Sequence[Question]
    others: Sequence[Question] = ()
    meaning: bool = True
    with_graph: bool = False

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

    @cached_property
    def remembering(self) -> Remembering:
        """The memory that all of ours look at."""
        trusted = self.house.noise == "none"
        return Remembering(self.embedder, period_ns=self.period_ns, with_graph=self.with_graph, trusted_ids=trusted)

    def wants_depth(self, system: "System") -> bool:
        """Whether a system has use for depth: not for what the shared memory has been shown by another."""
        last_ns = int(self.house.house.trajectory.t_ns[-1])
        return system.depth and not (system.shares_memory and self.remembering.has_seen(last_ns))

    @cached_property
    def outing(self) -> Outing:
        """What those share who go and look."""
        return Outing(self)

    def close(self) -> None:
        """Remove the memory, and let go of what draws, if there are any."""
        if "outing" in self.__dict__:
            self.outing.close()
        if "remembering" in self.__dict__:
            self.remembering.close()

    @property
    def period_ns(self) -> int:
        """From one picture to the next."""
        return round(NS_PER_S / self.house.house.plan.hz)


@dataclass(frozen=True, slots=True)
class System:
    """A way to make a subject for an exam.

    Args:
        depth: it wants depth and masks; without them everything is much faster.
        shares_memory: it is told nothing of its own; all that it observes goes into `Exam.remembering`.
        is_baseline: it is not one of ours.
    """

    open: Callable[[Exam], Subject]
    depth: bool = False
    shares_memory: bool = False
    is_baseline: bool = True


BANKS = ("episodic", "semantic", "visual")
SYSTEMS: Mapping[str, System] = {
    "silent": System(lambda exam: Silent()),
    "blind": System(lambda exam: Blind(exam.questions, exam.others)),
    "latest": System(lambda exam: LatestMention()),
    "flat": System(lambda exam: FlatRetrieval(exam.embedder)),
    "emem": System(lambda exam: Emem(exam.embedder)),
    "banks": System(lambda exam: View(exam.remembering, BANKS), shares_memory=True, is_baseline=False),
    "graph": System(lambda exam: View(exam.remembering, ("graph",)), depth=True, shares_memory=True, is_baseline=False),
    "both": System(lambda exam: View(exam.remembering, None), depth=True, shares_memory=True, is_baseline=False),
    "active": System(lambda exam: Going(exam, "value"), depth=True, shares_memory=True, is_baseline=False),
    "likeliest": System(lambda exam: Going(exam, "memory order"), depth=True, shares_memory=True),
    "exhaustive": System(lambda exam: Going(exam, "exhaustive"), depth=True, shares_memory=True),
    "oracle": System(lambda exam: Oracle(exam.house.house, exam.questions)),
}
"""By the name that `--systems` takes."""
