"""Which distributions are installed, what they own, and what mmmem asks for; from metadata alone."""

import platform
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

import mmmem

OPENCV = ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless")
ALTERNATIVES = {"faiss-cpu": ("faiss-gpu", "faiss-gpu-cu12", "faiss-gpu-cu11"), "opencv-python-headless": OPENCV}
"""Distributions that bring the same module, so that either will do."""


class Installed:
    """The distributions on an import path, by normalised name.

    Args:
        path: directories to look in; None takes `sys.path`.
    """

    def __init__(self, path: Sequence[str] | None = None) -> None:
        found = distributions() if path is None else distributions(path=list(path))
        self._by_name: dict[str, Distribution] = {}
        for one in found:
            if one.name:
                self._by_name.setdefault(normalised(one.name), one)

    def version(self, name: str) -> str | None:
        """The version of a distribution, None where it is not installed."""
        found = self._by_name.get(normalised(name))
        return None if found is None else found.version

    def provider(self, name: str) -> str | None:
        """The distribution that serves for `name`: itself, or one that brings the same module."""
        return next((one for one in (name, *ALTERNATIVES.get(name, ())) if self.version(one) is not None), None)

    def owners(self, module: str) -> list[str]:
        """Names of the distributions that install the top-level `module`."""
        return sorted(name for name, one in self._by_name.items() if _owns(one, module))

    def requirements(self) -> list[str] | None:
        """What mmmem says it requires, as its metadata has it; None where mmmem is not installed."""
        found = self._by_name.get("mmmem")
        return None if found is None else found.requires


def normalised(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _owns(distribution: Distribution, module: str) -> bool:
    top_level = distribution.read_text("top_level.txt")
    if top_level is not None:
        return module in top_level.split()
    record = distribution.read_text("RECORD") or ""
    return re.search(rf"^{re.escape(module)}(?:/|\.py,|\.[\w-]+\.(?:so|pyd),)", record, re.MULTILINE) is not None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the project's dependencies; `extra` is empty for the core, `at_least` where no bound is given."""

    name: str
    at_least: str
    extra: str


_REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?([^;]*)(?:;(.*))?$")
_LOWER_BOUND = re.compile(r"(?:>=|==)\s*(\d+(?:\.\w+)*)")
_EXTRA = re.compile(r"extra\s*==\s*[\"']([\w-]+)[\"']")


def read_requirements(lines: Iterable[str], extra: str = "") -> Iterator[Requirement]:
    """Requirements as metadata or pyproject write them; those for another platform are left out."""
    for line in lines:
        match = _REQUIREMENT.match(line.strip())
        if match is None:
            continue
        marker = match[3] or ""
        bound = _LOWER_BOUND.search(match[2])
        named = _EXTRA.search(marker)
        if "win32" in marker and sys.platform != "win32":
            continue
        machine = re.search(r"platform_machine\s*==\s*[\"'](\w+)[\"']", marker)
        if machine is None or machine[1] == platform.machine():
            yield Requirement(match[1], bound[1] if bound else "", named[1] if named else extra)


def declared(installed: Installed) -> list[Requirement]:
    """What mmmem needs, from its metadata, else from the pyproject.toml of a checkout."""
    lines = installed.requirements()
    if lines is not None:
        return list(read_requirements(lines))
    project_file = Path(mmmem.__file__).parents[1] / "pyproject.toml"
    if not project_file.is_file():
        return []
    project = tomllib.loads(project_file.read_text("utf-8"))["project"]
    core = list(read_requirements(project["dependencies"]))
    extras = project.get("optional-dependencies", {}).items()
    return core + [one for extra, names in extras for one in read_requirements(names, extra)]


def is_older(version: str, bound: str) -> bool:
    """Whether a version is below a bound, by their leading numbers."""
    numbers = [[int(n) for n in re.findall(r"\d+", re.match(r"[\d.]*", text)[0])] for text in (version, bound)]  # type: ignore[index]
    return numbers[0] < numbers[1]
