"""How much of a day this machine can draw in a minute or so."""

from apps.demo.day import FULL, SPARING, Scale


def fitting() -> tuple[Scale, str]:
    """The full day where GL draws, a sparing one where rays stand in; with a sentence that says which and why."""
    from streams.house.opening import trouble_with

    names = ("egl", "osmesa")
    troubles = [f"{name}: {trouble}" for name in names if (trouble := trouble_with(name))]
    if len(troubles) < len(names):
        return (
            FULL,
            "A house lives for a day, is watched, remembered and asked about; this takes a minute or two.",
        )
    return SPARING, (
        f"No GL draws here ({'; '.join(troubles)}), so rays do: half the pictures, and smaller ones; this takes some minutes. "
        "Faster and sharper after: apt-get install libegl1 libgl1-mesa-dri"
    )
