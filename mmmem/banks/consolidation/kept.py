"""The ledger of deeds kept in a file beside the memory, so that the first question need not read every line again.

It is a cache (`mmmem.store.caches`): forgetting anything removes it, and a file that is of another generation of the memory,
was made by other rules or is damaged is not used. It is written whole and then renamed, so no instant leaves half of one.
"""

import hashlib
import json
import os
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path

from mmmem.banks import semantic_phrases
from mmmem.banks.consolidation import deeds, verbs
from mmmem.banks.consolidation.ledger import Entry, Ledger
from mmmem.store.appendfile import sync_directory
from mmmem.text import terms

FILE = "habits_cache.json"


@lru_cache(maxsize=1)
def rules_digest() -> str:
    """Of everything that decides which deeds a line tells."""
    sources = (Path(str(module.__file__)).read_bytes() for module in (deeds, verbs, semantic_phrases, terms))
    return hashlib.sha256(b"\0".join(sources)).hexdigest()


def keep_ledger(folder: Path, ledger: Ledger, generation: str) -> None:
    """Write the ledger of a memory's directory.

    Raises:
        OSError: it cannot be written; then the old file is still there.
    """
    body = json.dumps([astuple(entry) for entry in ledger.all_entries()], separators=(",", ":"))
    head = {"generation": generation, "rules": rules_digest(), "last_text": ledger.last_text, "body": _digest(body)}
    written = folder / f"{FILE}.new"
    with written.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head) + "\n" + body)
        file.flush()
        os.fsync(file.fileno())
    written.replace(folder / FILE)
    sync_directory(folder)


def kept_ledger(folder: Path, generation: str, num_lines: int) -> Ledger | None:
    """The ledger that was kept, if it is whole, of this generation and of these rules, and knows no line there is not.

    Args:
        num_lines: the highest number of a line in the memory.
    """
    try:
        first, _, body = (folder / FILE).read_text(encoding="utf-8").partition("\n")
        head = json.loads(first)
        if not isinstance(head, dict) or head.get("body") != _digest(body):
            return None
    except (OSError, ValueError):  # missing, unreadable or damaged: it is made again from the lines
        return None
    if head.get("generation") != generation or head.get("rules") != rules_digest() or head["last_text"] > num_lines:
        return None
    ledger = Ledger()
    for act, *rest in json.loads(body):
        actor, verb, key = act
        ledger.add(Entry((actor, verb, key), *rest))
    ledger.last_text = head["last_text"]
    return ledger


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
