"""Checks of who may do what: exactly what the sources grant, whatever the host's defaults."""

from __future__ import annotations

from scripts.doctoring.lines import Line, fail, ok, some
from scripts.doctoring.patient import Patient

CALLERS = ("anon", "authenticated", "service_role", "credits_edge")
_REAPPLY = "apply the sources again as docs/backup.md shows"
_CLOSE = "revoke it: a balance could be read or written past the rules"


def check_public(patient: Patient) -> Line:
    """May everybody execute something of ours?"""
    found = patient.names(
        "select p.pronamespace::regnamespace || '.' || p.proname from pg_proc as p "
        "cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a "
        "where p.oid = any(%s) and a.grantee = 0 order by 1",
        patient.installed,
    )
    if found:
        return fail(
            "public",
            f"everybody may execute {some(found)}",
            f"revoke it from public, or {_REAPPLY}",
        )
    return ok("public", "nothing of ours is executable by PUBLIC")


def check_callers(patient: Patient) -> Line:
    """May each role execute exactly what it is to?"""
    expected = {(name, role) for name, roles in patient.callers.items() for role in roles}
    found = set(
        patient.ask(
            "select p.pronamespace::regnamespace || '.' || p.proname, r.role "
            "from pg_proc as p, unnest(%s::text[]) as r (role) "
            "where p.oid = any(%s) and has_function_privilege(r.role, p.oid, 'execute')",
            list(CALLERS),
            patient.installed,
        )
    )
    ours = {(name, role) for name, role in expected if role in CALLERS}
    wrong = [f"{role} may call {name}" for name, role in sorted(found - ours)]
    wrong += [f"{role} may not call {name}" for name, role in sorted(ours - found)]
    if wrong:
        return fail("callers", some(wrong), _REAPPLY)
    return ok("callers", f"{', '.join(CALLERS)} may call {len(ours)} functions, and no others")


def check_tables(patient: Patient) -> Line:
    """Is every table closed by row level security, and written by the rules only?"""
    open_tables = patient.names(
        "select oid::regclass from pg_class where relnamespace = 'credits'::regnamespace "
        "and relkind in ('r', 'p') and not relrowsecurity order by 1"
    )
    if open_tables:
        return fail(
            "tables", f"row level security is off on {some(open_tables)}", "enable it: " + _REAPPLY
        )
    writable = patient.names(
        "select distinct r.role || ' on ' || c.oid::regclass::text "
        "from pg_class as c, unnest(%s::text[]) as r (role) "
        "where c.relnamespace = 'credits'::regnamespace and c.relkind in ('r', 'p') and ("
        "has_table_privilege(r.role, c.oid, 'insert, update, delete, truncate, trigger') "
        "or has_any_column_privilege(r.role, c.oid, 'insert, update')) order by 1",
        list(CALLERS),
    )
    if writable:
        return fail("tables", f"may be written by {some(writable)}", _CLOSE)
    return ok("tables", "row level security is on everywhere, and no caller may write")


def check_definers(patient: Patient) -> Line:
    """Do functions look names up where they should, and views with their reader's rights?"""
    loose = patient.names(
        "select p.pronamespace::regnamespace || '.' || p.proname from pg_proc as p "
        "where p.oid = any(%s) and not exists ("
        "select from unnest(p.proconfig) as s (setting) where s.setting like 'search_path=%%')"
        " order by 1",
        patient.installed,
    )
    if loose:
        return fail("definers", f"no search_path is set on {some(loose)}", _REAPPLY)
    views = patient.names(
        "select oid::regclass from pg_class where relkind = 'v' "
        "and relnamespace::regnamespace || '.' || relname = any(%s) "
        "and not coalesce(reloptions, '{}') @> '{security_invoker=true}' order by 1",
        sorted(patient.views),
    )
    if views:
        return fail("definers", f"everybody reads all rows of the view {some(views)}", _REAPPLY)
    return ok("definers", "every function sets search_path, every view is its reader's")


def check_exposure(patient: Patient) -> Line:
    """Is the schema with the rules out of PostgREST's reach?"""
    exposed = patient.names(
        "select s.setting from pg_db_role_setting as d, unnest(d.setconfig) as s (setting) "
        "where s.setting ~ '^pgrst\\.db_schemas?='"
        " and regexp_replace(split_part(s.setting, '=', 2), '[\" ]', '', 'g') ~ '(^|,)credits(,|$)'"
    )
    if exposed:
        return fail(
            "exposure",
            "the schema credits is exposed by PostgREST",
            "take it out of the exposed schemas (Supabase: Settings, API)",
        )
    return ok("exposure", "the schema credits is not among those that the database exposes")
