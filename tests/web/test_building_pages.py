"""Building the pages: once for what the sources are, and a plain sentence where it cannot be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.dev.web import WEB, ensure_pages, install, is_installed
from scripts.errors import CommandError

LOCK = {"name": "pages", "version": "0.0.0", "lockfileVersion": 3}
BUILD = """\
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
appendFileSync("../builds.txt", "built\\n");
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
writeFileSync("dist/index.html", readFileSync("page.html"));
"""

pytestmark = pytest.mark.usefixtures("node")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package whose build is as small as can be, and which needs no packages."""
    folder = tmp_path / "web"
    folder.mkdir()
    about = {"name": "pages", "version": "0.0.0", "scripts": {"build": "node build.mjs"}}
    (folder / "package.json").write_text(json.dumps(about))
    (folder / "package-lock.json").write_text(json.dumps(LOCK | {"packages": {"": {}}}))
    (folder / "build.mjs").write_text(BUILD)
    (folder / "page.html").write_text("one")
    return folder


def build(folder: Path) -> tuple[str, int]:
    """Return the page, and how many builds there were; it is said before each."""
    said: list[str] = []
    page = (ensure_pages(folder, said.append) / "index.html").read_text()
    builds = (folder.parent / "builds.txt").read_text().count("built")
    assert said in ([], ["… building the pages of web/ (npm run build)\n"])
    return page, builds


def test_pages_are_built_once_for_what_their_sources_are(folder: Path) -> None:
    assert build(folder) == ("one", 1)
    assert build(folder) == ("one", 1)
    (folder / "page.html").write_text("two")
    assert build(folder) == ("two", 2)
    (folder / "page.html").touch()
    assert build(folder) == ("two", 2)
    (folder / "src").mkdir()
    (folder / "src/new.ts").write_text("")
    assert build(folder) == ("two", 3)
    (folder / "src/new.ts").rename(folder / "src/other.ts")
    assert build(folder) == ("two", 4)


def test_what_npm_makes_is_no_source(folder: Path) -> None:
    assert build(folder) == ("one", 1)
    for made in ("node_modules", "kit"):
        (folder / made).mkdir()
        (folder / made / "index.js").write_text("")
    (folder / "pgcredits-0.1.0.tgz").write_text("")
    (folder / "dist/more.js").write_text("")
    assert build(folder) == ("one", 1)


def test_a_build_that_somebody_else_made_is_made_again(folder: Path) -> None:
    assert build(folder) == ("one", 1)
    subprocess.run(["node", "build.mjs"], cwd=folder, check=True, timeout=60)
    assert build(folder) == ("one", 3)


def test_a_build_that_fails_says_what_it_printed_and_leaves_nothing_to_serve(folder: Path) -> None:
    build(folder)
    (folder / "page.html").unlink()
    for _ in range(2):
        with pytest.raises(CommandError, match="the pages could not be built") as error:
            ensure_pages(folder, lambda _: None)
        assert "ENOENT" in error.value.message
    (folder / "page.html").write_text("again")
    assert build(folder)[0] == "again"


def test_built_pages_need_no_node_and_others_say_which_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(folder)
    monkeypatch.setenv("PATH", "/nowhere")
    assert build(folder) == ("one", 1)
    (folder / "page.html").write_text("two")
    with pytest.raises(CommandError) as error:
        ensure_pages(folder, lambda _: None)
    assert error.value.message == (
        "building the pages needs Node 20.19 or newer with npm; this machine has no Node and no npm"
    )


def test_an_old_node_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, line in (("node", "echo v20.18.3"), ("npm", "exit 9")):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/bin")
    with pytest.raises(CommandError) as error:
        ensure_pages(folder, lambda _: None)
    assert error.value.message.endswith("; this machine has Node 20.18")


def test_two_programs_at_once_build_once(folder: Path) -> None:
    code = "from scripts.dev.web import *; ensure_pages(Path(sys.argv[1]), print)"
    command = [sys.executable, "-c", f"import sys; {code}", str(folder)]
    started = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [process.wait(120) for process in started] == [0, 0, 0]
    assert build(folder) == ("one", 1)


def use_package(folder: Path, version: str) -> None:
    """Let the pages depend on a package that is a file beside them."""
    about = json.loads((folder / "package.json").read_text())
    about["dependencies"] = {"it": f"file:../it-{version}.tgz"}
    (folder / "package.json").write_text(json.dumps(about))
    source = folder.parent / "source"
    source.mkdir(exist_ok=True)
    (source / "package.json").write_text(json.dumps({"name": "it", "version": version}))
    pack = ["npm", "pack", "--silent", "--pack-destination", str(folder.parent)]
    subprocess.run(pack, cwd=source, check=True, timeout=60, stdout=subprocess.DEVNULL)
    packages = {
        "": {"dependencies": about["dependencies"]},
        "node_modules/it": {"version": version, "resolved": f"file:../it-{version}.tgz"},
        "node_modules/of-another-system": {
            "version": "1.0.0", "optional": True, "os": ["none"], "resolved": "file:../none.tgz",
        },
    }  # fmt: skip
    (folder / "package-lock.json").write_text(json.dumps(LOCK | {"packages": packages}))


def test_packages_are_installed_where_they_are_not_as_the_lock_file_has_them(folder: Path) -> None:
    assert is_installed(folder)
    for version in ("1.2.3", "1.2.4"):
        use_package(folder, version)
        assert not is_installed(folder)
        said: list[str] = []
        install(folder, said.append)
        assert len(said) == 1
        there = json.loads((folder / "node_modules/it/package.json").read_text())
        assert there["version"] == version
        assert is_installed(folder)
        install(folder, lambda text: pytest.fail(text))


def test_packages_that_cannot_be_had_are_a_refusal_in_words(folder: Path) -> None:
    use_package(folder, "1.2.3")
    (folder.parent / "it-1.2.3.tgz").unlink()
    with pytest.raises(CommandError, match=r"npm could not install the packages of web/:\nnpm"):
        ensure_pages(folder, lambda _: None)


def test_the_lock_file_names_what_is_optional_too_for_every_system() -> None:
    """Without one of them, as npm writes it where that could not be had, ``npm ci`` fails."""
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    wanted = {name for it in packages.values() for name in it.get("optionalDependencies", ())}
    assert "@biomejs/cli-linux-x64" in wanted
    assert sorted(name for name in wanted if f"node_modules/{name}" not in packages) == []


def test_of_what_npm_says_the_beginning_is_told_too_which_has_the_cause(folder: Path) -> None:
    lines = "".join(f'console.error("line {number}");' for number in range(100))
    (folder / "build.mjs").write_text(f"{lines}process.exit(1);")
    with pytest.raises(CommandError) as refused:
        ensure_pages(folder, lambda _: None)
    told = refused.value.message.splitlines()
    assert "line 0" in told
    assert "line 99" in told
    assert len(told) < 30
