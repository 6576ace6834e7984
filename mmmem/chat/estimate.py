"""How many tokens a conversation will take, before it is sent.

The rule is stated and errs upwards. Words: one token for every three UTF-8 bytes, rounded up (English takes about four
bytes a token, Chinese about three), and four for each message's frame. Pictures: 85 and 170 for each tile of 512 pixels
begun, the tile rule of OpenAI's vision guide, after fitting the picture into 2048 by 2048.
"""

import math
from collections.abc import Sequence

from mmmem.chat.messages import ImagePart, Message, jpeg_size

BYTES_PER_TOKEN = 3
TOKENS_PER_MESSAGE = 4
_TOKENS_PER_IMAGE = 85
_TOKENS_PER_TILE = 170
_TILE_PX = 512
_LARGEST_PX = 2048


def estimate_tokens(messages: Sequence[Message]) -> int:
    """Tokens the messages take, by the rule above."""
    return sum(
        TOKENS_PER_MESSAGE
        + estimate_text_tokens(message.text)
        + sum(_image_tokens(part) for part in message.parts if isinstance(part, ImagePart))
        for message in messages
    )


def estimate_text_tokens(text: str) -> int:
    """Tokens some words take."""
    return math.ceil(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN)


def _image_tokens(part: ImagePart) -> int:
    width, height = jpeg_size(part.jpeg)
    scale = min(1.0, _LARGEST_PX / max(width, height))
    tiles = math.ceil(width * scale / _TILE_PX) * math.ceil(height * scale / _TILE_PX)
    return _TOKENS_PER_IMAGE + _TOKENS_PER_TILE * tiles
