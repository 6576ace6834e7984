"""Which questions are held out together: a fold never shares a minute of evidence with the questions it is judged by."""

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence

from mmmem.errors import InvalidInputError


def groups_of(places: Mapping[str, Iterable[Hashable]]) -> list[tuple[str, ...]]:
    """Question ids in groups: two are in one group if a chain of shared places joins them. Ids and groups in order of id.

    Args:
        places: by question id, the minutes its evidence lies in; a question without any stands alone.
    """
    leader = {name: name for name in places}

    def top(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    first_at: dict[Hashable, str] = {}
    for name in sorted(places):
        for place in places[name]:
            a, b = sorted((top(name), top(first_at.setdefault(place, name))))
            leader[b] = a
    grouped: dict[str, list[str]] = {}
    for name in sorted(places):
        grouped.setdefault(top(name), []).append(name)
    return [tuple(names) for names in grouped.values()]


def folds_of(groups: Sequence[tuple[str, ...]], num_folds: int, seed: int = 0) -> list[frozenset[str]]:
    """Groups dealt to folds: in the order of a hash of their first id, each to the fold with the fewest questions so far.

    The same ids always give the same folds, whatever their order.

    Raises:
        InvalidInputError: fewer than two folds, or fewer groups than folds.
    """
    if not 2 <= num_folds <= len(groups):
        raise InvalidInputError(
            f"--folds must lie between 2 and the {len(groups)} groups of questions that share no minute, got {num_folds}."
        )
    folds: list[list[str]] = [[] for _ in range(num_folds)]
    for group in sorted(groups, key=lambda names: hashlib.sha256(f"{seed}\n{names[0]}".encode()).digest()):
        min(folds, key=len).extend(group)
    return [frozenset(fold) for fold in folds]
