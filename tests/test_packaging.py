"""What is declared, what is locked and what is installed are the same thing."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("runtime", "dev")
ADDRESS = re.compile(r"[a-z+]+://|--(extra-)?index-url|--find-links|--trusted-host")


def declared_in(name: str) -> list[str]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    bare = (line.split("#")[0].strip() for line in lines)
    return [line for line in bare if line and not line.startswith("-")]


def locked_in(name: str) -> list[str]:
    """The blocks of a lock: a pinned requirement and the hashes continued below it."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    without_comments = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    return [block for block in re.split(r"\n(?=\S)", without_comments.strip()) if block]


def names_of(requirements: list[str]) -> set[str]:
    heads = (re.split(r"[\[<>=! ;]", requirement)[0] for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", head).lower() for head in heads}


def test_the_project_declares_what_runtime_in_lists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["dependencies"] == declared_in("runtime")


@pytest.mark.parametrize("name", LOCKS)
def test_whatever_is_listed_is_locked(name: str) -> None:
    assert names_of(declared_in(name)) <= names_of(locked_in(name))


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_release_has_a_version_and_a_hash(name: str) -> None:
    for block in locked_in(name):
        assert re.match(r"[\w.-]+==\S+ ", block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert ADDRESS.search(text) is None
