"""Heavy libraries are imported by the one adapter that needs them, when it needs them."""

import importlib
from types import ModuleType

from mmmem.errors import MissingExtraError


def require(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import `module`, or say which extra of mmmem installs it.

    Raises:
        MissingExtraError: the module, or something it needs, is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{purpose} needs the Python module {module!r}, which cannot be imported ({error}). "
            f"Install it with: pip install 'mmmem[{extra}]'"
        ) from error
