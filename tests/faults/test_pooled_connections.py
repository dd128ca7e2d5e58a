"""24 users over 3 pooled connections in transaction mode: nobody meets another's request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from tests.concurrency.load import Outcome, apply_catalog, request
from tests.support import Connection, sign_up

USERS = 24
CONNECTIONS = 3
ROUNDS = 12

# Some of these succeed, some are refused, one breaks in the middle of its transaction.
CALLS = [
    "select account_id from public.get_credit_balance()",
    "select cost from public.use_credits('query', %(key)s)",
    "select account_id from public.list_credit_transactions() limit 1",
    "select cost from public.use_credits('query', 'the same for all')",
    "select public.get_credit_summary()",
    "select cost from public.use_credits('no such service', %(key)s)",
    "select public.add_credits(%(id)s, 1000, 'bonus', %(key)s)",
    "select account_id from public.credit_accounts",
    "select public.export_credit_transactions()",
    "select 1 / 0 from public.use_credits('query', %(key)s)",
]
# Settings, also those that the functions set under names of their own; locks; temporary tables.
LEFT_OVER = r"""
    select name, setting from pg_settings where source = 'session'
    union all
    select 'role', current_setting('role') where current_setting('role') <> 'none'
    union all
    select c.name, current_setting(c.name, true)
    from (
        values ('request.jwt.claims'), ('request.jwt.claim.sub')
        union
        select m[1]
        from pg_proc as p
        cross join lateral regexp_matches(p.prosrc, 'set_config\s*\(\s*''([^'']+)', 'g') as m
        where p.pronamespace::regnamespace::text in ('credits', 'public')
    ) as c (name)
    where coalesce(current_setting(c.name, true), '') not in ('', 'none')
    union all
    select 'lock', l.locktype || ' ' || l.mode from pg_locks as l
    where l.pid = pg_backend_pid() and l.locktype = 'advisory'
    union all
    select 'temporary table', c.relname from pg_class as c
    where c.relnamespace = pg_my_temp_schema()
"""


def ask(conn: Connection, user_id: UUID | None, query: str, values: dict[str, Any]) -> Outcome:
    """Make one request as PostgREST does: role and claims for one transaction, nothing undone."""
    role = "authenticated" if user_id else "anon"
    claims = {"role": role, **({"sub": str(user_id)} if user_id else {})}
    setting = "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)"
    conn.execute(setting, [role, json.dumps(claims)])
    answer = request(conn, query, values)
    if answer[0] == "ok":
        conn.commit()
    else:
        conn.rollback()
    return answer


@pytest.fixture
def pool(fresh_db: str) -> Iterator[ConnectionPool]:
    """Connections of the role that PostgREST logs in with."""
    dsn = make_conninfo(fresh_db, user="authenticator", options="-c statement_timeout=60s")
    with ConnectionPool(dsn, min_size=CONNECTIONS, max_size=CONNECTIONS, timeout=60) as pool:
        yield pool


def use_pool(pool: ConnectionPool, user_id: UUID, name: int) -> list[tuple[str, Outcome, Any]]:
    """Make a user's requests; after each, ask a stranger's question and look for left-overs."""
    answers = []
    for number in range(ROUNDS):
        query = CALLS[(name + number) % len(CALLS)]
        with pool.connection() as conn:
            answer = ask(conn, user_id, query, {"key": f"{name} {number}", "id": user_id})
            left = conn.execute(LEFT_OVER).fetchall()
            conn.rollback()
            stranger = ask(conn, None, "select public.get_credit_balance()", {})
        answers.append((query, answer, (left, stranger[0])))
    return answers


def test_24_users_over_3_connections_get_their_own_answers_and_leave_nothing(
    fresh_db: str, pool: ConnectionPool
) -> None:
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
        users = [sign_up(conn) for _ in range(USERS)]
    jobs = [partial(use_pool, pool, user_id, name) for name, user_id in enumerate(users)]
    with ThreadPoolExecutor(USERS) as threads:
        parts = [f.result() for f in [threads.submit(job) for job in jobs]]
    for user_id, part in zip(users, parts, strict=True):
        for query, (code, answer), (left, stranger) in part:
            assert (left, stranger) == ([], "42501")
            if "get_credit_summary" in query:
                assert (code, answer[0]["balance"]["account_id"]) == ("ok", str(user_id))
            elif "account_id" in query:
                assert (code, answer[0]) == ("ok", user_id)
            elif "add_credits" in query:
                assert code == "42501"
            elif "no such service" in query:
                assert (code, answer[0]) == ("22023", "unknown_service")
            elif "1 / 0" in query:
                assert code == "22012"
            elif "export" in query:
                assert code == "ok"
            else:
                assert (code, answer) == ("ok", (5,))
    charges = (
        "select account_id, count(*) from credits.transactions where type = 'usage' group by 1"
    )
    with psycopg.connect(fresh_db) as conn:
        counted: dict[UUID, int] = dict(conn.execute(charges).fetchall())
    for user_id, part in zip(users, parts, strict=True):
        asked = {
            number if "%(key)s" in query else "the same for all"
            for number, (query, (code, _), _) in enumerate(part)
            if code == "ok" and "use_credits" in query
        }
        assert counted.get(user_id, 0) == len(asked)
