"""How much of a day this machine can draw in a minute or so."""

from apps.demo.day import FULL, SPARING, Scale


def fitting() -> tuple[Scale, str]:
    """The full day where GL draws, a sparing one where rays stand in; with a sentence that says which and why.

    Raises:
        InvalidInputError: MUJOCO_GL is no word that MuJoCo knows.
    """
    from streams.house.opening import what_draws

    backend, why = what_draws()
    if backend != "rays":
        return (
            FULL,
            "A house lives for a day, is watched, remembered and asked about; this takes a minute or two.",
        )
    return SPARING, f"No GL draws here: {why}\nThere are half the pictures, and smaller ones; this takes some minutes."
