"""Whether one thing happened before, after or while another: both must be told of, and their times compared."""

from mmmem.agent.answers.draft import Draft, Inquiry
from mmmem.agent.answers.features import confidence_of
from mmmem.agent.answers.matching import BESIDE_NS

TOLD_COVERAGE = 0.75


def answer_in_order(inquiry: Inquiry) -> Draft | None:
    """Yes if the two are told of in the order asked for, no if only in another; None where either is not told of."""
    anchor = inquiry.question.constraint.anchor
    if anchor is None or not len(inquiry.matches):
        return None
    matches = inquiry.matches
    ones = [i for i in inquiry.good().tolist() if inquiry.coverage_of(i) >= TOLD_COVERAGE and inquiry.tells_it(i)]
    others = [i for i in inquiry.good_anchors() if i not in ones]
    if not ones or not others or not len(matches):
        return None
    start_ns = inquiry.view.lines.start_ns

    def fits(one: int, other: int) -> bool:
        gap_ns = int(start_ns[one]) - int(start_ns[other])
        return (
            gap_ns > 0 if anchor.relation == "after" else gap_ns < 0 if anchor.relation == "before" else abs(gap_ns) <= BESIDE_NS
        )

    pairs = [(abs(int(start_ns[one]) - int(start_ns[other])), one, other) for one in ones for other in others]
    fitting = [pair for pair in pairs if fits(*pair[1:])]
    _, one, other = min(fitting or pairs)
    value = bool(fitting) != inquiry.question.negated
    features = inquiry.features(one)
    first, second = sorted((one, other), key=lambda line: int(start_ns[line]))
    told = "; then ".join(stored.text.text.rstrip(".") for stored in inquiry.stored([first, second]))
    confidence = confidence_of(features) * min(1.0, float(inquiry.anchors.coverage[0]))
    cited = [inquiry.cite(one, 1.0), inquiry.cite(other, 0.9)]
    return Draft(f"{'Yes' if value else 'No'}: {told}", "yes_no", confidence, cited, value, features=features)
