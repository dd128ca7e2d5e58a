"""The pages of ``web/``, built: its packages from npm, and Vite's build, where they are not there.

``python -m scripts.dev.web`` does both, and with ``--check`` lints and tests them too. Only
installing needs the network.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from scripts.dev.npm import INSTALL, find_npm, node_version, run_npm
from scripts.errors import CommandError
from scripts.migrations import ROOT

WEB = ROOT / "web"
OLDEST_NODE = (20, 19)
MADE = {"node_modules", "dist", "kit"}  # by npm and Vite; besides what npm packs


def ensure_pages(folder: Path, say: Callable[[str], object]) -> Path:
    """Install and build what is not there as it is wanted now, and return the built pages.

    Args:
        folder: the package of the pages, `WEB`.
        say: told what is being waited for, in whole lines.

    Raises:
        CommandError: Node or npm is missing or too old, or npm fails.
    """
    built = folder / "dist"
    if _is_current(folder):
        return built
    require_node()
    with _alone(folder):
        if not _is_current(folder):  # another one may have built it just now
            install(folder, say)
            say("… building the pages of web/ (npm run build)\n")
            stamp = _sum_of_sources(folder)
            run_npm(
                folder, "run", "build",
                failure="the pages could not be built",
                hint=f"in {folder.name}/: npm run build",
            )  # fmt: skip
            _stamp(folder).write_text(stamp)
    return built


def install(folder: Path, say: Callable[[str], object]) -> None:
    """Install the packages that the lock file names, unless they are there in these versions.

    Raises:
        CommandError: npm is missing or fails.
    """
    if is_installed(folder):
        return
    say("… installing the packages of web/ (npm ci; about a minute the first time)\n")
    run_npm(
        folder, *INSTALL,
        failure="npm could not install the packages of web/",
        hint="the first time it needs the network; then run this again",
    )  # fmt: skip


def is_installed(folder: Path) -> bool:
    """Whether every package of the lock file is there in its version.

    Those that are optional are not asked for: most of them are of other systems.
    """
    there = _packages(folder / "node_modules/.package-lock.json")
    return all(
        name in there and there[name].get("version") == package.get("version")
        for name, package in _packages(folder / "package-lock.json").items()
        if name and not package.get("optional")
    )


def require_node() -> None:
    """Refuse a machine on which pages cannot be built.

    Raises:
        CommandError: Node or npm is missing or too old.
    """
    version = node_version()
    if version < OLDEST_NODE or find_npm() is None:
        oldest = ".".join(map(str, OLDEST_NODE))
        found = f"Node {version[0]}.{version[1]}" if any(version) else "no Node"
        raise CommandError(
            f"building the pages needs Node {oldest} or newer with npm; this machine has"
            f" {found}{'' if find_npm() else ' and no npm'}",
            f"install Node {oldest} or newer with npm, then run this again",
        )


def _is_current(folder: Path) -> bool:
    stamp = _stamp(folder)
    return stamp.exists() and stamp.read_text() == _sum_of_sources(folder)


def _stamp(folder: Path) -> Path:
    """Return where a build says what it was made of; Vite removes it before it builds again."""
    return folder / "dist/.built-from"


def _sum_of_sources(folder: Path) -> str:
    """Return a sum of every file that a build could read, with their names."""
    total = hashlib.sha256()
    tops = [it for it in folder.iterdir() if it.name not in MADE and it.suffix != ".tgz"]
    files = {path for top in tops for path in (top, *top.rglob("*")) if path.is_file()}
    for path in sorted(files):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{content} {path.relative_to(folder).as_posix()}\n".encode())
    return total.hexdigest()


def _packages(lock_file: Path) -> dict[str, dict[str, Any]]:
    try:
        packages: dict[str, dict[str, Any]] = json.loads(lock_file.read_text())["packages"]
    except FileNotFoundError:
        return {}
    return packages


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep two programs from building at the same time; the folder itself is the lock."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@click.command()
@click.option("--check", is_flag=True, help="Lint, type-check and test them as well.")
def main(check: bool) -> None:
    """Install what the pages need, and build them."""
    click.echo(ensure_pages(WEB, lambda text: click.echo(text, nl=False)))
    for script in ("check", "test") if check else ():
        if subprocess.run([find_npm() or "npm", "run", script], cwd=WEB).returncode != 0:
            raise CommandError(f"npm run {script} fails in web/", f"cd web && npm run {script}")


if __name__ == "__main__":
    main()
