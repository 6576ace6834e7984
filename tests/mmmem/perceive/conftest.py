"""Small models made by code: random weights in the formats real models come in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

WORDS = {
    word: number
    for number, word in enumerate(["<pad>", "<unk>", "<bos>", "<eos>", "a", "cat", "dog", "red", "cup", "the", "on", "table"])
}
BERT = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": 24,
    "intermediate_size": 40,
    "num_attention_heads": 3,
    "num_hidden_layers": 2,
    "vocab_size": len(WORDS),
    "max_position_embeddings": 16,
    "pad_token_id": 0,
}


def write_tokenizer(directory: Path) -> None:
    """A word-level tokenizer that frames a text with <bos> and <eos>."""
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(WORDS, unk_token="<unk>"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="<bos> $A <eos>", special_tokens=[("<bos>", 2), ("<eos>", 3)]
    )
    tokenizer.save(str(directory / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "bos_token": "<bos>",
        "eos_token": "<eos>",
    }
    (directory / "tokenizer_config.json").write_text(json.dumps(settings))


def bert_weights(seed: int = 0) -> dict[str, np.ndarray]:
    """Random weights under the names of a Hugging Face BERT."""
    rng = np.random.default_rng(seed)
    width, inner = BERT["hidden_size"], BERT["intermediate_size"]
    shapes = {
        "embeddings.word_embeddings.weight": (BERT["vocab_size"], width),
        "embeddings.position_embeddings.weight": (BERT["max_position_embeddings"], width),
        "embeddings.token_type_embeddings.weight": (2, width),
        "embeddings.LayerNorm.weight": (width,),
        "embeddings.LayerNorm.bias": (width,),
    }
    for layer in range(BERT["num_hidden_layers"]):
        prefix = f"encoder.layer.{layer}."
        dense = {f"attention.self.{name}": (width, width) for name in ("query", "key", "value")}
        dense |= {"attention.output.dense": (width, width), "intermediate.dense": (inner, width), "output.dense": (width, inner)}
        for name, shape in dense.items():
            shapes |= {f"{prefix}{name}.weight": shape, f"{prefix}{name}.bias": shape[:1]}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{prefix}{name}.weight": (width,), f"{prefix}{name}.bias": (width,)}
    return {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def write_sentence_model(directory: Path, *, pooling: tuple[str, ...] = ("mean_tokens",), prompts: Any = None) -> Path:
    """A sentence-transformers directory around a small random BERT."""
    save_file = pytest.importorskip("safetensors.numpy").save_file
    (directory / "1_Pooling").mkdir(parents=True, exist_ok=True)
    (directory / "config.json").write_text(json.dumps({**BERT, "architectures": ["BertModel"]}))
    save_file(bert_weights(), directory / "model.safetensors")
    write_tokenizer(directory)
    steps = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")]
    listed = [{"idx": i, "path": path, "type": f"sentence_transformers.models.{kind}"} for i, (kind, path) in enumerate(steps)]
    (directory / "modules.json").write_text(json.dumps(listed))
    (directory / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 12}))
    (directory / "1_Pooling" / "config.json").write_text(json.dumps({f"pooling_mode_{mode}": True for mode in pooling}))
    if prompts is not None:
        (directory / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    return directory


def write_static_words(directory: Path, **tensors: np.ndarray) -> Path:
    """A model2vec directory; tensors default to a random table."""
    save_file = pytest.importorskip("safetensors.numpy").save_file
    directory.mkdir(parents=True, exist_ok=True)
    table = np.random.default_rng(3).normal(size=(len(WORDS), 5)).astype(np.float32)
    save_file(tensors or {"embeddings": table}, directory / "model.safetensors")
    (directory / "config.json").write_text(json.dumps({"model_type": "model2vec", "normalize": True}))
    write_tokenizer(directory)
    return directory


@pytest.fixture(scope="session")
def sentence_model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sentence_model(tmp_path_factory.mktemp("sentence") / "tiny-bert")


@pytest.fixture(scope="session")
def static_words_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_static_words(tmp_path_factory.mktemp("static") / "tiny-static")


def write_yolox(
    path: Path,
    output: np.ndarray,
    *,
    side: int = 64,
    batch: int | str = 1,
    declared: tuple[int | str, ...] | None = None,
    metadata: dict[str, str] | None = None,
) -> Path:
    """An ONNX model that answers `output` (cells, 5 + classes), or one per picture, whatever it is shown.

    The picture's first pixel times zero is added, so that the batch size follows the input.
    """
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    shape = declared or (batch, *output.shape)
    initial = [
        onnx.numpy_helper.from_array(output[None].astype(np.float32), "answer"),
        onnx.numpy_helper.from_array(np.zeros((1, 1, 1), np.float32), "zero"),
        onnx.numpy_helper.from_array(np.array([1, 2], np.int64), "axes"),
    ]
    nodes = [
        helper.make_node("ReduceMax", ["images", "where"], ["pixel"], keepdims=0),
        helper.make_node("Unsqueeze", ["pixel", "axes"], ["column"]),
        helper.make_node("Mul", ["column", "zero"], ["nothing"]),
        helper.make_node("Add", ["answer", "nothing"], ["output"]),
    ]
    initial.append(onnx.numpy_helper.from_array(np.array([1, 2, 3], np.int64), "where"))
    graph = helper.make_graph(
        nodes,
        "scripted",
        [helper.make_tensor_value_info("images", kinds.FLOAT, [batch, 3, side, side])],
        [helper.make_tensor_value_info("output", kinds.FLOAT, list(shape))],
        initial,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    for key, value in (metadata or {}).items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, str(path))
    return path


@pytest.fixture
def photo() -> Callable[..., np.ndarray]:
    """Makes pictures with structure: `photo(seed, height, width)` draws coloured boxes on a slope."""

    def make(seed: int = 0, height: int = 120, width: int = 160) -> np.ndarray:
        rng = np.random.default_rng(seed)
        rows, columns = np.mgrid[:height, :width]
        picture = np.stack([rows * 90 / height, columns * 90 / width, (rows + columns) * 40 / width], axis=-1)
        for _ in range(12):
            top, left = rng.integers(0, height - 12), rng.integers(0, width - 12)
            tall, wide = rng.integers(8, height // 2), rng.integers(8, width // 2)
            picture[top : top + tall, left : left + wide] = rng.integers(0, 256, 3)
        return picture.clip(0, 255).astype(np.uint8)

    return make


@pytest.fixture(scope="session")
def make_sentence_model() -> Callable[..., Path]:
    return write_sentence_model


@pytest.fixture(scope="session")
def make_static_words() -> Callable[..., Path]:
    return write_static_words


@pytest.fixture(scope="session")
def make_yolox() -> Callable[..., Path]:
    return write_yolox


@pytest.fixture(scope="session")
def write_tokenizer_into() -> Callable[[Path], None]:
    return write_tokenizer
