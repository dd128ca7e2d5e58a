"""Dockerfile, Procfile and .dockerignore: what a platform builds and runs."""

from __future__ import annotations

import fnmatch
import json
import re

from click.testing import CliRunner

from scripts.cli import main
from scripts.migrations import ROOT
from tests.deploy.serving import procfile

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def instructions(word: str) -> list[str]:
    """Return the arguments of each instruction of a kind, in order."""
    return re.findall(rf"^{word} +(.*)$", DOCKERFILE, re.M)


def test_the_container_runs_the_same_command_as_the_process_type_web() -> None:
    assert json.loads(instructions("CMD")[-1]) == procfile()["web"]


def test_the_container_does_not_run_as_root() -> None:
    (user,) = instructions("USER")
    assert user not in ("root", "0")
    assert any(run.startswith("useradd ") and run.endswith(user) for run in instructions("RUN"))
    assert DOCKERFILE.index("\nUSER") < DOCKERFILE.index("\nCMD")
    assert DOCKERFILE.index("\nUSER") > DOCKERFILE.rindex("\nRUN")


def test_the_container_says_whether_it_is_healthy_by_a_module_that_is_there() -> None:
    (check,) = instructions("HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    assert command[:2] == ["python", "-m"]
    assert (ROOT / command[2].replace(".", "/")).with_suffix(".py").is_file()


def test_everything_that_is_copied_is_there_and_let_in() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignore[0] == "*"
    let_in = {line[1:] for line in ignore if line.startswith("!")}
    copied = {name for line in instructions("COPY") for name in line.split()[:-1]}
    assert copied == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_no_settings_and_no_repository_get_into_the_image() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = [line[1:] for line in ignore if line.startswith("!")]
    for name in (".env", ".git", ".local", ".venv", "web", "tests"):
        assert not [pattern for pattern in let_in if fnmatch.fnmatch(name, pattern)]


def test_nothing_in_the_image_is_a_secret() -> None:
    assert not re.search(r"(KEY|SECRET|TOKEN|PASSWORD|URL)\s*=", DOCKERFILE)


def test_every_command_of_the_procfile_is_one() -> None:
    for words in procfile().values():
        if words[0] == "pgcredits":
            arguments = [word for word in words[1:] if not re.match(r"--|\d", word)]
            done = CliRunner().invoke(main, [*arguments, "--help"])
            assert done.exit_code == 0, done.output
            assert all(word in done.output for word in words if word.startswith("--"))
