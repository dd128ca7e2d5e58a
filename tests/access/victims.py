"""A victim with something of everything, and what of it must never move or be seen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from tests.support import Connection, apply_catalog, as_user, sign_up

SECRET = "4711.000815"
WORDS = "only the victim knows this"


@dataclass(frozen=True)
class Victim:
    """A user whose texts contain ``WORDS`` and whose balance is ``SECRET``."""

    id: UUID
    external_account: UUID
    order_id: UUID
    key: str

    def handles(self) -> list[str]:
        """List everything by which somebody could name something of the victim."""
        return [
            str(self.id), str(self.external_account), str(self.order_id), self.key, "1",
            "victim@example.org", "victim-of-the-application",
        ]  # fmt: skip


def create_victim(conn: Connection) -> Victim:
    """Create the victim: a user with a grant, a charge, an order and a friend, and an account."""
    apply_catalog(conn, "voice-agent")
    user_id = sign_up(conn, "victim@example.org")
    external = conn.execute(
        "select public.open_credit_account(external_id => 'victim-of-the-application')"
    ).fetchone()
    assert external is not None
    for account_id in (user_id, external[0]):
        conn.execute(
            "select public.add_credits(%s, %s::numeric + 5, 'purchase', 'victims key', "
            "description => %s, metadata => %s)",
            [account_id, SECRET, WORDS, Jsonb({"note": WORDS})],
        )
    with as_user(conn, user_id):
        conn.execute(
            "select public.use_credits('sms', 'victims key', 10, reference => %s)", [WORDS]
        )
    friend = sign_up(conn, "friend@example.org")
    conn.execute(
        "insert into credits.members (account_id, user_id, role) values (%s, %s, 'owner')",
        [user_id, friend],
    )
    order = conn.execute(
        "select order_id from credits.open_order(%s, null, 'stripe', 'starter', null, null)",
        [user_id],
    ).fetchone()
    assert order is not None
    return Victim(user_id, external[0], order[0], "victims key")


def state_without(conn: Connection, attacker: UUID) -> dict[str, str]:
    """Return a checksum of every table of ours, without the rows that name the attacker."""
    tables = conn.execute(
        "select relname from pg_class "
        "where relnamespace = 'credits'::regnamespace and relkind = 'r' order by relname"
    ).fetchall()
    query = (
        "select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') "
        "from {} as t where strpos(t::text, {}) = 0"
    )
    state = {}
    for (name,) in tables:
        found = conn.execute(
            sql.SQL(query).format(sql.Identifier("credits", name), sql.Literal(str(attacker)))
        ).fetchone()
        assert found is not None
        state[name] = found[0]
    return state
