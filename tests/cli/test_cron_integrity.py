"""``pgcredits cron --integrity``: the nightly check of all books."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.cli.conftest import Run
from tests.support import apply_catalog, sign_up


@pytest.fixture
def books(fresh_db: str) -> str:
    """The address of a database with an account that has credits."""
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn, "docs-chat")
        sign_up(conn, "ada@example.org")
    return fresh_db


def test_right_books_leave_a_trace_and_no_notice(books: str, run: Run) -> None:
    result = run("cron", "--integrity", url=books)
    assert (result.exit_code, json.loads(result.output)) == (0, {"violations": 0})
    with psycopg.connect(books) as conn:
        runs = conn.execute("select job, counts from credits.job_runs").fetchall()
        assert runs == [("integrity", {"violations": 0})]
        assert conn.execute("select * from credits.outbox where topic = 'integrity'").rowcount == 0


@pytest.mark.breaks_books
def test_wrong_books_are_a_failure_and_told_to_the_operators_once(books: str, run: Run) -> None:
    with psycopg.connect(books) as conn:
        conn.execute("update credits.accounts set total_spent = total_spent + 1")
    for _ in range(2):
        result = run("cron", "--integrity", url=books)
        assert result.exit_code == 1
        assert json.loads(result.stdout)["violations"] >= 1
        assert "docs/operations.md" in result.stderr
    with psycopg.connect(books) as conn:
        notices = conn.execute("select account_id, topic from credits.outbox").fetchall()
    assert notices.count((None, "integrity")) == 1
