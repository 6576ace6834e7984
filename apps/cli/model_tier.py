"""The language model a question may be given to, from the options that name it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from apps.cli.output import tell
from mmmem.errors import InvalidInputError

if TYPE_CHECKING:
    from mmmem.agent.escalation import ModelTier
    from mmmem.chat import ChatModel

_ABOUT_A_MODEL = "--budget, --prices, --chat-always, --chat-share, --phrase and --no-cache"


def model_tier(
    memory: Path,
    chat: str | None,
    *,
    budget: str | None,
    prices: str | None,
    always: bool,
    share: float | None,
    phrase: bool,
    no_cache: bool,
) -> "ModelTier | None":
    """The tier, None where no model is named.

    Raises:
        InvalidInputError: an option about a model without one, or one that cannot be read.
        MissingExtraError, ModelError: the model cannot be opened.
    """
    if chat is None:
        if any((budget, prices, always, share is not None, phrase, no_cache)):
            raise InvalidInputError(f"{_ABOUT_A_MODEL} are about a model; name one with --chat.")
        return None
    from mmmem.agent.escalation import ModelTier
    from mmmem.chat import Budget, open_chat, parse_prices

    model = open_chat(chat, prices=None if prices is None else parse_prices(prices))
    asked = model if no_cache else keeping_answers(model, memory)
    return ModelTier(asked, None if budget is None else Budget.parse(budget), always, share, phrase)


def keeping_answers(model: "ChatModel", memory: Path) -> "ChatModel":
    """The model with its answers kept inside the memory; as it is where nothing can be written there."""
    from mmmem.chat import CachedChat
    from mmmem.chat.cached import CACHE

    if memory.is_dir() and not os.access(memory, os.W_OK):
        tell(f"note: {memory} is read-only, so the model's answers are not kept")
        return model
    return CachedChat(model, memory / CACHE)
