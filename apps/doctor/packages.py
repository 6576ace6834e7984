"""Findings about Python, the packages mmmem needs, and who owns the import names it uses."""

import importlib.util
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import mmmem
from apps.doctor.installed import Installed, Requirement, is_older, normalised
from apps.doctor.row import Row

OLDEST_PYTHON = (3, 11)
OURS = ("mmmem", "streams", "scenegraph", "apps")
FindOrigin = Callable[[str], str | None]


def python_rows(installed: Installed, version: tuple[int, ...] = sys.version_info[:3]) -> list[Row]:
    """Python and mmmem itself."""
    written = ".".join(map(str, version))
    bound = ".".join(map(str, OLDEST_PYTHON))
    new_enough = version >= OLDEST_PYTHON
    remedy = "" if new_enough else f"install Python {bound} or newer"
    ours = installed.version("mmmem")
    known = "run from a checkout, not installed" if ours is None else f"installed as {ours}"
    return [
        Row("program", "Python", "ok" if new_enough else "problem", f"{written}, {sys.executable}", remedy),
        Row("program", "mmmem", "ok", f"{mmmem.__version__}, {known}, {Path(mmmem.__file__).parent}"),
    ]


def core_rows(installed: Installed, needed: Sequence[Requirement]) -> list[Row]:
    """One row for each package the core cannot do without."""
    return [_requirement_row(installed, one) for one in needed if not one.extra]


def _requirement_row(installed: Installed, wanted: Requirement) -> Row:
    provider = installed.provider(wanted.name)
    if provider is None:
        return Row("core", wanted.name, "problem", "not installed", f"pip install '{_bounded(wanted)}'")
    version = installed.version(provider) or ""
    if wanted.at_least and provider == wanted.name and is_older(version, wanted.at_least):
        return Row(
            "core", wanted.name, "problem", f"{version} is older than {wanted.at_least}", f"pip install '{_bounded(wanted)}'"
        )
    return Row("core", wanted.name, "ok", version if provider == wanted.name else f"{provider} {version}")


def _bounded(wanted: Requirement) -> str:
    return f"{wanted.name}>={wanted.at_least}" if wanted.at_least else wanted.name


def extra_rows(installed: Installed, needed: Sequence[Requirement]) -> list[Row]:
    """One row for each extra: its packages with their versions, or which are missing."""
    extras: dict[str, list[Requirement]] = {}
    for one in needed:
        if one.extra and normalised(one.name) != "mmmem":
            extras.setdefault(one.extra, []).append(one)
    return [_extra_row(installed, extra, wanted) for extra, wanted in sorted(extras.items())]


def _extra_row(installed: Installed, extra: str, wanted: Sequence[Requirement]) -> Row:
    there = {one.name: installed.provider(one.name) for one in wanted}
    missing = [name for name, provider in there.items() if provider is None]
    versions = [f"{provider} {installed.version(provider)}" for provider in there.values() if provider is not None]
    install = f"pip install 'mmmem[{extra}]'"
    if missing:
        return Row("extras", extra, "missing", "without " + ", ".join(missing), install)
    old = [one for one in wanted if one.at_least and is_older(installed.version(there[one.name] or "") or "", one.at_least)]
    old = [one for one in old if there[one.name] == one.name]
    if old:
        return Row("extras", extra, "warning", ", ".join(f"{o.name} is older than {o.at_least}" for o in old), install)
    return Row("extras", extra, "ok", ", ".join(versions))


def origin_of(module: str) -> str | None:
    """The file a top-level module would be imported from, without importing it."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    return None if spec is None else spec.origin


def owner_rows(installed: Installed, find: FindOrigin = origin_of) -> list[Row]:
    """Who owns each import name this project uses; another distribution on PyPI is called `scenegraph`."""
    return [_our_name_row(installed, name, find) for name in OURS] + [_shared_name_row(installed, "cv2", find)]


def _our_name_row(installed: Installed, name: str, find: FindOrigin) -> Row:
    root = Path(mmmem.__file__).resolve().parents[1]
    origin = find(name)
    foreign = [owner for owner in installed.owners(name) if owner != "mmmem"]
    if origin is None or not Path(origin).resolve().is_relative_to(root / name):
        remedy = f"pip uninstall {' '.join(foreign)}" if foreign else "rename or move the other one, and pip install mmmem again"
        return Row("import names", name, "problem", f"comes from {origin or 'nowhere'}, not from mmmem", remedy)
    if foreign:
        remedy = f"pip uninstall {' '.join(foreign)}, then pip install --force-reinstall --no-deps mmmem"
        return Row("import names", name, "warning", f"{', '.join(foreign)} installs a module of this name too", remedy)
    return Row("import names", name, "ok", f"mmmem, {Path(origin).parent}")


def _shared_name_row(installed: Installed, name: str, find: FindOrigin) -> Row:
    owners = installed.owners(name)
    if len(owners) > 1:
        keep = owners[0]
        remedy = f"keep one: pip uninstall -y {' '.join(owners)} && pip install {keep}"
        return Row("import names", name, "warning", f"two owners that overwrite each other's files: {', '.join(owners)}", remedy)
    if not owners and find(name) is None:
        return Row("import names", name, "missing", "nobody", "pip install 'mmmem[opencv]'")
    return Row("import names", name, "ok", f"{owners[0]} {installed.version(owners[0])}" if owners else f"{find(name)}")
