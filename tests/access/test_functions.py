"""Who may call which function: exactly the lists in ``may_call/``, whatever the host's defaults."""

from __future__ import annotations

import pytest

from tests.functions import listed
from tests.support import Connection

ROLES = ("anon", "authenticated", "service_role", "credits_edge", "supabase_auth_admin")
OURS = "p.pronamespace in ('public'::regnamespace, 'credits'::regnamespace)"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_call_exactly_the_listed_functions(installed: Connection, role: str) -> None:
    found = installed.execute(
        f"""
        select p.pronamespace::regnamespace || '.' || p.proname || '('
            || oidvectortypes(p.proargtypes) || ')'
        from pg_proc as p
        where {OURS} and has_function_privilege(%s, p.oid, 'execute')
        """,
        [role],
    )
    assert {row[0] for row in found} == listed(role)


def test_nobody_else_was_granted_a_function(installed: Connection) -> None:
    found = installed.execute(
        f"""
        select p.oid::regprocedure::text, coalesce(r.rolname, 'public'), a.is_grantable
        from pg_proc as p
        cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
        left join pg_roles as r on a.grantee = r.oid
        where
            {OURS}
            and a.grantee <> p.proowner
            and (r.rolname is null or r.rolname <> all (%s) or a.is_grantable)
        """,
        [list(ROLES)],
    )
    assert found.fetchall() == []


def test_no_trigger_function_can_be_called(installed: Connection) -> None:
    found = installed.execute(
        f"""
        select p.oid::regprocedure::text, r.role
        from pg_proc as p, unnest(%s::text[]) as r (role)
        where
            {OURS}
            and p.prorettype = 'trigger'::regtype
            and has_function_privilege(r.role, p.oid, 'execute')
        """,
        [list(ROLES)],
    )
    assert found.fetchall() == []


def test_a_role_that_may_call_a_public_function_may_call_its_rule(installed: Connection) -> None:
    """Or the call would end in "permission denied" inside a function of our own."""
    found = installed.execute(
        r"""
        select w.oid::regprocedure::text, r.role, c.oid::regprocedure::text
        from pg_proc as w
        cross join unnest(%s::text[]) as r (role)
        cross join lateral regexp_matches(w.prosrc, 'credits\.(\w+)\(', 'g') as m (words)
        inner join pg_proc as c
            on c.proname = m.words[1] and c.pronamespace = 'credits'::regnamespace
        where
            w.pronamespace = 'public'::regnamespace
            and has_function_privilege(r.role, w.oid, 'execute')
            and not has_function_privilege(r.role, c.oid, 'execute')
        """,
        [list(ROLES)],
    )
    assert found.fetchall() == []
