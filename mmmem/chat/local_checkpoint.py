"""Opening a chat checkpoint: weights, what reads its conversations, and what it is called."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmmem.errors import InvalidInputError, ModelError
from mmmem.perceive.model_files import fingerprint, read_json_object
from mmmem.perceive.torch_models import import_torch, loading, pick_device, quiet_transformers

_PURPOSE = "A local chat model"
_PROCESSOR_FILES = ("processor_config.json", "preprocessor_config.json")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An open model.

    Args:
        name: directory and fingerprint.
        model: in evaluation mode, on its device.
        tokenizer: reads and writes words.
        reader: turns a conversation into the model's inputs: the tokenizer, or a processor for pictures too.
        takes_pictures: `reader` reads pictures.
        context_tokens: prompt and answer together.
    """

    name: str
    model: Any
    tokenizer: Any
    reader: Any
    takes_pictures: bool
    context_tokens: int


def open_checkpoint(directory: Path, *, device: str | None, dtype: str | None, threads: int | None) -> Checkpoint:
    """Open a causal language model or an image-text-to-text model.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InvalidInputError: torch knows no such device or dtype.
        ModelError: the directory holds no such model, no weights, or no chat template.
    """
    config = read_json_object(directory / "config.json")
    torch = import_torch(_PURPOSE, threads=threads)
    where, target = str(directory), pick_device(torch, device)
    kind = _dtype(torch, dtype, target)
    with quiet_transformers() as transformers, loading(where):
        names = transformers.models.auto.modeling_auto.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES
        has_processor = any((directory / name).is_file() for name in _PROCESSOR_FILES)
        takes_pictures = has_processor and config.get("model_type") in names
        auto = transformers.AutoModelForImageTextToText if takes_pictures else transformers.AutoModelForCausalLM
        readers = transformers.AutoProcessor if takes_pictures else transformers.AutoTokenizer
        reader = readers.from_pretrained(where, local_files_only=True)
        model = auto.from_pretrained(where, dtype=kind, local_files_only=True).eval().to(target)
    tokenizer = reader.tokenizer if takes_pictures else reader
    template = getattr(reader, "chat_template", None) or tokenizer.chat_template
    if not template:
        raise ModelError(f"{where!r} has no chat template; use an instruction-tuned checkpoint, or add chat_template.jinja.")
    context = getattr(model.config.get_text_config(), "max_position_embeddings", None) or tokenizer.model_max_length
    return Checkpoint(_name(directory, str(template)), model, tokenizer, reader, takes_pictures, int(context))


def _dtype(torch: Any, wanted: str | None, device: Any) -> Any:
    if wanted is None:
        return torch.float32 if device.type == "cpu" else "auto"
    dtype = getattr(torch, wanted, None)
    if not isinstance(dtype, torch.dtype):
        raise InvalidInputError(f"Unknown torch dtype {wanted!r}; use float32, bfloat16 or float16.")
    return dtype


def _name(directory: Path, template: str) -> str:
    weights = sorted([*directory.glob("*.safetensors"), *directory.glob("pytorch_model*.bin")])
    marks = [*(fingerprint(path) for path in weights), template]
    for name in ("tokenizer.json", "generation_config.json"):
        if (directory / name).is_file():
            marks.append(fingerprint(directory / name))
    return f"{directory.resolve().name}:{hashlib.sha256(' '.join(marks).encode()).hexdigest()[:8]}"
