"""The README's code, run as it stands there: what it says is printed is what is printed."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from scripts.dev.postgres import find_installation
from scripts.dev.stack import Stack
from scripts.migrations import ROOT, Tree
from tests.support import find_violations

BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [
    (found["language"], found["code"]) for found in BLOCK.finditer((ROOT / "README.md").read_text())
]
USER = "11111111-1111-1111-1111-111111111111"
# What a project on Supabase has: a command that applies the migrations of its folder in order.
SUPABASE = """\
supabase() {
    for file in supabase/migrations/*.sql; do
        psql --quiet "$CREDITS_DATABASE_URL" -v ON_ERROR_STOP=1 --single-transaction -f "$file"
    done
}
"""


def run_shell(code: str, dsn: str, folder: Path) -> str:
    """Run lines of the README in a folder, with the test's database for the one they name."""
    code, count = re.subn(r"(export CREDITS_DATABASE_URL=).*", rf"\1'{dsn}'", code)
    assert count <= 1
    folders = [Path(sys.executable).parent, find_installation().bin_dir]
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", SUPABASE + code],
        cwd=folder,
        env={
            "PATH": ":".join(map(str, folders)) + ":/usr/bin:/bin",
            "HOME": os.environ.get("HOME", "/"),
            "CREDITS_DATABASE_URL": dsn,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def squeeze(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def test_every_block_of_the_readme_is_of_a_kind_that_is_run_here() -> None:
    calls = ["sql", "text", "python", "text", "python", "text"]
    assert [language for language, _ in BLOCKS] == [*calls, "tsx", "sh", "sh", "sh", "sh"]


def test_the_components_of_the_readme_stand_in_the_page_whose_code_is_compiled() -> None:
    """``tests/web/test_web_page.py`` compiles it."""
    page = (ROOT / "docs/web.md").read_text()
    assert textwrap.indent(BLOCKS[6][1], "  ") in page


def test_the_calls_of_the_readme_print_what_it_says(stack: Stack) -> None:
    (_, sql), (_, table), *rest = BLOCKS[:6]
    with psycopg.connect(stack.database_url) as conn:
        conn.execute("insert into auth.users (id, email) values (%s, 'ada@example.com')", [USER])
        conn.execute("create table videos (id integer primary key, title text not null)")
    printed = subprocess.run(
        [find_installation().bin_dir / "psql", "--no-psqlrc", "--quiet", "-P", "footer=off",
         "-v", "ON_ERROR_STOP=1", stack.database_url],
        input=sql, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert squeeze(printed) == squeeze(table)

    names = {
        "url": stack.url,
        "publishable_key": stack.keys.anon,
        "access_token": stack.token(UUID(USER)),
    }
    for (_, python), (_, line) in (rest[:2], rest[2:]):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(python, names)  # noqa: S102 - the README's own lines
        assert squeeze(out.getvalue()) == squeeze(line)


def test_the_two_commands_of_the_readme_are_there() -> None:
    _, code = BLOCKS[7]
    for command in ("scripts/run", "scripts/test"):
        assert command in code
        assert os.access(ROOT / command, os.X_OK)


@pytest.mark.parametrize(
    ("blocks", "in_project"),
    [(BLOCKS[8:10], True), (BLOCKS[10:11], False)],
    ids=["on Supabase", "on a plain PostgreSQL"],
)
def test_the_installation_of_the_readme_installs(
    blocks: list[tuple[str, str]], in_project: bool, empty_db: str, tmp_path: Path
) -> None:
    folder = ROOT
    if in_project:
        folder = tmp_path
        (tmp_path / "supabase/migrations").mkdir(parents=True)
        (tmp_path / "catalogs").symlink_to(ROOT / "catalogs")
        with psycopg.connect(empty_db) as conn:
            conn.execute(Tree().platform_file.read_bytes())
    for _, code in blocks:
        run_shell(code, empty_db, folder)

    with psycopg.connect(empty_db) as conn:
        conn.execute("insert into auth.users (id) values (%s)", [USER])
        row = conn.execute("select balance from public.get_credit_balance(%s)", [USER]).fetchone()
        assert row == (100,)
        assert find_violations(conn) == []
