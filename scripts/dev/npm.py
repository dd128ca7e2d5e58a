"""npm and Node of this machine: which there are, and npm's failures in plain words."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from scripts.errors import CommandError

SECONDS = 600
LINES_SHOWN = 12
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def node_version() -> tuple[int, int]:
    """Return the first two numbers of this machine's Node; (0, 0) where there is none."""
    found = shutil.which("node")
    if found is None:
        return 0, 0
    answer = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
    version = re.match(r"v(\d+)\.(\d+)", answer)
    return (int(version[1]), int(version[2])) if version else (0, 0)


def find_npm() -> str | None:
    """Return this machine's npm, if there is one."""
    return shutil.which("npm")


def run_npm(folder: Path, *words: str, failure: str, hint: str) -> None:
    """Run npm in a folder.

    Raises:
        CommandError: there is no npm; or it fails: ``failure``, and what it printed.
    """
    npm = find_npm()
    if npm is None:
        raise CommandError(
            "there is no npm", "install Node with npm (Debian: apt-get install nodejs npm)"
        )
    try:
        done = subprocess.run(
            [npm, *words],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandError(f"{failure}: npm was stopped after {SECONDS} s", hint) from error
    if done.returncode != 0:
        raise CommandError(f"{failure}:\n{_shorten(done.stdout)}", hint)


def _shorten(text: str) -> str:
    """Return the beginning and the end of it: the cause is in one of them."""
    lines = text.splitlines()
    if len(lines) > 2 * LINES_SHOWN:
        lines[LINES_SHOWN:-LINES_SHOWN] = ["…"]
    return "\n".join(lines)
