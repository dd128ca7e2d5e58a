"""What every function is: named once, explained, closed, and honest about what it does."""

from __future__ import annotations

import re
from typing import Any

from tests.conventions.sources import COMMENT, FILES
from tests.support import Connection

OURS = "p.pronamespace in ('public'::regnamespace, 'credits'::regnamespace)"
WRITES = re.compile(
    r"\binsert into\b|\bupdate credits\.|\bdelete from\b|\bfor (?:no key )?update\b|\block table\b"
    r"|\bpg_advisory|\bnextval\b|\bmerge into\b|\brealtime\.send\("
)
READS = re.compile(
    r"\b(?:from|join)\s+(?:credits|auth)\.\w+\b(?!\()|\bclock_timestamp\(|\bnow\(|\bauth\.\w+\("
    r"|\bcurrent_(?:setting|user)\b|\bsession_user\b"
)
CALLS = re.compile(r"\b(credits\.\w+)\(")
PUBLIC_BODY = re.compile(
    r"\s*begin\s+return (?:query select r\.\* from )?credits\.\w+\([\w\s,]*\)"
    r"(?: as r|::public\.\S+)?;\s+end;\s*"
)


def scan(conn: Connection, condition: str) -> list[Any]:
    """List the functions of ours for which a condition on ``pg_proc as p`` holds."""
    query = f"select p.oid::regprocedure::text from pg_proc as p where {OURS} and ({condition})"
    return [row[0] for row in conn.execute(query.encode())]


def test_every_function_has_a_file_and_every_file_its_function(db: Connection) -> None:
    rows = db.execute(
        f"select p.pronamespace::regnamespace || '.' || p.proname from pg_proc as p where {OURS}"
    ).fetchall()
    assert sorted(row[0] for row in rows) == sorted(file.parts["name"] for file in FILES)


def test_no_function_is_overloaded(db: Connection) -> None:
    condition = "(select count(*) from pg_proc as o where o.proname = p.proname and "
    condition += "o.pronamespace = p.pronamespace) > 1"
    assert scan(db, condition) == []


def test_every_function_has_a_comment(db: Connection) -> None:
    assert scan(db, "obj_description(p.oid, 'pg_proc') is null") == []


def test_no_function_is_a_procedure_a_variadic_or_has_an_sql_body(db: Connection) -> None:
    condition = "p.prokind <> 'f' or p.provariadic <> 0 or p.prosqlbody is not null"
    assert scan(db, condition) == []


def test_what_a_role_may_call_runs_as_the_owner_and_nothing_else_does(db: Connection) -> None:
    """Rules for callers are SECURITY DEFINER; what they use is not, for they run as the owner."""
    granted = (
        "exists (select from aclexplode(p.proacl) as a "
        "where a.grantee <> p.proowner and a.privilege_type = 'EXECUTE')"
    )
    rules = "p.pronamespace = 'credits'::regnamespace and p.prorettype <> 'trigger'::regtype"
    assert scan(db, f"{rules} and p.prosecdef <> {granted} and p.provolatile <> 'i'") == []
    assert scan(db, "p.pronamespace = 'public'::regnamespace and p.prosecdef") == []


def effects(words: re.Pattern[str]) -> set[str]:
    """List the functions whose code has the words, or that call one whose code has."""
    codes = {file.parts["name"]: file.code for file in FILES}
    found = {name for name, code in codes.items() if words.search(code)}
    while True:
        more = {n for n, code in codes.items() if found & set(CALLS.findall(code))} - found
        if not more:
            return found
        found |= more


def test_readers_are_stable_and_writers_volatile(db: Connection) -> None:
    """PostgREST runs what is not volatile in a read-only transaction."""
    rows = db.execute(
        f"""
        select p.pronamespace::regnamespace || '.' || p.proname, p.provolatile::text
        from pg_proc as p where {OURS} and p.prorettype <> 'trigger'::regtype
        """
    ).fetchall()
    writers, readers = effects(WRITES), effects(READS)
    wrong = [
        name
        for name, volatility in rows
        if (volatility == "v") != (name in writers) or (volatility == "i" and name in readers)
    ]
    assert wrong == []


def test_a_public_function_only_calls_its_rule(db: Connection) -> None:
    """No table is touched there, and nothing is decided."""
    rows = db.execute(
        "select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace"
    ).fetchall()
    assert len(rows) >= 20
    assert [name for name, body in rows if not PUBLIC_BODY.fullmatch(body)] == []


def test_the_first_thing_a_user_s_function_does_is_to_ask_who_calls(db: Connection) -> None:
    rows = db.execute(
        f"""
        select p.proname, p.prosrc from pg_proc as p
        where
            {OURS} and p.prosecdef
            and has_function_privilege('authenticated', p.oid, 'execute')
            and not has_function_privilege('anon', p.oid, 'execute')
        """
    ).fetchall()
    assert len(rows) >= 6
    proof = re.compile(
        r"credits\.(?:authorize_account|acting_user_id|acting_admin|signed_in_user_id|lock_team)\("
        r"|= auth\.uid\(\)"
    )
    careless = []
    for name, body in rows:
        code = COMMENT.sub("", body)
        first = re.search(r"(?:credits|auth)\.\w+\([^;]*", code)
        if first is None or not proof.search(code[: first.end()]):
            careless.append(name)
    assert careless == []


def test_parameters_are_bare_in_public_and_begin_with_p_elsewhere(db: Connection) -> None:
    rows = db.execute(
        f"""
        select p.pronamespace::regnamespace || '.' || p.proname, a.name
        from pg_proc as p
        cross join lateral unnest(p.proargnames, p.proargmodes) as a (name, mode)
        where {OURS} and coalesce(a.mode, 'i') in ('i', 'b')
        """
    ).fetchall()
    wrong = [
        (function, name)
        for function, name in rows
        if name.startswith("p_") != function.startswith("credits.")
        or not re.fullmatch(r"[a-z][a-z0-9_]*", name)
    ]
    assert wrong == []


def test_variables_begin_with_v() -> None:
    wrong = []
    for file in FILES:
        declared = re.search(r"^declare\n(.*?)^begin\n", file.body, re.MULTILINE | re.DOTALL)
        names = re.findall(r"^    (\w+) ", declared[1], re.MULTILINE) if declared else []
        wrong += [(file.path, name) for name in names if not name.startswith("v_")]
    assert wrong == []
