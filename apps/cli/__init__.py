"""The command line: `mmmem`."""

from apps.cli.program import main, run

__all__ = ["main", "run"]
