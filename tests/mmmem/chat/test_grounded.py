"""Names and numbers that no record holds are found, in any form; common beginnings of sentences are no names."""

import pytest

from mmmem.chat.grounded import invented_names, invented_numbers, names_in, numbers_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann met Bob.", ("Ann", "Bob")),
        ("Then they cook. Cooking takes long.", ()),
        ("I'm here and I see Zoë’s cup.", ("Zoë’s",)),
        ("They went to Berlin.", ("Berlin",)),
        ("nobody is named", ()),
    ],
)
def test_names(text, names):
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("text", "record", "invented"),
    [
        ("Ann's cup is gone.", "ann lost a cup", ()),
        ("Ann's cup is gone.", "Bob lost a cup", ("Ann's",)),
        ("Washing with Katrina.", "Katrina: let's wash", ()),
        ("Plates are washed.", "She washed a plate", ()),
    ],
)
def test_names_no_record_holds(text, record, invented):
    assert invented_names(text, [record]) == invented


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("two cups and 12 plates at 11:20", ("2", "12")), ("one of them, once", ()), ("2.5 litres", ("2.5",)), ("DAY3", ())],
)
def test_numbers(text, numbers):
    assert numbers_in(text) == numbers


def test_numbers_no_record_holds():
    assert invented_numbers("3 cups and four plates", ["three cups"]) == ("4",)
    assert invented_numbers("1 cup", ["one cup"]) == ()
