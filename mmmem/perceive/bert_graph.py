"""BERT as an ONNX graph made from its weights: no torch, no export, no copy of the model on disk.

The graph follows Devlin et al. 2018 (post-norm encoder, exact GELU) with the fused operators of ONNX Runtime, so that
almost all time goes into matrix products. Weights are handed over as memory, not serialised.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmmem.errors import ModelError
from mmmem.lazy import require
from mmmem.perceive.model_files import read_tensors
from mmmem.perceive.onnx_session import first_line, runtime_errors, session_options

_EXTRA, _PURPOSE = "text", "Text embedding"
_FUSED = "com.microsoft"
_OPSET, _IR_VERSION = 17, 8
_HALVES = ("query", "key", "value")


def can_build(config: Mapping[str, Any]) -> bool:
    """Whether `config` describes the architecture this graph implements."""
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
    )


class OnnxBert:
    """Contextual token vectors of a BERT encoder on the CPU, in float32.

    Args:
        weights: safetensors file of a Hugging Face BERT checkpoint.
        config: the checkpoint's `config.json`.
        threads: threads within an operator.

    Raises:
        MissingExtraError: onnx, ONNX Runtime or safetensors is not installed.
        ModelError: a weight is missing or of another shape than the configuration says.
    """

    def __init__(self, weights: Path, config: Mapping[str, Any], threads: int | None) -> None:
        tensors = read_tensors(weights, extra=_EXTRA, purpose=_PURPOSE)
        self._where = str(weights)
        # The session reads the weights in place, so they live as long as it does.
        self._session, self._weights = _open(_Graph(config, tensors, self._where), threads)

    def token_vectors(self, ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """(b, n, d) from token ids (b, n), of which the first `lengths` (b,) of a row count.

        Raises:
            ModelError: the model cannot be run on this input.
        """
        feed = {"ids": ids.astype(np.int32), "types": np.zeros_like(ids, np.int32), "lengths": lengths.astype(np.int32)}
        try:
            vectors: NDArray[np.float32] = self._session.run(None, feed)[0]
        except runtime_errors() as error:
            raise ModelError(f"The model {self._where!r} failed on {ids.shape} tokens: {first_line(error)}") from error
        return vectors


class _Graph:
    """Collects nodes and weights of the encoder."""

    def __init__(self, config: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]], where: str) -> None:
        self._helper = require("onnx.helper", extra=_EXTRA, purpose=_PURPOSE)
        self._tensors = {name.removeprefix("bert."): tensor for name, tensor in tensors.items()}
        self._where = where
        self.nodes: list[Any] = []
        self.weights: dict[str, NDArray[np.float32]] = {}
        self.dim = int(config["hidden_size"])
        self._inner = int(config["intermediate_size"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config.get("layer_norm_eps", 1e-12))
        self.output = self._embeddings(int(config["vocab_size"]))
        for layer in range(int(config["num_hidden_layers"])):
            self.output = self._layer(f"encoder.layer.{layer}.", self.output)

    def _embeddings(self, num_words: int) -> str:
        tables = [
            self._weight(f"embeddings.{kind}_embeddings.weight", (num_words if kind == "word" else None, self.dim))
            for kind in ("word", "position", "token_type")
        ]
        norm = [self._weight(f"embeddings.LayerNorm.{part}", (self.dim,)) for part in ("weight", "bias")]
        outputs = ["embedded", "embedded.mask"]
        node = self._helper.make_node(
            "EmbedLayerNormalization", ["ids", "types", *tables, *norm], outputs, domain=_FUSED, epsilon=self._epsilon
        )
        self.nodes.append(node)
        return outputs[0]

    def _layer(self, prefix: str, inputs: str) -> str:
        attention = prefix + "attention."
        halves = [self._product(f"{attention}self.{half}", inputs, self.dim, self.dim) for half in _HALVES]
        biases = np.concatenate([self._tensor(f"{attention}self.{half}.bias", (self.dim,)) for half in _HALVES])
        self.weights[f"{attention}self.bias"] = biases
        mixed = self._node(
            "MultiHeadAttention", [*halves, f"{attention}self.bias", "lengths"], attention + "mixed", num_heads=self._heads
        )
        attended = self._residual(f"{attention}output", mixed, inputs, self.dim)
        inner = self._product(f"{prefix}intermediate.dense", attended, self.dim, self._inner)
        bias = self._weight(f"{prefix}intermediate.dense.bias", (self._inner,))
        active = self._node("BiasGelu", [inner, bias], prefix + "active")
        return self._residual(f"{prefix}output", active, attended, self._inner)

    def _residual(self, name: str, inputs: str, skip: str, width: int) -> str:
        projected = self._product(f"{name}.dense", inputs, width, self.dim)
        scale, shift = (self._weight(f"{name}.LayerNorm.{part}", (self.dim,)) for part in ("weight", "bias"))
        bias = self._weight(f"{name}.dense.bias", (self.dim,))
        operands = [projected, skip, scale, shift, bias]
        return self._node("SkipLayerNormalization", operands, f"{name}.sum", epsilon=self._epsilon)

    def _product(self, name: str, inputs: str, width: int, out_width: int) -> str:
        weight = self._tensor(f"{name}.weight", (out_width, width))
        self.weights[f"{name}.weight"] = np.ascontiguousarray(weight.T)
        return self._node("MatMul", [inputs, f"{name}.weight"], f"{name}.product", domain="")

    def _node(self, kind: str, inputs: list[str], output: str, *, domain: str = _FUSED, **attributes: Any) -> str:
        self.nodes.append(self._helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def _weight(self, name: str, shape: tuple[int | None, ...]) -> str:
        self.weights[name] = self._tensor(name, shape)
        return name

    def _tensor(self, name: str, shape: tuple[int | None, ...]) -> NDArray[np.float32]:
        tensor = self._tensors.get(name)
        if tensor is None:
            raise ModelError(f"The weights {self._where!r} hold no tensor {name!r}; they are not a BERT encoder's.")
        fits = tensor.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, tensor.shape, strict=True))
        if not fits:
            raise ModelError(f"Tensor {name!r} of {self._where!r} must have shape {shape}, got {tensor.shape}.")
        return np.ascontiguousarray(tensor, dtype=np.float32)


def _open(graph: _Graph, threads: int | None) -> tuple[Any, list[Any]]:
    runtime = require("onnxruntime", extra=_EXTRA, purpose=_PURPOSE)
    options = session_options(threads, extra=_EXTRA, purpose=_PURPOSE)
    values = [runtime.OrtValue.ortvalue_from_numpy(weight) for weight in graph.weights.values()]
    options.add_external_initializers(list(graph.weights), values)
    try:
        session = runtime.InferenceSession(_serialise(graph), options, providers=["CPUExecutionProvider"])
    except runtime_errors() as error:
        raise ModelError(f"ONNX Runtime refuses the BERT graph: {first_line(error)} Use onnxruntime 1.20 or newer.") from error
    return session, values


def _serialise(graph: _Graph) -> bytes:
    onnx = require("onnx", extra=_EXTRA, purpose=_PURPOSE)
    helper, kinds = onnx.helper, onnx.TensorProto
    inputs = [helper.make_tensor_value_info(name, kinds.INT32, ["batch", "tokens"]) for name in ("ids", "types")]
    inputs.append(helper.make_tensor_value_info("lengths", kinds.INT32, ["batch"]))
    output = helper.make_tensor_value_info(graph.output, kinds.FLOAT, ["batch", "tokens", graph.dim])
    stubs = [_named_memory(kinds, name, weight.shape) for name, weight in graph.weights.items()]
    body = helper.make_graph(graph.nodes, "bert", inputs, [output], stubs)
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
    data: bytes = helper.make_model(body, opset_imports=opsets, ir_version=_IR_VERSION).SerializeToString()
    return data


def _named_memory(kinds: Any, name: str, shape: tuple[int, ...]) -> Any:
    tensor = kinds(name=name, data_type=kinds.FLOAT, dims=shape, data_location=kinds.EXTERNAL)
    tensor.external_data.add(key="location", value="memory")
    return tensor
