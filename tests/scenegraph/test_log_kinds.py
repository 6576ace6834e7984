"""The kinds of rows are told of in one table, read from a memory, and each changes the world in its own way."""

import re

from scenegraph import log
from scenegraph.applying import HANDLERS


def test_every_kind_is_in_the_table_read_from_memories_and_taken_in():
    assert log.__doc__ is not None
    told = re.findall(r"^\| `(\w+)` \|", log.__doc__, re.M)
    assert len(told) == len(set(told)) == len(log.KINDS)
    assert set(told) == set(log.KINDS) == set(HANDLERS)
