"""Signing in with the supabase-js that the pages are made with: a script for Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import httpx
import psycopg
import pytest

from scripts.dev.demo import add_demo_users
from scripts.dev.stack import Stack
from scripts.dev.web import WEB

SCRIPT = Path(__file__).with_name("sign_in.mjs")
SECONDS = 120


@pytest.fixture
def stack(fresh_db: str, tmp_path: Path) -> Stack:
    (tmp_path / "index.html").write_text("<!doctype html>")
    return Stack(database_url=fresh_db, pages=tmp_path)


@pytest.mark.usefixtures("packages")
def test_supabase_js_signs_up_in_and_out_and_refreshes(stack: Stack) -> None:
    node = shutil.which("node")
    assert node
    with stack:
        with psycopg.connect(stack.database_url) as conn:
            conn.execute("insert into credits.blocked_domains (domain) values ('mailinator.com')")
        stack.demo_users += add_demo_users(stack.auth, stack.database_url)
        about = httpx.get(f"{stack.pages_url}/config.json").json()
        # From standard input a script finds the packages of the folder that it runs in.
        done = subprocess.run(
            [node, "--input-type=module"],
            input=SCRIPT.read_text(),
            cwd=WEB,
            env={"STACK": json.dumps(about)},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.splitlines()[-1] == "done"
