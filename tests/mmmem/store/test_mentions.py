"""What surely is a name, and what only holds its letters."""

import unicodedata

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from mmmem.errors import InvalidInputError
from mmmem.store.mentions import Mention

SURE = """
Alice|Alice came in
Alice|ALICE!
Alice|Alice's cup
Alice|ALICE’S cup
Alice|the Alices'
Alice|thanks @alice
Alice|#alice2024
Alice|alice_smith wrote
Alice|Mary-Alice and I
Alice|KatrinaAlice: hello
Alice|AliceKatrina: hello
Alice|KatrinaAlicesCup
Alice|HelloAlice_2
Alice|(alice)
Alice|chalice, said Alice
Mary Ann|maryann? no, Mary  Ann
Mary Ann|mary_ann@home
Mary Ann|Mary-Ann’s
Mary Ann|MaryAnn
mary ann|Mary\N{NO-BREAK SPACE}Ann
Jean-Luc|Jean Luc
Zoë|ZOË
小明|小明走进厨房
O'Neil|o'neil's door
R2D2|r2d2, come
"""
UNSURE = """
Alice|the chalice fell
Alice|alicesmith wrote
Alice|katrinaalice
Alice|MALICE
Ann|planned annual events
Ann|Anna sings
Ann|JoAnn came
Ann|Joanna
Donald|MacDonald drives
Donald|McDonald drives
Mary Ann|maryann
Zoë|Zoe came
Robot1|robot12 fell
"""


def pairs(lines: str) -> list[tuple[str, str]]:
    return [(name, text) for name, _, text in (line.partition("|") for line in lines.strip().splitlines())]


@pytest.mark.parametrize(("name", "text"), pairs(SURE))
def test_the_name_itself_is_found(name: str, text: str) -> None:
    assert Mention(name).search(text)
    assert Mention(name).is_inside(text)


@pytest.mark.parametrize(("name", "text"), pairs(UNSURE))
def test_letters_inside_another_word_are_not_surely_the_name(name: str, text: str) -> None:
    assert not Mention(name).search(text)
    assert Mention(name).is_inside(text)
    assert Mention(name, anywhere=True).search(text)


@pytest.mark.parametrize("hidden", ["Al\N{ZERO WIDTH SPACE}ice", "Al\N{SOFT HYPHEN}ice", "Ａｌｉｃｅ"])
def test_invisible_characters_and_wide_letters_hide_no_name(hidden: str) -> None:
    assert Mention("Alice").search(f"there is {hidden} now")


@pytest.mark.parametrize("name", ["-", "...", "\N{ZERO WIDTH SPACE}", "@"])
def test_a_name_without_a_letter_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="no letter and no digit"):
        Mention(name)


@given(st.text(min_size=1, max_size=12), st.text(max_size=20), st.text(max_size=20))
@example("\N{ACUTE ACCENT}0", "", "")  # becomes a space and an accent on nothing
@example("\N{ACUTE ACCENT}Anna", "", "")
def test_a_name_between_spaces_is_always_found(name: str, before: str, after: str) -> None:
    if not any(c.isalnum() for c in unicodedata.normalize("NFKC", name)):
        return
    if unicodedata.category(name[0])[0] in "MC" or unicodedata.category((after or " ")[0])[0] == "M":
        return  # marks join the letter before them, whatever it is
    try:
        mention = Mention(name)
    except InvalidInputError:
        return
    text = f"{before} {name} {after}"
    if not any(unicodedata.category(c)[0] in "CMZ" or c in "_-." for c in name):
        assert mention.search(text)
        assert mention.is_inside(text)
    if mention.is_sure(text):
        assert Mention(name, anywhere=True).search(text)
