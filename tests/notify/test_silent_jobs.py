"""``pgcredits notify`` tells the operators of each job that nobody runs any more."""

from __future__ import annotations

import pytest

from scripts.dev.mailbox import Mailbox
from tests.notify.notifying import OPERATOR, Desk, notices


def silence(desk: Desk, interval: str) -> None:
    desk.conn.execute("update credits.job_runs set started_at = now() - %s::interval", [interval])


@pytest.mark.parametrize(("interval", "count"), [("24 hours 59 minutes", 0), ("25 hours", 1)])
def test_a_day_and_an_hour_are_too_long(
    desk: Desk, mailbox: Mailbox, interval: str, count: int
) -> None:
    silence(desk, interval)
    assert desk.run().exit_code == 0
    assert [it.recipients for it in mailbox.letters] == [(OPERATOR,)] * count
    for letter in mailbox.letters:
        assert letter.message["Subject"] == "A job at shop.example is silent"
        assert "The job maintenance last ran on " in letter.text()


def test_it_is_told_once_a_day(desk: Desk, mailbox: Mailbox) -> None:
    silence(desk, "2 days")
    desk.run()
    desk.run()
    assert len(mailbox.letters) == 1
    desk.conn.execute("update credits.outbox set key = 'maintenance:2026-01-01'")
    desk.run()
    assert len(mailbox.letters) == 2


def upgrade(desk: Desk, interval: str) -> None:
    """Let the installation be a year old, and its last migration as old as named."""
    desk.conn.execute("update credits.migrations set applied_at = now() - interval '1 year'")
    desk.conn.execute(
        "update credits.migrations set applied_at = now() - %s::interval "
        "where id = (select max(id) from credits.migrations)",
        [interval],
    )


@pytest.mark.parametrize(
    ("interval", "jobs"),
    [
        ("24 hours 59 minutes", []),
        ("25 hours", ["maintenance"]),
        ("48 hours 59 minutes", ["maintenance"]),
        ("49 hours", ["integrity", "maintenance"]),
    ],
)
def test_what_never_ran_since_the_last_upgrade_is_told_when_it_would_have(
    desk: Desk, mailbox: Mailbox, interval: str, jobs: list[str]
) -> None:
    desk.conn.execute("delete from credits.job_runs")
    upgrade(desk, interval)
    desk.run()
    texts = [letter.text() for letter in mailbox.letters]
    for job in jobs:
        assert len([it for it in texts if f"The job {job} has never run." in it]) == 1
    assert len(texts) == len(jobs)


@pytest.mark.parametrize(
    ("interval", "jobs"),
    [
        ("48 hours 59 minutes", ["maintenance"]),
        ("49 hours", ["integrity", "maintenance"]),
    ],
)
def test_each_job_has_its_own_time_and_none_stands_in_for_another(
    desk: Desk, interval: str, jobs: list[str]
) -> None:
    desk.conn.execute(
        "insert into credits.job_runs (job, started_at, counts) "
        "select v.job, now(), '{}' from (values ('integrity'), ('other')) as v (job)"
    )
    silence(desk, interval)
    desk.conn.execute("update credits.job_runs set started_at = now() where job = 'other'")
    desk.run()
    found = notices(desk.conn, "job_silent")
    assert sorted(it["job"] for it in found) == jobs
    assert all(it["last_at"] for it in found)


def test_one_that_runs_is_not_told_because_another_is_silent(desk: Desk) -> None:
    desk.conn.execute(
        "insert into credits.job_runs (job, started_at, counts) "
        "values ('integrity', now() - interval '50 hours', '{}')"
    )
    desk.run()
    assert [it["job"] for it in notices(desk.conn, "job_silent")] == ["integrity"]
