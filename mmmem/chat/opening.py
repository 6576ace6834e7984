"""Opening a chat model by name."""

from pathlib import Path

from mmmem.chat.local_chat import LocalChat
from mmmem.chat.openai_chat import DEFAULT_KEY_ENV, OpenAIChat, Prices
from mmmem.errors import InvalidInputError, ModelError


def open_chat(
    name: str | Path, *, api_key_env: str = DEFAULT_KEY_ENV, prices: Prices | None = None, device: str | None = None
) -> OpenAIChat | LocalChat:
    """Open what `--chat` names.

    Args:
        name: `http://HOST/v1#MODEL`, or a directory with a transformers checkpoint.
        api_key_env: environment variable that holds the key of an address.
        prices: of an address; a local model costs no money.
        device: torch device of a directory; None takes CUDA if there is one.

    Raises:
        InvalidInputError: an address without a model's name, or none that can be.
        MissingExtraError: a library is not installed.
        ModelError: there is no such directory, or its checkpoint cannot be loaded.
    """
    address, _, model = str(name).partition("#")
    if "://" in address:
        if not model:
            raise InvalidInputError(f"{name!r} names no model; write http://HOST/v1#MODEL.")
        return OpenAIChat(address, model, api_key_env=api_key_env, prices=prices)
    if not Path(name).is_dir():
        raise ModelError(f"There is no directory {str(name)!r}; a chat model is a directory or http://HOST/v1#MODEL.")
    return LocalChat(name, device)
