"""Checks for secrets where everybody can read them: in the pages, and in git."""

from __future__ import annotations

import base64
import binascii
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from edge.logs import clean
from scripts.doctoring.lines import Line, fail, ok, some, warn

_SKIPPED = {".git", "node_modules", ".venv", "__pycache__"}
_MOST_BYTES = 8 * 1024 * 1024
_TOKEN = r"\beyJ[\w-]{8,}\.([\w-]+)\.[\w-]+"  # noqa: S105 - a pattern
# Keys that only a server may have, as they are issued. Publishable ones (pk_, sb_publishable_) and
# the words of examples (sk_live_…, sk_test_your_key) are none.
SECRET = re.compile(
    r"\b(?:[sr]k_(?:live|test)_(?=\w*\d)[A-Za-z0-9]{10,}|whsec_(?=\w*\d)[A-Za-z0-9+/]{16,}"
    r"|sb_secret_[\w-]{10,})|" + _TOKEN
)
_REPLACE = "replace it where it was issued, since it has been seen, and take it out of"


def check_pages(folders: list[Path]) -> Line:
    """Is a key of the back end in a file that goes to browsers?"""
    present = [folder for folder in folders if folder.is_dir()]
    found = [leak for folder in present for leak in _find_leaks(folder)]
    if found:
        return fail("pages", f"a secret is in {some(found)}", f"{_REPLACE} the page")
    if not present:
        return ok("pages", "there are none here (--web FOLDER looks elsewhere)")
    return ok("pages", f"no secret in {', '.join(map(str, present))}")


def check_git(project: Path) -> Line:
    """Is a file of settings in git, where every copy of the repository has it?"""
    # The names are matched here: git's own patterns differ between its versions.
    try:
        done = subprocess.run(
            ["git", "-C", str(project), "ls-files", "-z"],
            capture_output=True,
            text=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ok("git", "there is no git here to ask")
    if done.returncode != 0:
        if "not a git repository" in done.stderr:
            return ok("git", "this is no repository")
        return warn("git", clean(" ".join(done.stderr.split())), "look for .env in git yourself")
    tracked = [
        name
        for name in done.stdout.split("\0")
        if re.fullmatch(r"\.env(\..+)?", Path(name).name)
        and not name.endswith((".example", ".sample", ".template"))
    ]
    if tracked:
        return fail(
            "git",
            f"git has {some(tracked)}",
            "git rm --cached it, and replace every key that was in it: its history has them",
        )
    return ok("git", "no file of settings is in it")


def _find_leaks(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        if _SKIPPED & set(inner) or not path.is_file() or path.stat().st_size > _MOST_BYTES:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for match in SECRET.finditer(line):
                if match[1] is None or _is_service_key(match[1]):
                    yield f"{path}:{number} ({clean(match[0])})"


def _is_service_key(payload: str) -> bool:
    """Tell from the middle of a token whether it is the key of the back end."""
    try:
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (ValueError, binascii.Error):
        return False
    return b"service_role" in text
