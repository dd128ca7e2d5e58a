"""The guides of spending, played: each block of code is run, and prints what stands below it."""

from __future__ import annotations

import contextlib
import io
import subprocess
from typing import Any

from scripts.dev.installations import find_installation
from tests.pricing.pages import BLOCK

PSQL_SECONDS = 60
# Who appears in the examples.
USERS = [f"{8 * digit}-{4 * digit}-{4 * digit}-{4 * digit}-{12 * digit}" for digit in "12"]


def examples(page: str) -> list[tuple[str, str, str]]:
    """Return the blocks of code of a page: their language, the code, and what is printed."""
    found = BLOCK.findall(page)
    assert [language for language, _ in found[1::2]] == ["text"] * (len(found) // 2)
    assert {language for language, _ in found[::2]} <= {"sql", "python"}
    return [
        (language, code, printed)
        for (language, code), (_, printed) in zip(found[::2], found[1::2], strict=True)
    ]


def play(page: str, dsn: str, names: dict[str, Any]) -> int:
    """Run the blocks of a page one after the other, and compare what they print.

    Args:
        page: its text.
        dsn: the database, as its owner.
        names: what the blocks in Python know: ``supabase``, a client with the service key.

    Returns:
        How many blocks were run.
    """
    found = examples(page)
    for language, code, printed in found:
        output = run_sql(code, dsn) if language == "sql" else run_python(code, names)
        assert squeeze(output) == squeeze(printed), code
    return len(found)


def run_sql(code: str, dsn: str) -> str:
    """Run statements with psql and return what it prints."""
    return subprocess.run(
        [find_installation().bin_dir / "psql", "--no-psqlrc", "--quiet", "-P", "footer=off",
         "-v", "ON_ERROR_STOP=1", dsn],
        input=code, capture_output=True, text=True, check=True, timeout=PSQL_SECONDS,
    ).stdout  # fmt: skip


def run_python(code: str, names: dict[str, Any]) -> str:
    """Run statements in Python and return what they print."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, names)  # noqa: S102 - the page's own lines
    return out.getvalue()


def squeeze(text: str) -> list[str]:
    """Return the lines of a text without the blanks at their ends."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]
