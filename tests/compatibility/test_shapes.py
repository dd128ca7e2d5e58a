"""The views have the older systems' names and columns, and nobody writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.access.test_lints import BY_NAME, findings
from tests.access.test_tables import CALLERS, list_writes, refused
from tests.compatibility.views import COLUMNS, DOWN, OF_EVERYBODY
from tests.support import Connection


def columns_of(conn: Connection) -> dict[str, list[str]]:
    """Return the columns of the views by name, in their order."""
    return dict(
        conn.execute(
            """
            select c.relname, array_agg(a.attname::text order by a.attnum)
            from pg_class as c
            inner join pg_attribute as a on c.oid = a.attrelid and a.attnum > 0
            where c.relkind = 'v' and obj_description(c.oid) like 'Compatibility of pgcredits: %'
            group by c.relname
            """
        ).fetchall()
    )


def test_each_view_has_exactly_the_columns_that_were_there(installed: Connection) -> None:
    assert columns_of(installed) == COLUMNS


@pytest.mark.parametrize(
    ("role", "views"),
    [
        ("anon", OF_EVERYBODY),
        ("authenticated", COLUMNS.keys()),
        ("service_role", COLUMNS.keys()),
        ("credits_edge", set()),
        ("supabase_auth_admin", set()),
    ],
)
def test_a_role_may_read_exactly_its_views(
    installed: Connection, role: str, views: set[str]
) -> None:
    query = "select has_any_column_privilege(%s, to_regclass(%s), 'select')"
    readable = {
        view for view in COLUMNS if installed.execute(query, [role, view]).fetchone() == (True,)
    }
    assert readable == views


@pytest.mark.parametrize("role", CALLERS)
def test_nobody_writes_through_a_view(installed: Connection, role: str) -> None:
    for view, columns in COLUMNS.items():
        answers = {
            refused(installed, role, query) for query in list_writes("public", view, columns)
        }
        assert answers <= {"42501", "55000", "0A000"}


@pytest.mark.parametrize("role", CALLERS)
def test_a_rule_of_the_views_is_called_by_those_who_read_them(
    installed: Connection, role: str
) -> None:
    rows = installed.execute(
        """
        select has_function_privilege(%s, p.oid, 'execute'), p.prosecdef, p.proconfig
        from pg_proc as p
        where p.pronamespace = 'credits'::regnamespace and p.proname like 'compatible\\_%%'
        """,
        [role],
    ).fetchall()
    may_call = role in {"authenticated", "service_role"}
    assert rows == [(may_call, True, ["search_path=pg_catalog, pg_temp"])] * 3


@BY_NAME
def test_a_lint_finds_in_the_views_what_strangers_are_to_read_and_nothing_else(
    installed: Connection, lint: Path
) -> None:
    found = findings(installed, lint)
    installed.execute(DOWN.read_bytes())
    meant = OF_EVERYBODY if lint.stem == "anon_table_exposed" else set()
    assert found - findings(installed, lint) == meant
