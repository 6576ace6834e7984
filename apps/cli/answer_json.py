"""Answers and evidence as the JSON that `--json` and batches write."""

from typing import Any

from mmmem.types import Answer, Evidence


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """One piece of evidence; times are nanoseconds."""
    return {
        "source": evidence.source,
        "id": evidence.id,
        "stream": evidence.stream_id,
        "start_ns": evidence.span.start_ns,
        "end_ns": evidence.span.end_ns,
        "score": float(evidence.score),
        "text": evidence.text,
    }


def answer_json(answer: Answer, *, explain: bool = False) -> dict[str, Any]:
    """An answer; `choice` is the index into the choices, `value` of a time or a length is nanoseconds."""
    steps = [
        {
            "source": step.source,
            "granularity": step.granularity,
            "sub_query": step.sub_query,
            "hits": step.hits,
            "why": step.why,
            "ms": round(step.ms, 3),
            "tokens": step.tokens,
        }
        for step in answer.steps
    ]
    return {
        "text": answer.text,
        "kind": answer.kind,
        "choice": answer.choice,
        "value": answer.value,
        "confidence": float(answer.confidence),
        "abstained": answer.abstained,
        "reason": answer.reason,
        "evidence": [evidence_json(one) for one in answer.evidence],
        "ms": round(answer.ms, 3),
        **({"steps": steps} if explain else {}),
    }
