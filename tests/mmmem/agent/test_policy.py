"""The policy file: complete, checked, and each part can be switched off."""

from dataclasses import asdict
from pathlib import Path

import pytest

from mmmem.agent.policy import PARTS, default_policy, read_policy
from mmmem.errors import InvalidInputError, UnknownNameError


def test_the_shipped_policy_uses_every_part() -> None:
    assert min(asdict(default_policy()).values()) > 0


@pytest.mark.parametrize("part", sorted(PARTS))
def test_without_switches_off_its_own_fields_only(part: str) -> None:
    whole, rest = asdict(default_policy()), asdict(default_policy().without(part))
    assert {name for name in whole if whole[name] != rest[name]} == set(PARTS[part])
    assert not any(rest[name] for name in PARTS[part])


def test_an_unknown_part_is_named_with_what_was_meant() -> None:
    with pytest.raises(UnknownNameError, match="recency"):
        default_policy().without("recencey")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("meaning = 2.0", "choices"),  # the rest is missing
        ("meaning = ", "not TOML"),
        ("{all}\nextra = 1", "extra"),
        ("{all_but_visual}\nvisual = true", "visual"),
        ("{all_but_visual}\nvisual = -1", "visual must be a number of at least 0"),
        ("{all_but_visual}\nvisual = inf", "visual must be a number of at least 0"),
    ],
)
def test_a_wrong_file_is_refused_by_the_field(text: str, message: str, tmp_path: Path) -> None:
    lines = [f"{name} = {value}" for name, value in asdict(default_policy()).items()]
    others = [line for line in lines if not line.startswith("visual =")]
    path = tmp_path / "policy.toml"
    path.write_text(text.replace("{all}", "\n".join(lines)).replace("{all_but_visual}", "\n".join(others)), encoding="utf-8")
    with pytest.raises(InvalidInputError, match=message):
        read_policy(path)


def test_a_missing_file_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"Cannot read the policy .*nowhere\.toml"):
        read_policy(tmp_path / "nowhere.toml")
