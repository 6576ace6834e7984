"""Typed functional programs: nested calls of named operations over what is known. They are data, and can be printed and run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mmmem.errors import InvalidInputError
from mmmem.suggest import known_name

if TYPE_CHECKING:
    from streams.house.questions.knowledge import Knowledge

Kind = Literal["records", "record", "ids", "id", "id?", "number", "time", "span", "word", "words", "truth"]
"""What an operation takes and gives. `id?` may be empty where nothing is known."""
_LITERALS: dict[type, tuple[str, ...]] = {str: ("id", "word"), int: ("number", "time"), bool: ("truth",)}


@dataclass(frozen=True, slots=True)
class Program:
    """One call: an operation, and its arguments, each a call again or a plain value."""

    op: str
    args: tuple["Program | str | int", ...] = ()

    def __str__(self) -> str:
        return f"{self.op}({', '.join(repr(arg) if isinstance(arg, str) else str(arg) for arg in self.args)})"

    def to_json(self) -> list[Any]:
        """Nested lists, the operation first."""
        return [self.op, *(arg.to_json() if isinstance(arg, Program) else arg for arg in self.args)]

    @classmethod
    def from_json(cls, held: Sequence[Any]) -> "Program":
        """What `to_json` gave."""
        return cls(held[0], tuple(cls.from_json(arg) if isinstance(arg, list) else arg for arg in held[1:]))


@dataclass(frozen=True, slots=True)
class Operation:
    """What a name in a program means.

    Args:
        takes: kinds of its arguments; the last one repeats where `many`.
    """

    takes: tuple[Kind, ...]
    gives: Kind
    run: Callable[..., Any]
    many: bool = False


def call(op: str, *args: "Program | str | int") -> Program:
    """A call, to write programs with."""
    return Program(op, args)


def result(program: Program, known: "Knowledge") -> Any:
    """Run a program over what is known.

    Raises:
        UnknownNameError: no such operation.
        InvalidInputError: an argument is of another kind than the operation takes.
    """
    from streams.house.questions.operations import OPERATIONS

    operation = OPERATIONS[known_name(program.op, OPERATIONS, "operation")]
    takes = operation.takes
    if operation.many:
        takes = takes + takes[-1:] * (len(program.args) - len(takes))
    if len(takes) != len(program.args):
        raise InvalidInputError(f"{program.op} takes {len(takes)} arguments, got {len(program.args)} in {program}.")
    for wanted, arg in zip(takes, program.args, strict=True):
        _check(wanted, arg, program)
    return operation.run(known, *(result(arg, known) if isinstance(arg, Program) else arg for arg in program.args))


def _check(wanted: Kind, arg: "Program | str | int", program: Program) -> None:
    from streams.house.questions.operations import OPERATIONS

    if isinstance(arg, Program):
        given: tuple[str, ...] = (OPERATIONS[known_name(arg.op, OPERATIONS, "operation")].gives,)
    else:
        given = _LITERALS[type(arg)]
    if wanted not in given and not (wanted == "id?" and "id" in given):
        raise InvalidInputError(f"{program.op} takes a {wanted}, got {' or '.join(given)} in {program}.")
