"""Commands that live in other packages; they are imported when they are called, so that `mmmem --help` stays quick."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer


@dataclass(frozen=True, slots=True)
class Mounted:
    """Where a command, or a `typer.Typer` of several, lives, and the first line of its help."""

    module: str
    function: str
    help: str

    @staticmethod
    def listed() -> None:
        """Stands in the list of commands until the command is called."""


MOUNTED = {
    "eval": Mounted(
        "apps.evaluate.command",
        "app",
        "Measure what a memory finds and answers, against chance and with confidence intervals.",
    ),
    "enrich": Mounted(
        "apps.enrich.command",
        "enrich",
        "Let a language model describe the kept pictures, sum up minutes, hours and days, and read facts off what was said.",
    ),
    "summaries": Mounted("apps.enrich.command", "summaries", "Show what a language model made of minutes, hours or days."),
    "demo": Mounted(
        "apps.demo.command",
        "demo",
        "Let a house live for a day, watch it, remember it, ask about it, and write a page of answers with a map.",
    ),
    "app": Mounted(
        "apps.app.command", "app", "Open a memory in the browser: ask it, see the evidence, the map, and what was seen and said."
    ),
    "house": Mounted(
        "apps.house.command",
        "house",
        "Let a house be lived in for some days, and record what a robot sees there, with the truth beside it.",
    ),
    "bench": Mounted(
        "apps.bench.command",
        "app",
        "Measure memories against the truth of a simulated house.",
    ),
    "robot": Mounted(
        "apps.robot.command",
        "robot",
        "Let a robot fetch things for people over some days: from memory where it can, by going and looking where it must.",
    ),
    "doctor": Mounted("apps.doctor.command", "doctor", "Say what is installed, what is missing and what it would be for."),
}


def load(name: str) -> Any:
    """Import a mounted command, or group of commands, and return what typer makes of it."""
    mounted = MOUNTED[name]
    function: Callable[..., Any] = getattr(importlib.import_module(mounted.module), mounted.function)
    if isinstance(function, typer.Typer):
        return typer.main.get_group(function)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, context_settings={"help_option_names": ["-h", "--help"]})(function)
    return typer.main.get_command(alone)
