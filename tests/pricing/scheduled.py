"""What tests of catalogs that take effect at a time share: time passes by moving theirs back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.support import Connection, as_anon, as_service
from tests.wallets import CATALOG, Row, call, call_all, with_service

NOW = datetime.now(UTC)
Change = tuple[str, str, str]


def due(days: int, catalog: Row | None = None, /, sms: int | None = None, **keys: Any) -> Row:
    """Return a catalog that takes effect in so many days, perhaps with another price of sms."""
    content = catalog or (CATALOG if sms is None else with_service("sms", credits=sms))
    return {**content, **keys, "effective_at": (NOW + timedelta(days=days)).isoformat()}


def apply(conn: Connection, catalog: Row, **arguments: Any) -> list[Change]:
    """Apply a catalog as the back end does; return kind, code and change of each row."""
    with as_service(conn):
        rows = call_all(conn, "apply_credit_catalog", catalog=catalog, **arguments)
    return [(row["kind"], row["code"], row["change"]) for row in rows]


def let_pass(conn: Connection, **time: float) -> None:
    """Let so much time pass for catalogs and jobs."""
    conn.execute("alter table credits.catalogs disable trigger catalogs_refuse_change")
    values = {"time": timedelta(**time)}
    conn.execute(
        """
        update credits.catalogs
        set effective_at = effective_at - %(time)s, applied_at = applied_at - %(time)s
        """,
        values,
    )
    conn.execute("alter table credits.catalogs enable always trigger catalogs_refuse_change")
    conn.execute("update credits.job_runs set started_at = started_at - %(time)s", values)


def sms_price(conn: Connection) -> int:
    with as_anon(conn):
        return int(call(conn, "calculate_query_cost", service="sms"))


def maintain(conn: Connection) -> int:
    """Run the maintenance; returns how many catalogs it started."""
    with as_service(conn):
        return int(call(conn, "run_credit_maintenance")["catalogs"])


def caps(conn: Connection, *accounts: UUID) -> list[Any]:
    query = "select monthly_spend_cap from credits.accounts where id = %s"
    return [conn.execute(query, [account]).fetchone()[0] for account in accounts]  # type: ignore[index]
