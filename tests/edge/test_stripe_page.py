"""The page docs/stripe.md: its lists are complete, and its commands do what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import stripe

from edge.events import EVENT_TYPES
from scripts.dev.postgres import find_installation
from scripts.dev.stripe import create_stripe, listen, serving
from scripts.dev.stripe.app import App
from scripts.migrations import ROOT
from tests.edge.shop import API_KEY
from tests.pricing.pages import codes, dead_links, read_page, table
from tests.support import Connection, find_violations

PAGE = read_page("stripe.md")
REASON = re.compile(r"'quarantined',\s*'([^']+)'")
LINE_PROBLEM = re.compile(r"then '([a-z1 ]+)'")
SHELL = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
# What a database of these tests has already; the README's test installs one so.
INSTALL = re.compile(r"^(psql .*-f sql/platform\.sql|pgcredits migrate up)$", re.MULTILINE)
DATABASE = re.compile(r"(?<=export CREDITS_DATABASE_URL=).*")
# What the stand-in does of itself.
FORWARD = re.compile(r"^stripe listen .*$", re.MULTILINE)
SECRET = "whsec_of_the_page"


def shell_blocks(title: str) -> list[str]:
    """Return the commands of a section, as a shell reads them."""
    section = PAGE[PAGE.index(f"## {title}") :].partition("\n## ")[0]
    return [textwrap.dedent(code) for _, code in SHELL.findall(section)]


@contextmanager
def stand_in(*endpoints: str) -> Iterator[tuple[App, str]]:
    """Serve a stand-in for Stripe that sends events to endpoints; yields it and its address."""
    listener = listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_stripe(endpoints, SECRET, url, API_KEY)
    with serving(app.flask, listener):
        yield app, url
    app.close()


def environment(**names: str) -> dict[str, str]:
    """Return what a shell needs to find our commands and psql, and what is named."""
    folders = [Path(sys.executable).parent, find_installation().bin_dir]
    path = ":".join(map(str, folders)) + ":/usr/bin:/bin"
    return {"PATH": path, "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8", **names}


def run(code: str, **names: str) -> str:
    """Run commands of the page at the root of the repository; returns what they print."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        cwd=ROOT,
        env=environment(**names),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_table_has_the_events_that_the_rules_know() -> None:
    told = [code for row in table(PAGE, "event") for code in codes(row[0])]
    assert sorted(told) == sorted(EVENT_TYPES)


def test_the_table_has_the_states_of_an_event(db: Connection) -> None:
    query = """
        select pg_get_constraintdef(c.oid) from pg_constraint as c
        where c.conname = 'stripe_events_state_check'
    """
    found = db.execute(query).fetchone()
    assert found is not None
    states = set(re.findall(r"'(\w+)'", found[0]))
    assert {codes(row[0])[0] for row in table(PAGE, "state")} == states


def test_the_table_has_the_findings_of_the_check() -> None:
    source = (ROOT / "edge/jobs/checks.py").read_text()
    known = set(re.findall(r'Finding\(\s*"([a-z-]+)"', source))
    assert {codes(row[0])[0] for row in table(PAGE, "finding")} == known


def test_the_table_has_the_reasons_of_a_quarantine() -> None:
    rules = "".join(path.read_text() for path in (ROOT / "sql/functions").rglob("*.sql"))
    lines = (ROOT / "sql/functions/stripe/plan_lines.sql").read_text()
    known = {reason for reason in REASON.findall(rules) if reason not in ("failed", "waiting")}
    assert {code for row in table(PAGE, "reason") for code in codes(row[0])} == known | set(
        LINE_PROBLEM.findall(lines)
    )


def test_the_table_has_the_names_of_the_environment() -> None:
    told = {code for row in table(PAGE, "name") for code in codes(row[0])}
    source = (ROOT / "edge/config.py").read_text()
    assert told == set(re.findall(r'"((?:STRIPE|CREDITS|SUPABASE)_\w+)"', source))


def test_the_version_of_the_page_is_that_of_the_library() -> None:
    assert re.findall(r"api_version=(\S+)", PAGE) == [stripe.api_version]


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"pgcredits (?:stripe )?(?!stripe\b)[a-z]+", PAGE)))
)
def test_the_commands_of_the_page_are_there(command: str) -> None:
    assert f"Usage: {command} " in run(f"{command} --help")


def test_the_endpoint_that_the_page_makes_gets_every_event_in_the_newest_shape() -> None:
    (code,) = shell_blocks("The webhook endpoint")
    with stand_in() as (app, url):
        answer = run(code.replace("https://api.stripe.com", url), STRIPE_SECRET_KEY=API_KEY)
        (endpoint,) = app.state.all("webhook_endpoint")
    assert '"secret"' in answer
    assert endpoint["url"] == "https://edge.example.com/api/stripe/webhook"
    assert endpoint["api_version"] == stripe.api_version
    assert sorted(endpoint["enabled_events"]) == sorted(EVENT_TYPES)


def test_the_steps_against_stripe_itself_end_in_a_plan_and_no_difference(fresh_db: str) -> None:
    with listen() as free:
        port = free.getsockname()[1]
    edge = f"http://127.0.0.1:{port}"
    database, settings, webhooks, served, subscribed, looked = shell_blocks("Against Stripe itself")
    with stand_in(f"{edge}/api/stripe/webhook") as (app, url):
        steps = [
            "trap 'kill $(jobs -p) || true' EXIT",
            INSTALL.sub("", DATABASE.sub(f"'{fresh_db}'", database)),
            f"export STRIPE_API_BASE={url}",
            settings.replace("sk_test_…", API_KEY),
            FORWARD.sub("", webhooks.replace("whsec_…", SECRET)),
            served.replace("8000", str(port)),
            f"curl -sS --retry 50 --retry-delay 1 --retry-connrefused {edge}/healthz",
            subscribed.replace("http://127.0.0.1:8000", edge),
            "echo; read -r",
            looked,
        ]
        with subprocess.Popen(
            ["timeout", "100", "bash", "-euo", "pipefail", "-c", "\n".join(steps)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as shell:
            assert shell.stdin is not None
            assert shell.stdout is not None
            printed: list[str] = []
            for line in shell.stdout:
                printed.append(line)
                if "session_id" in line:
                    break
            assert any("session_id" in line for line in printed), "".join(printed)[-2000:]
            (session_id,) = re.findall(r'"session_id": *"(\w+)"', "".join(printed))
            app.control.act(session_id, "pay")
            assert app.control.settle()
            after, _ = shell.communicate("\n", timeout=60)
    assert shell.returncode == 0, after
    assert " 0 differ" in after
    assert re.search(r"starter +\| +1100", after)
    assert not re.search("failed|quarantined", after)
    with psycopg.connect(fresh_db) as conn:
        assert find_violations(conn) == []


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
