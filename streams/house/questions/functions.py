"""What things and furniture are for, by class."""

from collections.abc import Mapping

FUNCTIONS: Mapping[str, frozenset[str]] = {
    "drink from": frozenset({"mug", "glass", "bottle", "cup"}),
    "read": frozenset({"book", "newspaper", "magazine", "letter"}),
    "listen to music with": frozenset({"headphones"}),
    "eat": frozenset({"apple", "banana", "bread", "orange", "cake"}),
    "cook with": frozenset({"pan", "pot"}),
    "brush hair with": frozenset({"hairbrush"}),
    "keep warm with": frozenset({"blanket"}),
    "call somebody with": frozenset({"phone"}),
    "write with": frozenset({"pen", "pencil"}),
    "cut with": frozenset({"scissors", "knife"}),
    "take pictures with": frozenset({"camera"}),
    "make music with": frozenset({"guitar"}),
    "dry hands with": frozenset({"towel"}),
    "carry things in": frozenset({"backpack", "bag", "handbag"}),
    "work on": frozenset({"laptop", "tablet"}),
    "change the channel with": frozenset({"remote control"}),
    "unlock the door with": frozenset({"keys"}),
    "brush teeth with": frozenset({"toothbrush"}),
}
"""Classes that serve a purpose, by words that go after "something to"."""
