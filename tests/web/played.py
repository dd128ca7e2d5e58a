"""Calls of users and administrators whose answers are kept: rows of every shape and view."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID, uuid4

from scripts.dev.public_api import list_functions, list_relations
from tests.billing.purchases import open_order, pay
from tests.support import Connection, as_admin, as_anon, as_service, as_user, sign_up
from tests.wallets import Row, call_all

WHY = "a friendly gesture"


class Played:
    """A database in which things happen.

    Attributes:
        rows: what the functions that users may call have answered, and the views show, by the name
            of the function or view.
    """

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)

    def ask(self, who: UUID | str | None, function: str, /, **arguments: Any) -> Any:
        """Call a function and keep its rows.

        Args:
            who: a user, ``"admin"`` or ``"second"`` for one who administers, ``"service"`` for the
                back end, None for nobody.
            function: of schema ``public``.
            arguments: by name.

        Returns:
            The last row, or the value of a function that has no columns; None without rows.
        """
        with self._as(who):
            found = call_all(self.conn, function, **arguments)
        self.rows[function] += found
        last = found[-1] if found else None
        return last[function] if last and list(last) == [function] else last

    def act(self, name: str, account_id: UUID, **arguments: Any) -> Row:
        """Do an act of an administrator, for a reason and under a key of its own."""
        more = {"reason": WHY, "key": f"act-{uuid4()}", **arguments}
        row: Row = self.ask("admin", f"admin_{name}", account_id=account_id, **more)
        return row

    def read(self, who: UUID | str) -> None:
        """Read all views as a user, or as the back end."""
        for view in list_relations(self.conn, "views"):
            with self._as(who):
                query = f"select to_jsonb(v) from public.{view.name} as v"
                self.rows[view.name] += [row for (row,) in self.conn.execute(query.encode())]

    def buy(self, who: UUID, **wish: Any) -> None:
        """Buy a pack or a quantity."""
        assert pay(self.conn, open_order(self.conn, who, **wish)) is None

    def _as(self, who: UUID | str | None) -> Any:
        if who is None:
            return as_anon(self.conn)
        if who == "service":
            return as_service(self.conn)
        if isinstance(who, UUID):
            return as_user(self.conn, who)
        return as_admin(self.conn, self._administrator(who))

    def _administrator(self, name: str) -> UUID:
        email = f"{name}@staff.example.com"
        found = self.conn.execute("select id from auth.users where email = %s", [email]).fetchone()
        return found[0] if found else sign_up(self.conn, email)

    def of_relations(self) -> dict[str, list[Row]]:
        """Return all rows by the name of the shape or view they are rows of."""
        shapes = {it.name for it in list_relations(self.conn, "shapes")}
        found = {it.name: self.rows[it.name] for it in list_relations(self.conn, "views")}
        for function in list_functions(self.conn):
            shape = function.result.removeprefix("SETOF ")
            if shape in shapes and function.caller != "service_role":
                found.setdefault(shape, []).extend(self.rows[function.name])
        return found
