"""The main job with supabase-js: a script for Node, run against the stack."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from scripts.dev.node import FOLDER, find_node
from scripts.dev.stack import Stack, User
from scripts.errors import CommandError

SCRIPT = Path(__file__).with_name("main_job.mjs")
SECONDS = 120


@pytest.fixture(scope="module")
def node() -> Path:
    try:
        return find_node()
    except CommandError as error:
        pytest.fail(str(error), pytrace=False)


def test_supabase_js_spends_buys_is_refused_and_reads(node: Path, stack: Stack, ada: User) -> None:
    about = {
        "url": stack.url,
        "edge_url": stack.edge_url,
        "anon": stack.keys.anon,
        "service": stack.keys.service,
        "user_id": str(ada.id),
        "token": ada.token,
    }
    # From standard input a script finds the packages of the folder that it runs in.
    done = subprocess.run(
        [node, "--input-type=module"],
        input=SCRIPT.read_text(),
        cwd=FOLDER,
        env={"STACK": json.dumps(about)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.splitlines()[-1] == "done"
