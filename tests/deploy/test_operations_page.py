"""The pages about running it name what there is: locks, checks, commands, settings, metrics."""

from __future__ import annotations

import re
from datetime import datetime

import psycopg
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from edge.app import create_app
from scripts.cli import COMMANDS, main
from scripts.doctor import CHECKS
from scripts.migrations import ROOT, Tree
from tests.deploy.locks import measure_locks
from tests.edge.shop import config_for
from tests.pricing.pages import blocks, dead_links, read_page
from tests.support import Connection, apply_catalog, find_violations, sign_up

PAGES = ("operations.md", "deploy.md", "checklist.md")
FILE_CHECKS = {"files", "names", "settings", "public-names", "pages", "git"}


def test_the_table_of_locks_is_what_the_migrations_hold(empty_db: str) -> None:
    measured = measure_locks(empty_db, Tree())
    section = read_page("operations.md").partition("## What each migration locks\n")[2]
    rows = re.findall(r"^\| `\d{14}_.*$", section.partition("\n## ")[0], re.M)
    assert rows == measured, "\n" + "\n".join(measured)


@pytest.mark.parametrize("name", PAGES)
def test_no_link_is_dead(name: str) -> None:
    assert dead_links(name) == []


@pytest.mark.parametrize("name", PAGES)
def test_every_command_that_a_page_names_is_one(name: str) -> None:
    found = set(
        re.findall(r"pgcredits((?: (?!FILE|DIR|ID|NAME|TABLE)[a-z-]+(?![\w.]))+)", read_page(name))
    )
    commands = [words.split() for words in found if words.split()[0] in COMMANDS]
    assert len(commands) >= 5
    for words in commands:
        done = CliRunner().invoke(main, [word for word in words[:2] if word[0] != "-"] + ["--help"])
        options = [word for word in words if word.startswith("--")]
        assert done.exit_code == 0, (words, done.output)
        assert [option for option in options if option not in done.output] == []


def test_every_check_that_a_page_names_is_one_of_the_doctor() -> None:
    named = set(re.findall(r"`(?:ok|warn|fail) ([a-z-]+)`", read_page("operations.md")))
    for listed in re.findall(
        r"`pgcredits doctor[^`]*`:((?:\s*`[a-z-]+`,?)+)", read_page("checklist.md")
    ):
        named |= set(re.findall(r"`([a-z-]+)`", listed))
    assert len(named) > 15
    assert named - CHECKS.keys() - FILE_CHECKS == set()


def test_the_page_lists_every_setting_of_the_server() -> None:
    config = (ROOT / "gunicorn.conf.py").read_text()
    read = set(re.findall(r"environ\.get\(['\"](\w+)", config)) | {"METRICS_TOKEN"}
    section = read_page("deploy.md").partition("## The environment\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", section, re.M)) == read


def test_the_page_lists_every_metric(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        conn.execute("select credits.run_integrity()")
    app = create_app(config_for(fresh_db))
    with app.test_client() as client:
        client.get("/healthz")
        text = client.get("/metrics").text
    app.extensions["pool"].close()
    shown = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(text)
        if not family.name.endswith("_created")  # by the library, and with one process only
    }
    section = read_page("deploy.md").partition("## Metrics\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", section, re.M)) == shown


def test_what_the_page_removes_may_go(db: Connection) -> None:
    (retention,) = blocks(read_page("operations.md"), "sql")
    apply_catalog(db, "docs-chat")
    sign_up(db, "ada@example.org")
    old = datetime(2020, 1, 1)
    for job in ("maintenance", "integrity"):
        db.execute(
            "insert into credits.job_runs (job, started_at, counts) values (%s, %s, '{}')",
            [job, old],
        )
    db.execute("insert into credits.contacts (email, created_at) values ('x', %s)", [old])
    states = "unnest(array['applied', 'failed']) as s"
    db.execute(
        "insert into credits.stripe_events (id, type, payload, state, received_at) "
        f"select s, 'x', '{{\"name\": \"Ada\"}}', s, %s from {states}",
        [old],
    )
    db.execute(retention.encode())
    assert db.execute("select count(*) from credits.job_runs").fetchone() == (0,)
    assert db.execute("select count(*) from credits.contacts").fetchone() == (0,)
    kept = db.execute("select id from credits.stripe_events where payload like '%Ada%'").fetchall()
    assert kept == [("failed",)]
    assert find_violations(db) == []
