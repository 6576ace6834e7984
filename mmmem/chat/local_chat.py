"""Chat models from transformers checkpoints in a local directory: words, and pictures where the model takes them."""

import copy
import io
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from mmmem.chat.budget import Budget
from mmmem.chat.local_checkpoint import Checkpoint, open_checkpoint
from mmmem.chat.messages import DEFAULT_MAX_TOKENS, Completion, Message, TextPart
from mmmem.chat.structured import Reply, answered
from mmmem.errors import InvalidInputError, ModelError
from mmmem.lazy import require
from mmmem.perceive.onnx_session import first_line

_FAILURES = (RuntimeError, ValueError, TypeError, IndexError, KeyError, NotImplementedError, OSError)


class LocalChat:
    """A causal language model with a chat template, or an image-text-to-text model, decoding greedily.

    Control tokens in what is said (`<|im_end|>` in a caption) are read as plain text. Money is never charged; tokens are
    counted, not estimated. Calls from several threads take turns.

    Args:
        directory: holds `config.json`, weights, tokenizer and chat template; a processor if it takes pictures.
        device: torch device; None takes CUDA if there is one.
        dtype: torch dtype by name; None takes float32 on a CPU, where smaller ones are slower, else the checkpoint's own.
        threads: torch threads for the whole process; None leaves them alone.
        stop: texts that end an answer; they are not part of it.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ModelError: the checkpoint cannot be loaded, or has no chat template.
    """

    def __init__(
        self,
        directory: str | Path,
        device: str | None = None,
        *,
        dtype: str | None = None,
        threads: int | None = None,
        stop: Sequence[str] = (),
    ) -> None:
        if isinstance(stop, str) or not all(stop):
            raise InvalidInputError(f"stop must be a list of texts, none empty, got {stop!r}.")
        self._checkpoint: Checkpoint = open_checkpoint(Path(directory), device=device, dtype=dtype, threads=threads)
        self._torch = require("torch", extra="transformers", purpose="A local chat model")
        self._where = str(directory)
        self._stop = tuple(stop)
        self._turn = threading.Lock()
        self._greedy = _greedy(self._checkpoint)

    def __repr__(self) -> str:
        return f"LocalChat({self.name!r})"

    @property
    def name(self) -> str:
        """The directory's name and a fingerprint of weights and chat template."""
        return self._checkpoint.name

    @property
    def parameters(self) -> Mapping[str, object]:
        """Where answers stop, and the precision they are computed in."""
        return {"stop": list(self._stop), "dtype": str(self._checkpoint.model.dtype)}

    @property
    def takes_pictures(self) -> bool:
        """Whether messages may hold pictures."""
        return self._checkpoint.takes_pictures

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: type[BaseModel] | None = None,
        max_tokens: int = DEFAULT_MAX_TOKENS,
        budget: Budget | None = None,
    ) -> Completion:
        """Answer the last message; see `ChatModel.complete`."""
        budget = budget or Budget()
        with budget.running():
            return answered(lambda asked: self._ask(asked, max_tokens, budget), messages, name=self.name, schema=schema)

    def choose(self, messages: Sequence[Message], options: Sequence[str], *, budget: Budget | None = None) -> tuple[float, ...]:
        """Log-probability, in nats, that the model answers each option and then ends its turn; works with any causal model.

        Different options exclude each other, so the probabilities sum to at most 1. Longer options are less likely: offer
        letters rather than sentences.

        Raises:
            InvalidInputError: fewer than two options, or an empty one.
            BudgetError, ModelError: as `complete`.
        """
        if len(options) < 2 or not all(options):
            raise InvalidInputError(f"choose needs at least two options, none empty, got {list(options)!r}.")
        budget = budget or Budget()
        tokenizer = self._checkpoint.tokenizer
        answers = [tokenizer.encode(option, add_special_tokens=False) + self._ending() for option in options]
        with budget.running():
            inputs = self._inputs(messages, max(len(answer) for answer in answers))
            num_in, num_out = int(inputs["input_ids"].shape[1]), sum(len(answer) for answer in answers)
            with budget.reserve(num_in + num_out, 0.0) as reservation, self._turn:
                scores = self._scores(inputs, answers)
                reservation.settle(num_in, num_out, 0.0)
        return scores

    def _ask(self, messages: Sequence[Message], max_tokens: int, budget: Budget) -> Reply:
        inputs = self._inputs(messages, max_tokens)
        num_in = int(inputs["input_ids"].shape[1])
        with budget.reserve(num_in + max_tokens, 0.0) as reservation, self._turn:
            new = self._generated(inputs, max_tokens, budget.seconds_left)[num_in:]
            reservation.settle(num_in, len(new), 0.0)
        text: str = self._checkpoint.tokenizer.decode(new, skip_special_tokens=True)
        before = [text.partition(stop)[0] for stop in self._stop if stop in text]
        ended = bool(before) or (bool(new) and new[-1] in self._endings())
        return Reply(min(before, key=len, default=text), not ended, num_in, len(new), 0.0)

    def _generated(self, inputs: Any, max_tokens: int, seconds: float) -> list[int]:
        options: dict[str, Any] = {"max_new_tokens": max_tokens, "generation_config": self._greedy}
        if self._stop:
            options |= {"stop_strings": list(self._stop), "tokenizer": self._checkpoint.tokenizer}
        if seconds < float("inf"):
            options["max_time"] = seconds
        try:
            with self._torch.inference_mode():
                tokens: list[int] = self._checkpoint.model.generate(**inputs, **options)[0].tolist()
        except _FAILURES as error:
            raise ModelError(f"The model {self._where!r} failed: {first_line(error)}") from error
        return tokens

    def _scores(self, inputs: Any, answers: Sequence[list[int]]) -> tuple[float, ...]:
        try:
            with self._torch.inference_mode():
                read = self._checkpoint.model(**inputs, use_cache=True)
                return tuple(self._score(read, answer) for answer in answers)
        except _FAILURES as error:
            raise ModelError(f"The model {self._where!r} failed: {first_line(error)}") from error

    def _score(self, read: Any, answer: list[int]) -> float:
        """The prompt is read once; each answer goes on from a copy of what was computed for it."""
        logits = read.logits[0, -1:].float()
        if len(answer) > 1:
            tokens = self._torch.tensor([answer[:-1]], device=logits.device)
            going_on = self._checkpoint.model(input_ids=tokens, past_key_values=copy.deepcopy(read.past_key_values))
            logits = self._torch.cat([logits, going_on.logits[0].float()])
        picked = self._torch.log_softmax(logits, -1).gather(1, self._torch.tensor([answer], device=logits.device).T)
        return float(picked.sum())

    def _inputs(self, messages: Sequence[Message], max_tokens: int) -> Any:
        if not self.takes_pictures and any(message.images for message in messages):
            raise ModelError(f"The model {self._where!r} reads words only; leave pictures out, or use one that takes them.")
        try:
            inputs = self._templated([self._turn_of(message) for message in messages])
        except _FAILURES as error:
            raise ModelError(f"The model {self._where!r} cannot read the conversation: {first_line(error)}") from error
        num_in, context = int(inputs["input_ids"].shape[1]), self._checkpoint.context_tokens
        if num_in + max_tokens > context:
            raise ModelError(
                f"The model {self._where!r} reads {context} tokens; the conversation has {num_in} and the answer may have "
                f"{max_tokens}. Send less evidence."
            )
        return inputs.to(self._checkpoint.model.device)

    def _templated(self, turns: list[dict[str, Any]]) -> Any:
        jinja = require("jinja2", extra="transformers", purpose="A chat template")
        try:
            return self._apply(turns)
        except jinja.TemplateError:
            # Some templates know no system turn: its words then open the user's first.
            if len(turns) < 2 or turns[0]["role"] != "system":
                raise ModelError(f"The chat template of {self._where!r} refuses the conversation.") from None
        system, user, *after = turns
        try:
            return self._apply([{**user, "content": _joined(system["content"], user["content"])}, *after])
        except jinja.TemplateError as error:
            raise ModelError(f"The chat template of {self._where!r} refuses the conversation: {first_line(error)}") from error

    def _apply(self, turns: list[dict[str, Any]]) -> Any:
        return self._checkpoint.reader.apply_chat_template(
            turns,
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            sanitize_control_tokens=True,
        )

    def _turn_of(self, message: Message) -> dict[str, Any]:
        if not self.takes_pictures:
            return {"role": message.role, "content": message.text}
        pieces: list[dict[str, Any]] = []
        for part in message.parts:
            pieces.append({"type": "text", "text": part.text if isinstance(part, TextPart) else part.words})
            if not isinstance(part, TextPart):
                pieces.append({"type": "image", "image": _decoded(part.jpeg)})
        return {"role": message.role, "content": pieces}

    def _endings(self) -> list[int]:
        ends = self._greedy.eos_token_id
        return [] if ends is None else [ends] if isinstance(ends, int) else list(ends)

    def _ending(self) -> list[int]:
        own = self._checkpoint.tokenizer.eos_token_id
        return [own] if own is not None else self._endings()[:1]


def _greedy(checkpoint: Checkpoint) -> Any:
    """The checkpoint's own settings without sampling, for which some checkpoints carry temperatures."""
    settings = copy.deepcopy(checkpoint.model.generation_config)
    settings.do_sample, settings.num_beams = False, 1
    settings.temperature = settings.top_p = settings.top_k = None
    settings.max_length = None
    if settings.eos_token_id is None:
        settings.eos_token_id = checkpoint.tokenizer.eos_token_id
    if settings.pad_token_id is None:
        ends = settings.eos_token_id
        settings.pad_token_id = ends[0] if isinstance(ends, list) else ends
    return settings


def _joined(first: Any, second: Any) -> Any:
    return f"{first}\n\n{second}" if isinstance(first, str) else [*first, *second]


def _decoded(jpeg: bytes) -> Any:
    from PIL import Image

    return Image.open(io.BytesIO(jpeg)).convert("RGB")
