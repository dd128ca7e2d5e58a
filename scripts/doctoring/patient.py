"""What the checks look at: a database, the SQL that it should have, and an environment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg

from scripts.migrations import Migration, Source, Tree, frozen_by

_GRANT = re.compile(
    r"^grant execute on function\s+((?:credits|public)\.\w+)\s*\([^;]*?\)\s*to\s+([^;]+);", re.M
)
_VIEW = re.compile(r"^create (?:or replace )?view (public\.\w+)", re.M)
_ALWAYS = re.compile(r"^alter table (credits\.\w+) enable always trigger (\w+);", re.M)


@dataclass(frozen=True)
class Patient:
    """A database under examination.

    Attributes:
        conn: as the owner of the database, read-only.
        tree: the SQL that is here.
        environment: the settings by name.
        is_deep: all books are to be checked, however long it takes.
    """

    conn: psycopg.Connection[Any]
    tree: Tree
    environment: Mapping[str, str]
    is_deep: bool = False

    @contextmanager
    def look(self) -> Iterator[None]:
        """Look in one transaction; where a policy would hide rows from this login it is refused.

        Raises:
            psycopg.errors.InsufficientPrivilege: the login may not read all.
        """
        with self.conn.transaction():
            self.conn.execute("set local row_security = off")
            yield

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.conn.execute(query.encode(), values).fetchall()

    def names(self, query: str, *values: object) -> list[str]:
        """Return the first column of a query as texts."""
        return [str(row[0]) for row in self.ask(query, *values)]

    @cached_property
    def migrations(self) -> list[Migration]:
        """The migrations that are here, oldest first."""
        return self.tree.migrations()

    @cached_property
    def sources(self) -> list[Source]:
        """What the migrations that the database has met made in it."""
        applied = set(self.names("select id from credits.migrations"))
        return list(frozen_by([m for m in self.migrations if m.file_id in applied]).values())

    @cached_property
    def functions(self) -> set[str]:
        """The names of our functions, with schema."""
        return {name for source in self.sources for name in source.functions()}

    @cached_property
    def installed(self) -> list[int]:
        """The oids of the functions of our schema, whoever made them, and of ours in public."""
        rows = self.ask(
            "select oid from pg_proc where pronamespace = 'credits'::regnamespace "
            "or pronamespace::regnamespace || '.' || proname = any(%s)",
            sorted(self.functions),
        )
        return [oid for (oid,) in rows]

    @cached_property
    def callers(self) -> dict[str, set[str]]:
        """Which roles each of our functions is granted to, by name."""
        granted: dict[str, set[str]] = {name: set() for name in self.functions}
        for source in self.sources:
            for name, roles in _GRANT.findall(source.text):
                granted.setdefault(name, set()).update(role.strip() for role in roles.split(","))
        return granted

    @cached_property
    def views(self) -> set[str]:
        """The names of our views."""
        return {name for source in self.sources for name in _VIEW.findall(source.text)}

    @cached_property
    def guards(self) -> set[tuple[str, str]]:
        """The tables that are append-only, each with the trigger that keeps it so."""
        return {found for source in self.sources for found in _ALWAYS.findall(source.text)}

    @cached_property
    def health(self) -> dict[str, Any]:
        """What ``credits.get_health()`` says."""
        [(health,)] = self.ask("select credits.get_health()")
        found: dict[str, Any] = health
        return found
