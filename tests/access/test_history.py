"""What is append-only stays as it is, for the owner of the tables too."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from tests.support import Connection

# And a column of each.
APPEND_ONLY = {
    "transactions": "account_id",
    "audit_log": "actor",
    **dict.fromkeys(("catalogs", "plans", "packages", "prices", "models"), "version"),
}
FOREVER = (*APPEND_ONLY, "accounts")


def statements(table: str) -> list[str]:
    changes = [f"delete from credits.{table}", f"truncate credits.{table} cascade"]
    if table in APPEND_ONLY:
        column = APPEND_ONLY[table]
        changes.append(f"update credits.{table} set {column} = {column}")
    return changes


@pytest.mark.parametrize("replication", ["origin", "replica"])
@pytest.mark.parametrize("table", FOREVER)
def test_the_owner_cannot_change_history(db: Connection, table: str, replication: str) -> None:
    """Nor with ``session_replication_role``, which switches ordinary triggers off."""
    db.execute("select set_config('session_replication_role', %s, true)", [replication])
    for statement in statements(table):
        with pytest.raises(psycopg.Error) as caught, db.transaction():
            db.execute(sql.SQL(statement))
        assert (caught.value.sqlstate, caught.value.diag.message_primary) == (
            "42501",
            "append_only",
        )


def test_every_trigger_of_ours_on_our_tables_fires_always(installed: Connection) -> None:
    found = installed.execute(
        """
        select t.tgrelid::regclass::text, t.tgname
        from pg_trigger as t
        inner join pg_class as c on t.tgrelid = c.oid
        where
            not t.tgisinternal
            and c.relnamespace = 'credits'::regnamespace
            and t.tgenabled <> 'A'
        """
    )
    assert found.fetchall() == []
