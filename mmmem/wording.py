"""Numbers in sentences."""


def counted(number: int, noun: str, rest: str = "") -> str:
    """`1 frame`, `2 frames`, `2 frames not sampled`; the noun is one that takes an s.

    Args:
        noun: in the singular.
        rest: what follows the noun.
    """
    return f"{number} {noun}{'' if number == 1 else 's'}{f' {rest}' if rest else ''}"
