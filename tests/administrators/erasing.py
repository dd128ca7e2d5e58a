"""What tests of erasure share: a person who has left something everywhere, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from psycopg import sql

from tests.administrators.acting import does
from tests.billing.purchases import open_order
from tests.events import payloads
from tests.events.shop import customer_of, maintain, rule, tell
from tests.returns.sales import bought, open_shop
from tests.support import Connection, as_user, sign_up
from tests.teams.people import create, invite, join
from tests.wallets import Row, add, call, deduct

EMAIL = "Zoe@Example.org"  # as she signed up; events of her customer have it in lower case
WORDS = "only zoe wrote this"
WHY = "she asked for it"
# All that names her: her address, her words, and her name as events spell it.
TRACES = ("zoe@example.org", WORDS, "zo\\\\u00eb")


@dataclass(frozen=True)
class Person:
    """Who is to be erased, and others who had to do with her."""

    id: UUID
    friend: UUID
    team: UUID
    dispute_charge: int


def erase(conn: Connection, admin_id: UUID, account_id: UUID | None, reason: str = WHY) -> Row:
    """Erase an account as an administrator."""
    row: Row = does(conn, admin_id, "admin_erase_account", account_id=account_id, reason=reason)
    return row


def traces(conn: Connection, *words: str) -> dict[str, int]:
    """Count the rows of each table of ours that contain one of some words, in any spelling."""
    tables = conn.execute(
        "select relname from pg_class"
        " where relnamespace = 'credits'::regnamespace and relkind = 'r' order by relname"
    ).fetchall()
    query = (
        "select count(*) from {} as t where exists (select from unnest({}::text[]) as w where {})"
    )
    found = {}
    for (name,) in tables:
        row = conn.execute(
            sql.SQL(query).format(
                sql.Identifier("credits", name),
                sql.Literal(list(words or TRACES)),
                sql.SQL("position(w in lower(t::text)) > 0"),
            )
        ).fetchone()
        if row and row[0]:
            found[name] = row[0]
    return found


def buy_as(conn: Connection, user_id: UUID, email: str) -> None:
    """Let somebody buy a pack of 1,100 credits, who tells Stripe this address."""
    order = open_order(conn, user_id, package="pack")
    who = {"email": email, "name": "Somebody"}
    paid = payloads.session(order, payloads.payment_intent(order), customer_details=who)
    assert tell(conn, payloads.event("checkout.session.completed", paid)) == "applied"


def buy(conn: Connection, person_id: UUID) -> None:
    """Let her buy a pack of 1,100 credits, by a card that her customer keeps, and set a top-up."""
    purchase = bought(conn, person_id)
    customer = customer_of(conn, person_id)
    card = {"card": {"fingerprint": "print-of-zoe"}, "type": "card"}
    paid = payloads.charge(
        purchase.intent | {"customer": customer},
        payment_method_details=card,
        billing_details={"email": "zoe@example.org", "name": "Zoë"},
    )
    assert tell(conn, payloads.event("charge.succeeded", paid)) == "applied"
    with as_user(conn, person_id):
        call(conn, "set_auto_topup", enabled=True, threshold=5, package="plain")


def dispute(conn: Connection, person_id: UUID) -> int:
    """Let her dispute a charge, and return it."""
    charge = deduct(conn, person_id, 3, service="sms")["transaction_id"]
    with as_user(conn, person_id):
        call(
            conn, "submit_credit_dispute", transaction_id=charge, reason="other", description=WORDS
        )
    return int(charge)


def give(conn: Connection, giver: UUID, address: str, takes: UUID | None, message: str) -> None:
    """Let somebody give 5 credits, which are taken, or taken back by the giver."""
    with as_user(conn, giver):
        gift = call(
            conn, "send_credit_gift", recipient_email=address, amount=5, key=f"gift-{uuid4()}",
            message=message,
        )  # fmt: skip
        if takes is None:
            call(conn, "cancel_credit_gift", gift_id=gift["id"])
    if takes is not None:
        with as_user(conn, takes):
            call(conn, "accept_credit_gift", gift_id=gift["id"])


def person(conn: Connection) -> Person:
    """Sign her up and let her leave something everywhere."""
    open_shop(conn)
    friend = sign_up(conn, "friend@example.org")
    buy_as(conn, friend, "friend@example.org")
    team = create(conn, friend, "Lab")
    zoe = sign_up(conn, EMAIL)
    buy(conn, zoe)
    charge = dispute(conn, zoe)
    join(conn, team, friend, zoe, "admin")
    add(conn, team, 100)
    deduct(conn, team, 95)  # which tells its owners and admins
    other_team = create(conn, friend, "Hut")
    invite(conn, other_team, friend, EMAIL)
    give(conn, zoe, "friend@example.org", friend, WORDS)
    give(conn, zoe, "nobody@example.org", None, f"{WORDS} too")
    give(conn, friend, EMAIL, zoe, "for zoe@example.org")
    give(conn, friend, EMAIL, None, "for zoe@example.org again")
    with as_user(conn, zoe):
        call(conn, "redeem_credit_code", code="NOSUCH")
    call(conn, "contact_credit_sales", email=EMAIL, message=WORDS, name="Zoë")
    add(conn, zoe, 7)
    maintain(conn)
    for channel in ("email", "webhook"):
        rule(conn, "claim_notices", channel, ["ops@example.com"], 100, 60)
    return Person(zoe, friend, team, charge)
