"""A victim with something of everything, and what of it must never move or be seen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from tests.support import Connection, apply_catalog, as_user, sign_up
from tests.wallets import call

SECRET = "4711.000815"
WORDS = "only the victim knows this"


@dataclass(frozen=True)
class Victim:
    """A user whose texts contain ``WORDS`` and whose balance is ``SECRET``."""

    id: UUID
    external_account: UUID
    team: UUID
    order_id: UUID
    hold_id: UUID
    gift_id: UUID
    invitation_id: UUID
    dispute_id: UUID
    act_id: UUID
    key: str

    def accounts(self) -> list[UUID]:
        """List the accounts that are the victim's."""
        return [self.id, self.external_account, self.team]

    def objects(self) -> list[UUID]:
        """List what else is the victim's and has an id."""
        return [
            self.order_id, self.hold_id, self.gift_id, self.invitation_id, self.dispute_id,
            self.act_id,
        ]  # fmt: skip

    def handles(self) -> list[str]:
        """List everything by which somebody could name something of the victim."""
        return [
            *map(str, self.accounts()), *map(str, self.objects()), self.key, "1",
            "victim@example.org", "victim-of-the-application",
        ]  # fmt: skip


def create_victim(conn: Connection) -> Victim:
    """Create the victim: a user with credits, two more accounts, and one of each that has an id.

    The charge is disputed, and an act of the back end waits for an administrator. One of the
    accounts is the application's; the other a team with a friend who owns it too.
    """
    apply_catalog(conn, "voice-agent")
    user_id, friend_id = sign_up(conn, "victim@example.org"), sign_up(conn, "friend@example.org")
    external = call(conn, "open_credit_account", external_id="victim-of-the-application")
    for account_id in (user_id, external):
        conn.execute(
            "select public.add_credits(%s, %s::numeric + 5, 'purchase', 'victims key', "
            "description => %s, metadata => %s)",
            [account_id, SECRET, WORDS, Jsonb({"note": WORDS})],
        )
    with as_user(conn, user_id):
        charge = call(
            conn, "use_credits", service="sms", key="victims key", quantity=10, reference=WORDS
        )
        dispute = call(
            conn,
            "submit_credit_dispute",
            transaction_id=charge["transaction_id"],
            reason="other",
            description=WORDS,
        )
        gift = call(
            conn,
            "send_credit_gift",
            recipient_email="friend@example.org",
            amount=3,
            key="victims gift",
            message=WORDS,
        )
        team = call(conn, "create_credit_team", name=WORDS)["account_id"]
        invite = {"account_id": team, "email": "friend@example.org", "role": "owner"}
        accepted = call(conn, "invite_credit_member", **invite)
        invited = call(conn, "invite_credit_member", **{**invite, "email": "guest@example.org"})
    with as_user(conn, friend_id):
        call(conn, "accept_credit_invitation", invitation_id=accepted["id"])
    held = call(
        conn, "hold_credits", account_id=user_id, key="victims hold", amount=3, reference=WORDS
    )
    order = conn.execute(
        "select order_id from credits.open_order(%s, null, 'stripe', 'starter', null, null)",
        [user_id],
    ).fetchone()
    assert order is not None
    act = call(
        conn,
        "admin_add_credits",
        account_id=user_id,
        amount=20_000,
        reason=WORDS,
        key="victims act",
    )
    assert act["state"] == "pending"
    return Victim(
        id=user_id,
        external_account=external,
        team=team,
        order_id=order[0],
        hold_id=held["hold_id"],
        gift_id=gift["id"],
        invitation_id=invited["id"],
        dispute_id=dispute["id"],
        act_id=act["act_id"],
        key="victims key",
    )


def forget_messages_to_sales(conn: Connection) -> int:
    """Delete the one thing that a stranger may leave behind, and return how many there were."""
    conn.execute("delete from credits.contacts")
    return conn.execute("delete from credits.outbox where topic = 'contact'").rowcount


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
