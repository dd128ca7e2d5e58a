"""To whom a notice is mailed: nobody who has not confirmed an address, and nobody besides."""

from __future__ import annotations

from uuid import UUID

import pytest

from scripts.dev.mailbox import Mailbox
from tests.notify.notifying import OPERATOR, Desk, put, put_gift, recipients
from tests.notify.topics import OPERATORS_TOPICS, TOPICS
from tests.support import Connection, as_service, sign_up
from tests.teams.people import asks, create, invite, person
from tests.wallets import add, call, use_catalog

ALERT = {"level": "low", "balance": 1, "threshold": 2}


def owner_of(conn: Connection, email: str | None = "ada@example.com") -> UUID:
    """Sign a user up and open the account, of which a notice then tells."""
    user_id = sign_up(conn, email)
    with as_service(conn):
        call(conn, "open_credit_account", user_id=user_id)
    put(conn, "low_balance", ALERT, user_id)
    return user_id


def test_an_account_s_notice_goes_to_its_owner_alone(db: Connection) -> None:
    sign_up(db, "eve@example.com")
    owner_of(db, "Ada@Example.com")
    assert recipients(db, "low_balance") == ["ada@example.com"]


@pytest.mark.parametrize(
    "change", ["email_confirmed_at = null", "deleted_at = now()", "email = null"]
)
def test_who_has_no_confirmed_address_gets_nothing(db: Connection, change: str) -> None:
    user_id = owner_of(db)
    db.execute(f"update auth.users set {change} where id = %s", [user_id])
    assert recipients(db, "low_balance") == []


def test_an_address_that_is_changed_counts_as_it_is_when_the_notice_goes_out(
    db: Connection,
) -> None:
    user_id = owner_of(db)
    db.execute("update auth.users set email = 'new@example.com' where id = %s", [user_id])
    assert recipients(db, "low_balance") == ["new@example.com"]


def test_an_external_account_s_notice_goes_to_the_address_that_the_back_end_gave(
    db: Connection,
) -> None:
    with as_service(db):
        told = call(db, "open_credit_account", external_id="u1", email="Ext@example.com")
        silent = call(db, "open_credit_account", external_id="u2")
    put(db, "low_balance", ALERT, told)
    put(db, "low_balance", ALERT, silent, key="2")
    assert recipients(db, "low_balance") == ["Ext@example.com"]


def test_a_team_s_notice_goes_to_who_may_manage_it(db: Connection) -> None:
    owner = person(db, "owner")
    team = create(db, owner)
    for role in ("admin", "member", "viewer"):
        invitation = invite(db, team, owner, f"{role}@example.com", role)
        asks(db, person(db, role), "accept_credit_invitation", invitation_id=invitation["id"])
    unconfirmed = sign_up(db, "second@example.com", email_confirmed_at=None)
    db.execute("insert into credits.members values (%s, %s, 'admin')", [team, unconfirmed])
    put(db, "low_balance", ALERT, team)
    assert recipients(db, "low_balance") == ["admin@example.com", "owner@example.com"]


def test_gifts_and_invitations_go_to_the_address_they_name(db: Connection) -> None:
    owner = owner_of(db, "ada@example.com")
    team = create(db, owner)
    invite(db, team, owner, "Friend@Example.com")
    put_gift(db, "eve@example.com")
    query = "select topic, recipient from credits.claim_notices('email', '{}', 1000, 60)"
    assert set(db.execute(query)) == {
        ("invitation", "friend@example.com"),
        ("gift", "eve@example.com"),
        ("low_balance", "ada@example.com"),
    }


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_operators_get_what_concerns_them_and_nothing_else(db: Connection, topic: str) -> None:
    user_id = owner_of(db)
    # Chargebacks and paid invoices of closed accounts name the account that they are about.
    account_id = (
        None if topic in OPERATORS_TOPICS - {"chargeback", "closed_account_paid"} else (user_id)
    )
    put(db, topic, {"email": "eve@example.com"}, account_id, key="other")
    db.execute("delete from credits.outbox where key = '1'")
    expected = (
        [OPERATOR, "second@example.com"]
        if topic in OPERATORS_TOPICS
        else ["eve@example.com"]
        if topic in ("gift", "invitation")
        else ["ada@example.com"]
    )
    assert recipients(db, topic, (OPERATOR, "second@example.com", OPERATOR)) == expected


def test_each_recipient_gets_a_letter_of_their_own(desk: Desk, mailbox: Mailbox) -> None:
    owner = person(desk.conn, "owner")
    team = create(desk.conn, owner)
    admin = person(desk.conn, "admin")
    desk.conn.execute("insert into credits.members values (%s, %s, 'admin')", [team, admin])
    put(desk.conn, "low_balance", ALERT, team)
    assert desk.run().exit_code == 0
    assert [it.message["To"] for it in mailbox.letters] == [
        "admin@example.com",
        "owner@example.com",
    ]
    assert [it.recipients for it in mailbox.letters] == [
        ("admin@example.com",), ("owner@example.com",),
    ]  # fmt: skip


def test_who_may_not_send_may_not_read_the_outbox_either(db: Connection) -> None:
    query = """
        select r.rolname, p.proname
        from pg_roles as r cross join pg_proc as p
        where
            p.pronamespace = 'credits'::regnamespace
            and p.proname in (
                'claim_notices', 'settle_notice', 'list_dead_notices', 'revive_notice',
                'note_silent_jobs'
            )
            and r.rolname in ('anon', 'authenticated')
            and has_function_privilege(r.oid, p.oid, 'execute')
    """
    assert db.execute(query).fetchall() == []


def test_a_dispute_is_told_to_the_member_who_asked_too(db: Connection) -> None:
    use_catalog(db)
    owner, member = person(db, "owner"), person(db, "member")
    team = create(db, owner)
    db.execute("insert into credits.members values (%s, %s, 'member')", [team, member])
    add(db, team, 100)
    charge = asks(db, member, "use_credits", account_id=team, service="sms", key="one", quantity=5)[
        "transaction_id"
    ]
    dispute = asks(
        db, member, "submit_credit_dispute",
        account_id=team, transaction_id=charge, reason="not_delivered", description="Nothing came",
    )  # fmt: skip
    with as_service(db):
        call(db, "admin_review_dispute", dispute_id=dispute["id"])
    assert recipients(db, "dispute") == ["member@example.com", "owner@example.com"]
