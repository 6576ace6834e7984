"""One answer from what the banks say and what typed sources say.

Where both say the same, either would have to be wrong alone: confidences join as independent witnesses. Where they contradict
each other, the likelier one is taken; but of how things are now or were last, the one that rests on later knowledge knows what
the other could not, so the older one counts for less. An abstention that is sure (the thing was never seen; its place was looked
over and it was gone) stands against an answer that is less sure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mmmem.agent.question import Question
from mmmem.agent.typed import Told
from mmmem.clock import NS_PER_S
from mmmem.text.terms import terms
from mmmem.types import Answer, Evidence

OLDER_COUNTS = 0.5
"""Share of its probability that an answer about the present keeps if another one rests on later looks."""
SAME_TIME_NS = 60 * NS_PER_S
SUREST = 0.98
_CHANGES = ("where", "yes_no", "what", "count", "list", "text", "who")
"""Kinds of questions whose answers change with time."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Candidate:
    answer: Answer
    surety: float
    known_ns: int
    source: str


def fused(banks: Answer, told: Sequence[Told], question: Question, *, k: int) -> Answer:
    """The answer to give, with evidence of every source that says so, at most `k` pieces beside its own.

    Args:
        banks: what the banks say; it may be an abstention.
        told: what typed sources say.
    """
    typed = [_candidate(one, question) for one in told]
    best = max(typed, key=lambda one: one.surety, default=None)
    if best is None:
        return banks
    mine = _Candidate(banks, 0.0 if banks.abstained else banks.confidence, _newest(banks), "banks")
    if agree(best.answer, banks):
        return _joined(best, mine, k)
    if best.answer.abstained and banks.abstained:
        return best.answer
    kept, other = (best, mine) if _counts(best, mine, question) >= _counts(mine, best, question) else (mine, best)
    if kept.answer.abstained:
        return replace(kept.answer, evidence=_filled(kept.answer, (), k))
    return replace(kept.answer, evidence=_filled(kept.answer, other.answer.evidence, k))


def agree(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same, as far as their values or words tell."""
    if one.abstained or other.abstained:
        return False
    if one.choice is not None or other.choice is not None:
        return one.choice == other.choice
    if one.kind == other.kind and isinstance(one.value, (bool, int)) and isinstance(other.value, (bool, int)):
        if one.kind in ("time", "duration"):
            return abs(one.value - other.value) <= SAME_TIME_NS
        return one.value == other.value
    return bool(_said(one)) and (_said(one) <= _said(other) or _said(other) <= _said(one))


def _said(answer: Answer) -> set[str]:
    value = answer.value
    if isinstance(value, (list, tuple)):
        return {term for part in value for term in terms(str(part))}
    return set(terms(value if isinstance(value, str) else answer.text))


def _candidate(told: Told, question: Question) -> _Candidate:
    typed = told.typed
    answer = chosen(typed.answer, question.choices) if question.choices else typed.answer
    surety = 0.0 if answer is not typed.answer and answer.abstained else typed.surety
    return _Candidate(answer, surety, typed.known_ns, told.source)


def chosen(answer: Answer, choices: Sequence[str]) -> Answer:
    """The answer as the option that says it; an abstention if none does, or several do."""
    if answer.abstained or answer.choice is not None:
        return answer
    said = _said(answer) | set(terms(answer.text))
    shares = [_share(option, said, answer) for option in choices]
    best = max(shares)
    if best < 0.5 or shares.count(best) > 1:
        reason = f"what is known, {answer.text!r}, is none of the options."
        return Answer(f"I do not know: {reason}", "choice", 0.0, True, answer.evidence, reason=reason)
    place = shares.index(best)
    return replace(answer, text=choices[place], kind="choice", choice=place, value=choices[place])


def _share(option: str, said: set[str], answer: Answer) -> float:
    wanted = set(terms(option))
    numbers = _NUMBER.findall(option)
    if isinstance(answer.value, int) and not isinstance(answer.value, bool) and len(numbers) == 1:
        return float(int(numbers[0]) == answer.value)
    if isinstance(answer.value, bool) and option.strip().lower() in ("yes", "no"):
        return float((option.strip().lower() == "yes") is answer.value)
    return len(wanted & said) / len(wanted) if wanted else 0.0


def _counts(one: _Candidate, other: _Candidate, question: Question) -> float:
    """What a candidate counts for beside another: its surety, less where it speaks of the present from older knowledge."""
    constraint = question.constraint
    of_the_past = bool(constraint.windows) and constraint.strict
    changes = question.kind in _CHANGES and not of_the_past and constraint.order != "first" and constraint.anchor is None
    later = other.known_ns - one.known_ns > SAME_TIME_NS and not other.answer.abstained and other.surety > 0
    return one.surety * (OLDER_COUNTS if changes and later else 1.0)


def _joined(typed: _Candidate, banks: _Candidate, k: int) -> Answer:
    confidence = min(1 - (1 - typed.surety) * (1 - banks.surety), max(SUREST, typed.surety))
    return replace(typed.answer, confidence=confidence, evidence=_filled(typed.answer, banks.answer.evidence, k))


def _filled(answer: Answer, more: Sequence[Evidence], k: int) -> tuple[Evidence, ...]:
    least = min((one.score for one in answer.evidence), default=1.0)
    top = max((one.score for one in more), default=1.0)
    known = {(one.source, one.id) for one in answer.evidence}
    lower = [replace(one, score=least * one.score / top if top > 0 else 0.0) for one in more if (one.source, one.id) not in known]
    return (*answer.evidence, *lower)[: max(k, len(answer.evidence))]


def _newest(answer: Answer) -> int:
    """The newest instant an answer of the banks rests on: the line it cites first."""
    return answer.evidence[0].span.end_ns if answer.evidence else -1
