"""The row policies: for signed-in users only, asked once a statement, answered from an index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.conftest import new_database
from tests.support import Connection, as_user, sign_up

ROWS = 100_000
READABLE = ("accounts", "grants", "holds", "transactions")

Plan = dict[str, Any]


def test_policies_let_signed_in_users_read_and_nothing_else(installed: Connection) -> None:
    found = installed.execute(
        """
        select tablename, permissive, roles::text[], cmd, with_check
        from pg_policies where schemaname in ('credits', 'public') order by tablename
        """
    ).fetchall()
    expected = [(table, "PERMISSIVE", ["authenticated"], "SELECT", None) for table in READABLE]
    assert found == expected


@pytest.fixture(scope="module")
def crowd(cluster_dsn: str, template_db: str) -> Iterator[tuple[str, UUID]]:
    """A database with 100,000 rows in each readable table, and a user who has a few of them."""
    with new_database(cluster_dsn, template_db) as dsn, psycopg.connect(dsn) as conn:
        user_id = sign_up(conn, "ada@example.org")
        conn.execute("set session_replication_role = replica")  # No keys to check: it is quick.
        conn.execute(
            """
            insert into credits.accounts (id, kind) select gen_random_uuid(), 'external'
            from generate_series(1, %(rows)s);
            """,
            {"rows": ROWS},
        )
        numbered = """
            select a.id, n.n from credits.accounts as a, generate_series(1, 1) as n (n)
            union all select %(user)s, n from generate_series(2, 20) as n
        """
        conn.execute(
            f"""
            insert into credits.transactions (account_id, id, created_at, type, amount,
                balance_after, held_after, scope, key, request, grants, hash)
            select s.id, s.n, now(), 'usage', 0, 0, 0, 'system', s.n::text, '', '{{}}', ''
            from ({numbered}) as s (id, n)
            """,
            {"user": user_id},
        )
        conn.execute(
            f"""
            insert into credits.grants (account_id, id, source, amount, remaining, priority,
                is_paid, created_at)
            select s.id, s.n, 'bonus', 1, 1, 100, false, now() from ({numbered}) as s (id, n)
            """,
            {"user": user_id},
        )
        conn.execute(
            f"""
            insert into credits.holds (account_id, scope, key, request, amount, state, grants,
                created_at, expires_at)
            select s.id, 'system', s.n::text, '', 1, 'released', '{{}}', now(), now()
            from ({numbered}) as s (id, n)
            """,
            {"user": user_id},
        )
        conn.commit()
        conn.autocommit = True
        conn.execute("vacuum analyze")
        yield dsn, user_id


def nodes(plan: Plan) -> Iterator[Plan]:
    """Walk all nodes of a plan."""
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def explain(conn: Connection, query: str) -> list[Plan]:
    """Run a query and return the nodes of its plan, with what was really done."""
    row = conn.execute(f"explain (analyze, format json) {query}".encode()).fetchone()
    assert row is not None
    return list(nodes(row[0][0]["Plan"]))


def check_plan(plan: list[Plan]) -> None:
    """Check that a plan finds a few rows by index and asks the policy once."""
    assert 0 < plan[0]["Actual Rows"] <= 20
    subplans = [node for node in plan if node.get("Parent Relationship") == "SubPlan"]
    asked = [node for node in plan if node.get("Parent Relationship") == "InitPlan"]
    assert subplans == []
    assert asked
    assert all(node["Actual Loops"] <= 1 for node in asked)
    ours = [node for node in plan if node.get("Relation Name") in READABLE]
    assert ours
    assert {node["Node Type"] for node in ours} <= {
        "Index Scan",
        "Index Only Scan",
        "Bitmap Heap Scan",
    }
    touched = sum(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in ours)
    assert touched <= 100


def test_a_user_s_rows_are_found_by_index_and_the_policy_is_asked_once(
    crowd: tuple[str, UUID],
) -> None:
    dsn, user_id = crowd
    for query in (
        "select * from public.credit_accounts",
        "select * from public.credit_transactions order by account_id, id limit 20",
        "select * from public.credit_grants",
        "select * from public.credit_holds",
        "select account_id, id from credits.transactions",
    ):
        with psycopg.connect(dsn) as conn, as_user(conn, user_id):
            check_plan(explain(conn, query))


def test_an_own_page_is_read_by_index_through_the_rpc(crowd: tuple[str, UUID]) -> None:
    """The plan inside the function: no table of ours is read from end to end."""
    dsn, user_id = crowd
    count = "select coalesce(sum(seq_tup_read), 0) from pg_stat_xact_user_tables where relname = %s"
    with psycopg.connect(dsn) as conn:
        with as_user(conn, user_id):
            rows = conn.execute("select * from public.list_credit_transactions()").fetchall()
            conn.execute("select public.get_credit_summary()")
            conn.execute("select public.get_credit_balance()")
        read = {table: conn.execute(count, [table]).fetchone() for table in READABLE}
    assert len(rows) == 20
    assert read == dict.fromkeys(READABLE, (0,))
