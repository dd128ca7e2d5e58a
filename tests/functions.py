"""The functions of pgcredits as the database knows them, and calls of them with any arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.support import Connection

TOKEN = re.compile(r"[a-z]+(_[a-z]+)+")
MAY_CALL = Path(__file__).parent / "access/may_call"


@dataclass(frozen=True)
class Parameter:
    """One input parameter: its name, its type (``pg_catalog.uuid``), whether it may be left out."""

    name: str
    type: str
    has_default: bool


@dataclass(frozen=True)
class Function:
    """One function: its signature with the types of all arguments, and its input parameters."""

    signature: str
    parameters: tuple[Parameter, ...]

    @property
    def name(self) -> str:
        """The qualified name without the arguments."""
        return self.signature.partition("(")[0]

    @property
    def is_for_administrators(self) -> bool:
        """Whether everybody else is refused with PT403 ``admin_only``."""
        return self.name.startswith("public.admin_")

    def call(self, conn: Connection, **arguments: Any) -> list[tuple[Any, ...]]:
        """Call it with arguments by parameter name; texts are cast to the parameter's type."""
        parameters = [p for p in self.parameters if p.name in arguments]
        slots = sql.SQL(", ").join(
            sql.SQL("{} => {}::" + p.type).format(sql.Identifier(p.name), sql.Placeholder(p.name))
            for p in parameters
        )
        name = sql.Identifier(*self.name.split("."))
        query = sql.SQL("select * from {}({})").format(name, slots)
        return conn.execute(query, arguments).fetchall()


@dataclass(frozen=True)
class Refusal:
    """What an error tells the caller."""

    sqlstate: str
    message: str
    detail: str | None
    hint: str | None

    @classmethod
    def of(cls, error: psycopg.Error) -> Refusal:
        """Read what a caller sees of an error."""
        diag = error.diag
        return cls(
            error.sqlstate or "", diag.message_primary or "", diag.message_detail, diag.message_hint
        )


def list_public_functions(conn: Connection) -> list[Function]:
    """List the functions of schema ``public``, in order of their names."""
    rows = conn.execute(
        """
        select
            'public.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')',
            coalesce(
                array_agg(a.name order by a.i) filter (where a.name is not null), '{}'
            ),
            coalesce(
                array_agg(t.typnamespace::regnamespace || '.' || t.typname order by a.i)
                filter (where t.oid is not null),
                '{}'
            ),
            p.pronargdefaults
        from pg_proc as p
        left join lateral rows from (
            unnest(p.proargnames[1:p.pronargs]), unnest(p.proargtypes::oid[])
        ) with ordinality as a (name, type, i) on true
        left join pg_type as t on a.type = t.oid
        where p.pronamespace = 'public'::regnamespace
        group by p.oid
        order by p.proname
        """
    ).fetchall()
    return [
        Function(
            signature,
            tuple(
                Parameter(name, kind, index >= len(names) - defaults)
                for index, (name, kind) in enumerate(zip(names, kinds, strict=True))
            ),
        )
        for signature, names, kinds, defaults in rows
    ]


def listed(role: str) -> set[str]:
    """Return the signatures that a role may call by the checked-in list."""
    return set((MAY_CALL / f"{role}.txt").read_text().splitlines())


def usual_arguments(function: Function, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments with which a call should do its work: the required ones and those given.

    Args:
        function: the one to call.
        values: by parameter name, over the usual ones; names it does not have are left out.
    """
    usual = {
        "amount": "5",
        "source": "bonus",
        "key": f"key-{uuid4()}",
        "service": "voice_call",
        "plan": "starter",
        "ttl_seconds": "900",
        "name": "Lab",
        "email": "someone@example.net",
        "recipient_email": "someone@example.net",
        "role": "member",
        "feature": "support",
        "code": "WELCOME",
        "events": "[]",
        "transaction_id": "1",
        "grant_id": "1",
        "reason": "other",
        "description": "nothing came",
        "message": "a hundred seats",
    }
    names = {p.name: p.has_default for p in function.parameters}
    required = {name: usual.get(name) for name, has_default in names.items() if not has_default}
    return required | {name: value for name, value in values.items() if name in names}
