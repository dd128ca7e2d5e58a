"""What ``get_health`` tells of jobs and notices is right, and few rows are read for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.notify.notifying import put_gift
from tests.support import Connection

RUN = "insert into credits.job_runs (job, started_at, finished_at, counts) values"
READ = """
    select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables
    where schemaname = 'credits' and relname = %s
"""


def health(conn: Connection) -> Any:
    ((found,),) = conn.execute("select credits.get_health()").fetchall()
    return found


def run(conn: Connection, job: str, hours_ago: float) -> None:
    """Note a run of a job that took a minute."""
    query = f"{RUN} (%s, now() - %s::interval, now() - %s::interval + interval '1 minute', '{{}}')"
    ago = f"{hours_ago} hours"
    conn.execute(query.encode(), [job, ago, ago])


@pytest.mark.parametrize("kinds", [[], ["maintenance"], ["a", "integrity", "maintenance", "Z", ""]])
def test_each_job_last_ran_when_its_latest_run_began(db: Connection, kinds: list[str]) -> None:
    for place, job in enumerate(kinds):
        for hours_ago in (place + 2.5, place + 0.5, place + 100):
            run(db, job, hours_ago)
    plain = "select job, max(started_at) from credits.job_runs group by job"
    expected = dict(db.execute(plain).fetchall())
    found = health(db)["jobs"]
    assert {job: datetime.fromisoformat(it["last_at"]) for job, it in found.items()} == expected
    assert found.keys() == set(kinds)
    for place, job in enumerate(kinds):
        assert found[job]["age_seconds"] == pytest.approx(3600 * (place + 0.5), abs=60)
    last_runs = db.execute("select job, last_at from credits.last_runs()").fetchall()
    assert dict(last_runs) == expected
    assert len(last_runs) == len(kinds)


STATES = ["pending"] * 3 + ["dead"] * 2 + ["sent"] * 4


def deliver(conn: Connection, *states: str) -> None:
    for number, state in enumerate(states):
        notice_id = put_gift(conn, key=f"k{number}")
        conn.execute(
            "insert into credits.deliveries (notice_id, channel, recipient, state)"
            " values (%s, 'email', 'eve@example.com', %s)",
            [notice_id, state],
        )
        conn.execute(
            "update credits.outbox set email_planned_at = now(),"
            " created_at = now() - make_interval(hours => %s) where id = %s",
            [number + 1, notice_id],
        )
    conn.execute("insert into credits.channels (channel, started_at) values ('email', now())")


@pytest.mark.parametrize("states", [[], STATES, STATES[3:], STATES[5:], STATES[:3]])
def test_deliveries_count_by_their_state(db: Connection, states: list[str]) -> None:
    deliver(db, *states)
    found = health(db)["outbox"]
    count = states.count
    assert {name: found[name] for name in ("unplanned", "pending", "dead")} == {
        "unplanned": 0, "pending": count("pending"), "dead": count("dead"),
    }  # fmt: skip
    oldest = count("pending") * 3600 or None
    assert found["oldest_seconds"] == (oldest and pytest.approx(oldest, abs=60))


def test_what_is_done_and_what_ran_long_ago_is_not_read(db: Connection) -> None:
    deliver(db, *STATES)
    db.execute(
        "insert into credits.deliveries (notice_id, channel, recipient, state)"
        " select (select max(id) from credits.outbox), 'email', n::text, 'sent'"
        " from generate_series(1, 20000) as n"
    )
    db.execute(
        "insert into credits.job_runs (job, started_at, finished_at, counts)"
        " select 'maintenance', t, t, '{}' from generate_series(1, 20000) as n"
        " cross join lateral (select now() - n * interval '5 minutes' as t) as r"
    )
    db.execute("analyze credits.deliveries, credits.job_runs, credits.outbox")
    for table in ("deliveries", "job_runs"):
        before = db.execute(READ, [table]).fetchall()[0][0]
        health(db)
        assert db.execute(READ, [table]).fetchall()[0][0] - before < 100
