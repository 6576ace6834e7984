"""What `--chat` may name, and what the package loads when it is imported."""

import subprocess
import sys

import pytest

from mmmem.chat import OpenAIChat, Prices, open_chat
from mmmem.errors import InvalidInputError, ModelError


def test_an_address_with_a_model(script):
    chat = open_chat(f"{script.url}#tiny", api_key_env="MMMEM_TEST_KEY", prices=Prices(1.0, 1.0))
    assert isinstance(chat, OpenAIChat)
    assert chat.name == f"tiny@{script.url.partition('://')[2]}"


def test_an_address_without_a_model():
    with pytest.raises(InvalidInputError, match="names no model; write http://HOST/v1#MODEL"):
        open_chat("http://localhost:1/v1")
    with pytest.raises(InvalidInputError, match="is not an address"):
        open_chat("ftp://localhost/v1#m")


def test_a_directory(tmp_path):
    with pytest.raises(ModelError, match=r"There is no directory .*nowhere.*a directory or http://HOST/v1#MODEL"):
        open_chat(tmp_path / "nowhere")
    with pytest.raises(ModelError, match=r"has no config\.json"):
        open_chat(tmp_path)


def test_importing_loads_nothing_heavy():
    program = (
        "import sys, mmmem.chat; print([m for m in ('torch', 'transformers', 'openai', 'httpx2', 'PIL') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
