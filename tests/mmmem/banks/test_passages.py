"""What is embedded of a stream."""

from mmmem.banks.passages import passages_of


def test_every_line_is_a_passage_with_who_said_it() -> None:
    found = list(passages_of([(4, None, "I open the tap."), (9, "Mia", "Close it!")]))
    assert [(p.line_ids, p.text) for p in found] == [((4,), "I open the tap."), ((9,), "Mia: Close it!")]
