"""Every error a user can cause, one class per situation.

A message holds what happened, the value, the bound and the remedy, on one line. The command line turns each class into
its exit code; nothing else decides exit codes.
"""


class MmmemError(Exception):
    """Base of every error mmmem raises on purpose."""

    exit_code = 1


class InvalidInputError(MmmemError, ValueError):
    """A value breaks an invariant: a wrong shape, dtype, unit, order or range."""

    exit_code = 2


class UnknownNameError(MmmemError, KeyError):
    """A name was looked up and is not known; the message suggests the nearest ones."""

    exit_code = 2

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class MissingExtraError(MmmemError, ImportError):
    """A part needs a package that is not installed; the message names the extra that brings it."""

    exit_code = 3


class SourceError(MmmemError):
    """A video, folder, camera or text track cannot be opened or read."""

    exit_code = 4


class ModelError(MmmemError):
    """A model file or directory cannot be loaded, or a model answered with something unusable."""

    exit_code = 5


class MemoryNotFoundError(MmmemError, FileNotFoundError):
    """The directory holds no memory."""

    exit_code = 6


class MemoryTooNewError(MmmemError):
    """The memory was written by a newer mmmem than this one."""

    exit_code = 6


class MemoryLockedError(MmmemError):
    """Another process is writing this memory."""

    exit_code = 7


class MemoryCorruptError(MmmemError):
    """The truth on disk contradicts itself; `mmmem check` says where."""

    exit_code = 8


class StorageError(MmmemError, OSError):
    """The disk is full, read-only or failing; the message says up to where everything is kept."""

    exit_code = 9


class ObservingStoppedError(MmmemError):
    """Perception or storage failed behind a robot's loop; the message says what is kept, the cause what failed."""
