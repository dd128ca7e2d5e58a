"""What the owner creates later is closed until somebody opens it."""

from __future__ import annotations

import pytest

from tests.support import Connection

CALLERS = ["anon", "authenticated", "service_role", "credits_edge"]


@pytest.mark.parametrize("schema", ["credits", "public"])
def test_a_new_object_of_the_owner_is_granted_to_nobody(
    installed: Connection, defaults: str, schema: str
) -> None:
    """What a generous host grants to Supabase's roles in its own schema public is its business."""
    is_hosts = (defaults, schema) == ("generous", "public")
    installed.execute(
        f"""
        create function {schema}.planted() returns integer language sql as 'select 1';
        create procedure {schema}.planted_too() language sql as 'select 1';
        create table {schema}.planted (id integer generated always as identity primary key);
        create view {schema}.planted_view as select 1 as one;
        """
    )
    found = installed.execute(
        """
        select 'function', r.role, p.proname
        from unnest(%(roles)s::text[]) as r (role), pg_proc as p
        where p.proname like 'planted%%' and has_function_privilege(r.role, p.oid, 'execute')
        union all
        select 'relation', r.role, c.relname
        from unnest(%(roles)s::text[]) as r (role), pg_class as c
        where
            c.relname like 'planted%%' and c.relkind in ('r', 'v')
            and has_table_privilege(
                r.role, c.oid, 'select, insert, update, delete, truncate, references, trigger'
            )
        union all
        select 'sequence', r.role, c.relname
        from unnest(%(roles)s::text[]) as r (role), pg_class as c
        where c.relname like 'planted%%' and case
            when c.relkind = 'S'
                then has_sequence_privilege(r.role, c.oid, 'usage, select, update')
        end
        """,
        {"roles": ["credits_edge"] if is_hosts else CALLERS},
    )
    assert found.fetchall() == []
