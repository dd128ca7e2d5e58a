"""web/src/kit/database.ts is what the database says, and supabase-js takes it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from scripts.dev.public_api import list_functions
from scripts.dev.web_types import render
from scripts.migrations import ROOT
from tests.support import Connection

WEB = ROOT / "web"
KIT = WEB / "src/kit"
PROGRAMS = WEB / "node_modules/.bin"
SECONDS = 120
MAY_CALL = """
    select p.proname from pg_proc as p
    where
        p.pronamespace = 'public'::regnamespace
        and (
            has_function_privilege('anon', p.oid, 'execute')
            or has_function_privilege('authenticated', p.oid, 'execute')
        )
    order by p.proname
"""


def run(program: str, *arguments: str | Path) -> str:
    """Run a program of the kit in ``web/``; return what it says is wrong, or ""."""
    done = subprocess.run(
        [PROGRAMS / program, *arguments], cwd=WEB, capture_output=True, text=True, timeout=SECONDS
    )
    return done.stdout + done.stderr if done.returncode else ""


def compile_kit(tmp_path: Path, database: str) -> str:
    """Compile the sample with a text of database.ts; return what the compiler says."""
    source = tmp_path / "src"
    source.mkdir()
    (source / "database.ts").write_text(database)
    (source / "database.test-d.ts").write_text((KIT / "database.test-d.ts").read_text())
    (tmp_path / "node_modules").symlink_to(WEB / "node_modules")
    options = {"types": [], "noEmit": True}
    project = {
        "extends": str(WEB / "tsconfig.json"),
        "compilerOptions": options,
        "include": ["src"],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(project))
    return run("tsc", "--project", tmp_path / "tsconfig.json", "--pretty", "false")


def test_the_file_is_what_the_database_says(db: Connection) -> None:
    """``python -m scripts.dev.web_types > web/src/kit/database.ts`` mends it."""
    assert (KIT / "database.ts").read_text() == render(db)


def test_it_lists_what_users_may_call_and_nothing_else(db: Connection) -> None:
    """Counted by other means than the file's own."""
    text = render(db)
    _, _, functions = text.partition("    Functions: {\n")
    listed = [
        line.strip().removesuffix(": {")
        for line in functions.splitlines()
        if line.startswith("      ") and line[6:].endswith(": {") and line[6] != " "
    ]
    allowed = [name for (name,) in db.execute(MAY_CALL)]
    assert len(allowed) > 60
    assert listed == allowed
    assert len(list_functions(db)) > len(allowed)


@pytest.mark.usefixtures("packages")
def test_supabase_js_accepts_what_is_right_and_refuses_what_is_wrong(tmp_path: Path) -> None:
    assert compile_kit(tmp_path, (KIT / "database.ts").read_text()) == ""


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("  available: number;", "  available: number | null;"),
        ("  plan: string | null;", "  plan: string;"),
        ("  subscription: Json;", "  subscription: string;"),
        ("Returns: CreditTransaction[];", "Returns: CreditTransaction;"),
        ("Row: CreditTransactionsRow;", "Row: CreditHoldsRow;"),
        ("          key: string;", "          key?: string;"),
        ("page_size?: number;", "page_size?: number | null;"),
        ("bucket?: Bucket;", "bucket?: string;"),
    ],
)
def test_another_type_does_not_pass(tmp_path: Path, right: str, wrong: str) -> None:
    text = (KIT / "database.ts").read_text()
    assert right in text
    assert "database.test-d.ts" in compile_kit(tmp_path, text.replace(right, wrong))


@pytest.mark.usefixtures("packages")
def test_the_file_is_formatted() -> None:
    assert run("biome", "check", "src/kit/database.ts", "src/kit/database.test-d.ts") == ""
