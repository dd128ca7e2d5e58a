"""The command that serves the examples, and the pages that belong to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest
from flask import Flask

from edge.config import Config
from examples import server
from examples.server import ask_site, create_app
from scripts.dev.stripe import listen, serving
from scripts.migrations import ROOT
from tests.examples.back_end import SECRET, BackEnd
from tests.support import apply_catalog

TOLD = {"supabaseUrl": "http://127.0.0.1:1234", "anonKey": "key"}
ENVIRONMENT = {
    "CREDITS_SITE_URL": "http://127.0.0.1:9",  # where nothing is
    "STRIPE_SECRET_KEY": "sk_test_of_the_tests",
    "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
    "SUPABASE_JWT_SECRET": SECRET,
}


def test_the_command_serves_the_stand_in_in_the_environment_of_the_edge(fresh_db: str) -> None:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        apply_catalog(conn, "voice-agent")
    usual = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    command = [sys.executable, "-m", "examples", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=usual | ENVIRONMENT | {"CREDITS_DATABASE_URL": fresh_db},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        model, address = (process.stdout.readline().strip() for _ in range(2))
        assert "stand-in" in model
        ada = BackEnd(address.removeprefix("Examples: "), fresh_db).sign_up(10)
        assert ada.read("/api/chat", {"prompt": "Why?"})[-1][0] == "done"
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0


def test_the_pages_are_told_what_the_site_tells_and_where_it_is() -> None:
    site = Flask("site")
    site.add_url_rule("/config.json", view_func=lambda: TOLD)
    listener = listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with serving(site, listener):
        assert ask_site(_config(url)) == {**TOLD, "siteUrl": url}
    assert ask_site(_config(url)) is None


def test_every_example_is_the_one_page_with_its_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").write_text("the page")
    monkeypatch.setattr(server, "PAGES", tmp_path)
    app = create_app(_config("http://127.0.0.1:9"), [], {**TOLD, "siteUrl": "http://site"})
    listener = listen()
    with serving(app, listener):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for path in ("/", "/chat", "/voice", "/documents"):
            answer = httpx.get(url + path)
            assert answer.text == "the page"
            assert f"'self' {TOLD['supabaseUrl']}" in answer.headers["Content-Security-Policy"]
        assert httpx.get(f"{url}/config.json").json()["siteUrl"] == "http://site"
    app.extensions["pool"].close()


def _config(site_url: str) -> Config:
    environment = ENVIRONMENT | {
        "CREDITS_SITE_URL": site_url,
        "CREDITS_DATABASE_URL": "host=127.0.0.1 port=9",
    }
    return Config.from_environment(environment)
