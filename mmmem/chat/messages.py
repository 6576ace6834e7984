"""What is said to a language model and what comes back: the contract every chat model keeps."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import BaseModel

from mmmem.chat.budget import Budget
from mmmem.clock import Calendar, check_ns
from mmmem.errors import InvalidInputError
from mmmem.types import check_text

Role = Literal["system", "user", "assistant"]
ROLES: tuple[Role, ...] = ("system", "user", "assistant")
DEFAULT_MAX_TOKENS = 512


@dataclass(frozen=True, slots=True)
class TextPart:
    """Words."""

    text: str

    def __post_init__(self) -> None:
        check_text(self.text, "TextPart.text", empty=True)


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture with its time.

    Args:
        jpeg: the encoded picture.
        t_ns: when it was taken.
        caption: what the model reads before the picture, the time among it; empty takes the time in UTC.
    """

    jpeg: bytes
    t_ns: int
    caption: str = ""

    def __post_init__(self) -> None:
        check_ns(self.t_ns, "ImagePart.t_ns")
        jpeg_size(self.jpeg)

    @property
    def words(self) -> str:
        """The line a model reads before the picture."""
        return self.caption or f"Picture taken at {Calendar('wall').format(self.t_ns)} UTC:"


Part = TextPart | ImagePart


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation.

    Args:
        role: `system`, `user` or `assistant`.
        parts: words and pictures, in reading order.
        prompt: name and version of the prompt file it was rendered from (`judge_evidence@1`), empty if from none.
    """

    role: Role
    parts: tuple[Part, ...]
    prompt: str = ""

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise InvalidInputError(f"Message.role must be one of {', '.join(ROLES)}, got {self.role!r}.")
        if not self.parts:
            raise InvalidInputError("A message needs at least one part, got none.")

    @staticmethod
    def of(role: Role, text: str, *, prompt: str = "") -> "Message":
        """A message of words alone."""
        return Message(role, (TextPart(text),), prompt)

    @property
    def text(self) -> str:
        """Every word of it, pictures as the line before them."""
        return "\n".join(part.text if isinstance(part, TextPart) else part.words for part in self.parts)

    @property
    def images(self) -> tuple[ImagePart, ...]:
        """Its pictures."""
        return tuple(part for part in self.parts if isinstance(part, ImagePart))


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered, and what that took.

    Args:
        text: the answer as it came, without reasoning and code fences where a schema was asked.
        parsed: the validated object, None where no schema was asked.
        tokens_in, tokens_out: of the answer and its repair, as the server counts them, else estimated.
        ms: wall time.
        cost_usd: None where prices are not known.
        cached: taken from a cache: the figures but `ms` are those of the call that made it, and nothing was spent now.
        attempts: requests or generations it took, retries and the repair included.
    """

    text: str
    parsed: BaseModel | None
    tokens_in: int
    tokens_out: int
    ms: float
    cost_usd: float | None
    cached: bool
    attempts: int


class ChatModel(Protocol):
    """Answers conversations."""

    @property
    def name(self) -> str:
        """Tells one model from another: equal names mean equal weights, as far as can be known."""
        ...

    @property
    def parameters(self) -> Mapping[str, object]:
        """Settings an answer depends on besides the messages (temperature, stop), as JSON values."""
        ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: type[BaseModel] | None = None,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        budget: Budget | None = None,
    ) -> Completion:
        """Answer the last message; with `schema`, as a validated object of it.

        Raises:
            BudgetError: it may not fit what is left of `budget`; nothing was asked.
            ModelError: no usable answer came, after one repair.
        """
        ...


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the header alone.

    Raises:
        InvalidInputError: not a JPEG.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            return image.size
    except (UnidentifiedImageError, OSError, TypeError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInputError(f"ImagePart.jpeg is not a JPEG picture ({len(jpeg)} bytes): {error}") from error
