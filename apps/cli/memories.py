"""Opening a memory for a question, with the models it was made with."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from apps.cli.output import tell
from mmmem.agent.recall import SOURCES
from mmmem.errors import MissingExtraError, ModelError
from mmmem.memory import Memory
from mmmem.perceive import Encoder, TextEmbedder, open_encoder, open_text_embedder
from mmmem.suggest import known_name
from scenegraph.attaching import attach, holds_graph
from scenegraph.reply import SOURCE as GRAPH

_CLASSICAL = "classical"
_CLASSICAL_SPACE = "image:classical"
_MINILM_SPACE = "text:all-MiniLM-L6-v2:"
_NO_MODEL = "none"


@contextmanager
def reading(path: Path, *, encoder: str | None = None, text_embedder: str | None = None) -> Iterator[Memory]:
    """The memory, open for reading and asking, with its scene graph as a source if it holds one.

    Args:
        encoder: by name; None is the built-in descriptor.
        text_embedder: by name; None takes minilm where the memory was made with it, `none` asks by words alone.

    Raises:
        UnknownNameError, MissingExtraError, ModelError: a model that was named cannot be opened.
    """
    with Memory.open(path) as memory:
        spaces = memory.spaces()
    words = _text_embedder(text_embedder, spaces)
    pictures = open_encoder(encoder or _CLASSICAL)
    if encoder is None:
        _tell_unused(spaces)
    with Memory.open(path, encoder=pictures, text_embedder=words) as memory:
        for note in memory.notes:
            tell(f"note: {note}")
        if holds_graph(memory):
            attach(memory)
        yield memory


def known_sources(names: Sequence[str] | None) -> None:
    """Refuse a bank that does not exist, also where the question would not need one.

    Raises:
        UnknownNameError: did you mean.
    """
    for name in names or ():
        known_name(name, (*SOURCES, GRAPH), "source")


def text_embedder_named(name: str | None) -> TextEmbedder | None:
    """The text embedder, None for None and for `none`."""
    return None if name is None or name == _NO_MODEL else open_text_embedder(name)


def encoder_named(name: str | None) -> Encoder | None:
    """The encoder, None where the built-in descriptor suffices."""
    return None if name is None or name in (_CLASSICAL, _NO_MODEL) else open_encoder(name)


def _text_embedder(name: str | None, spaces: list[str]) -> TextEmbedder | None:
    if name is not None:
        return text_embedder_named(name)
    if not any(space.startswith(_MINILM_SPACE) for space in spaces):
        return None
    try:
        return open_text_embedder("minilm")
    except (MissingExtraError, ModelError) as error:
        tell(f"note: asking by words alone. {error}")
        return None


def _tell_unused(spaces: list[str]) -> None:
    learned = [space for space in spaces if space.startswith("image:") and not space.startswith(_CLASSICAL_SPACE)]
    if learned:
        tell(f"note: to find pictures by words, name the encoder of {', '.join(learned)} with --encoder")
