"""Calls with one argument that should not be: what comes of them, and which answers are clean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.functions import (
    TOKEN,
    Function,
    Refusal,
    list_public_functions,
    listed,
    usual_arguments,
)
from tests.ledger.belongings import Owner
from tests.support import Connection, as_service, as_user, find_violations

# Refusals of ours: a code, and a token that stays the same.
OURS = re.compile(r"PT4\d\d|22023|42501|28000")
# PostgreSQL's own, for a text that is no value of the parameter's type, before we are called.
CASTS = {"22P02", "22003", "22007", "22008", "22P05"}
# No caller can make a row larger than this, in characters.
LARGEST_ROW = 32_000


@dataclass(frozen=True)
class Outcome:
    """What came of a call: ``refusal`` is None where it did its work."""

    function: str
    parameter: str
    value: str
    refusal: Refusal | None
    is_clean: bool

    @property
    def code(self) -> str:
        """The SQLSTATE, or ``ok``."""
        return self.refusal.sqlstate if self.refusal else "ok"


def is_clean(error: psycopg.Error) -> bool:
    """Tell whether an error is one that a caller is meant to see."""
    refusal = Refusal.of(error)
    if TOKEN.fullmatch(refusal.message):
        return bool(OURS.fullmatch(refusal.sqlstate)) and bool(refusal.hint)
    return refusal.sqlstate in CASTS and " function " not in (error.diag.context or "")


def call_each(
    conn: Connection, owner: Owner, values: dict[str, list[Any]], usual: dict[str, Any]
) -> Iterator[Outcome]:
    """Call every public function with each value in each parameter of its type.

    The back end calls what it may, and a user what a user may who is no administrator. Nothing of
    it is kept, but what a call did is checked: the books are right, no row is large, and a user is
    not richer.

    Args:
        conn: of the owner.
        owner: whose account is meant, with what else is the user's.
        values: what to try, by type (``numeric``).
        usual: the other arguments, by name.
    """
    conn.execute("set local statement_timeout = '5s'")
    for role in ("service_role", "authenticated"):
        for function in list_public_functions(conn):
            if function.signature not in listed(role):
                continue
            if function.is_for_administrators and role == "authenticated":
                continue
            for parameter in function.parameters:
                for value in values.get(parameter.type.removeprefix("pg_catalog."), []):
                    named = {"account_id": owner.id, **usual}
                    named |= owner.arguments.get(function.name, {})
                    arguments = usual_arguments(function, named) | {parameter.name: value}
                    yield Outcome(
                        function.name,
                        parameter.name,
                        str(value)[:80],
                        *_try(conn, function, arguments, owner, role),
                    )


def _try(
    conn: Connection, function: Function, arguments: dict[str, Any], owner: Owner, role: str
) -> tuple[Refusal | None, bool]:
    is_user = role == "authenticated"
    try:
        with conn.transaction(force_rollback=True):
            before = _credits(conn)
            with as_user(conn, owner.id) if is_user else as_service(conn):
                function.call(conn, **arguments)
            assert find_violations(conn) == []
            assert _largest_row(conn) < LARGEST_ROW
            if is_user:
                assert _credits(conn) <= before
    except psycopg.Error as error:
        return Refusal.of(error), is_clean(error)
    return None, True


def _largest_row(conn: Connection) -> int:
    """The characters of the largest row that callers may have written."""
    row = conn.execute(
        """
        select greatest(
            (select max(length(a::text)) from credits.accounts as a),
            (select max(length(t::text)) from credits.transactions as t),
            (select max(length(g::text)) from credits.grants as g),
            (select max(length(h::text)) from credits.holds as h),
            (select max(length(g::text)) from credits.gifts as g),
            (select max(length(i::text)) from credits.invitations as i),
            (select max(length(d::text)) from credits.disputes as d),
            (select max(length(a::text)) from credits.pending_acts as a),
            (select max(length(l::text)) from credits.audit_log as l),
            (select max(length(o::text)) from credits.outbox as o)
        )
        """
    ).fetchone()
    assert row is not None
    return int(row[0])


def _credits(conn: Connection) -> Any:
    """All credits that there are."""
    row = conn.execute("select sum(balance) from credits.accounts").fetchone()
    assert row is not None
    return row[0]
