"""Who cannot be erased yet, and what of an erasure others must not feel."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.administrators.acting import administrator, audit
from tests.administrators.erasing import erase, traces
from tests.events.shop import let_pass, maintain, open_shop, rows, subscribe, tell
from tests.gifts.giving import buyer, send
from tests.returns import sales
from tests.returns.model import Told
from tests.support import Connection, as_user, sign_up
from tests.teams.people import create, invite, join, lists, person, roles
from tests.wallets import add, balance_of, call, funded_account, history, refused


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


def still_there(conn: Connection, account_id: UUID) -> bool:
    """Whether an account is active and nobody is noted to have erased it."""
    query = "select status, erased_at from credits.accounts where id = %s"
    return audit(conn) == [] and rows(conn, query, account_id) == [
        {"status": "active", "erased_at": None}
    ]


def test_who_has_a_subscription_is_not_erased_before_it_is_over(
    db: Connection, admin: UUID
) -> None:
    open_shop(db)
    subscriber = subscribe(db)
    with refused(db, "PT409", "account_subscribed"):
        erase(db, admin, subscriber.account_id)
    assert still_there(db, subscriber.account_id)
    tell(db, subscriber.news("deleted", status="canceled"))
    assert erase(db, admin, subscriber.account_id)["status"] == "closed"


def test_a_subscription_of_the_other_mode_keeps_nobody(db: Connection, admin: UUID) -> None:
    """At Stripe, nobody could cancel it with the keys of this mode."""
    open_shop(db)
    account_id = subscribe(db).account_id
    db.execute("update credits.subscriptions set livemode = true")
    assert erase(db, admin, account_id)["status"] == "closed"


def test_who_has_a_hold_is_not_erased_before_it_ends(db: Connection, admin: UUID) -> None:
    account_id = funded_account(db, 100)
    held = call(db, "hold_credits", account_id=account_id, key="h", amount=30)
    with refused(db, "PT409", "account_has_holds") as detail:
        erase(db, admin, account_id)
    assert detail == {"held": 30}
    assert still_there(db, account_id)
    call(db, "capture_credits", account_id=account_id, hold_id=held["hold_id"], amount=10)
    erase(db, admin, account_id)
    assert history(db, account_id)[-1]["amount"] == -90


def test_a_hold_that_is_over_is_none(db: Connection, admin: UUID) -> None:
    account_id = funded_account(db, 100)
    call(db, "hold_credits", account_id=account_id, key="h", amount=30)
    db.execute("update credits.holds set expires_at = now() - interval '1 day'")
    db.execute("update credits.accounts set next_expiry_at = now() - interval '1 day'")
    erase(db, admin, account_id)
    assert history(db, account_id)[-1]["amount"] == -100


def test_who_has_sent_a_gift_is_not_erased_before_it_ends(db: Connection, admin: UUID) -> None:
    sales.open_shop(db)
    ann, _ = buyer(db)
    send(db, ann, "bob@example.org", 60)
    with refused(db, "PT409", "account_has_holds"):
        erase(db, admin, ann)


def test_a_gift_that_waits_for_the_erased_goes_back_and_forgets_the_address(
    db: Connection, admin: UUID
) -> None:
    sales.open_shop(db)
    ann, _ = buyer(db)
    bob = person(db, "bob")
    gift = send(db, ann, "bob@example.com", 60, message="dear bob")
    erase(db, admin, bob)
    with refused(db, "PT404", "gift_not_found"), as_user(db, bob):
        call(db, "accept_credit_gift", gift_id=gift["id"])
    let_end = "update credits.{} set expires_at = now() where expires_at > now()"
    for table in ("gifts", "holds"):
        db.execute(let_end.format(table).encode())
    db.execute("update credits.accounts set next_expiry_at = now()")
    maintain(db)
    assert balance_of(db, ann)["available"] == 100
    assert traces(db, "bob@example.com", "dear bob") == {}


def test_the_last_owner_of_a_team_with_others_is_not_erased(db: Connection, admin: UUID) -> None:
    ada, bob = person(db, "ada"), person(db, "bob")
    team = create(db, ada)
    join(db, team, ada, bob, "member")
    with refused(db, "PT409", "last_owner"):
        erase(db, admin, ada)
    assert still_there(db, ada)
    assert roles(db, team) == {ada: "owner", bob: "member"}


def test_a_team_with_another_owner_goes_on_as_theirs(db: Connection, admin: UUID) -> None:
    ada, bob = person(db, "ada"), person(db, "bob")
    team = create(db, ada)
    join(db, team, ada, bob, "owner")
    add(db, team, 10)
    erase(db, admin, ada)
    assert roles(db, team) == {bob: "owner"}
    query = "select owner_id, status, balance from credits.accounts where id = %s"
    assert rows(db, query, team) == [{"owner_id": bob, "status": "active", "balance": 10}]


def test_a_team_of_nobody_else_is_left_without_a_member(db: Connection, admin: UUID) -> None:
    ada = person(db, "ada")
    team = create(db, ada)
    add(db, team, 10)
    erase(db, admin, ada)
    assert roles(db, team) == {}
    assert balance_of(db, team)["balance"] == 10


def test_a_team_is_erased_and_its_people_are_not(db: Connection, admin: UUID) -> None:
    """What else its founder has and is invited to is no business of the team's."""
    ada, bob = person(db, "ada"), person(db, "bob")
    team, other = create(db, ada, "Secret Lab"), create(db, ada, "Hut")
    for account_id in (team, other):
        join(db, account_id, ada, bob, "member")
    host = person(db, "host")
    asked = invite(db, create(db, host, "Club"), host, "ada@example.com")
    add(db, team, 10)
    before = rows(db, "select a::text from credits.accounts as a where id <> %s order by 1", team)
    assert erase(db, admin, team)["status"] == "closed"
    after = rows(db, "select a::text from credits.accounts as a where id <> %s order by 1", team)
    assert after == before
    assert (roles(db, team), roles(db, other)) == ({}, {ada: "owner", bob: "member"})
    assert [it["id"] for it in lists(db, ada, "list_credit_invitations")] == [asked["id"]]
    assert traces(db, "secret lab") == {}


def test_an_open_invitation_of_an_erased_team_is_over(db: Connection, admin: UUID) -> None:
    ada, bob = person(db, "ada"), person(db, "bob")
    team = create(db, ada)
    asked = invite(db, team, ada, "bob@example.com")
    erase(db, admin, team)
    with refused(db, "PT404", "invitation_not_found"), as_user(db, bob):
        call(db, "accept_credit_invitation", invitation_id=asked["id"])


def test_who_owes_goes_on_owing(db: Connection, admin: UUID) -> None:
    sales.open_shop(db)
    purchase = sales.bought(db)
    call(db, "check_and_deduct_credits", account_id=purchase.account_id, amount=120, key="k")
    sales.tell(db, purchase, Told("charge.refunded", 1000))
    erase(db, admin, purchase.account_id)
    found = balance_of(db, purchase.account_id)
    assert (found["balance"], found["debt"]) == (0, 120)


def test_a_chargeback_after_it_is_debt_and_a_reinstatement_ends_it(
    db: Connection, admin: UUID
) -> None:
    """Events go on: by the ids of the payment provider, which stay."""
    sales.open_shop(db)
    purchase = sales.bought(db)
    erase(db, admin, purchase.account_id)
    let_pass(db, 1)
    sales.tell(db, purchase, Told("charge.refunded", 1000))
    assert sales.open_events(db) == []
    assert balance_of(db, purchase.account_id)["debt"] == 1100


@pytest.mark.parametrize("reason", [None, "", "no", "x" * 501])
def test_an_erasure_has_a_reason(db: Connection, admin: UUID, reason: Any) -> None:
    account_id = funded_account(db, 5)
    token = "reason_too_long" if reason and len(reason) > 500 else "reason_required"
    with refused(db, "22023", token):
        erase(db, admin, account_id, reason)
    assert still_there(db, account_id)


def test_an_account_that_nobody_has_is_not_found(db: Connection, admin: UUID) -> None:
    with refused(db, "PT404", "account_not_found"):
        erase(db, admin, uuid4())
    with refused(db, "22023", "account_id_required"):
        erase(db, admin, None)


def test_what_is_meant_for_an_address_that_a_stranger_has_not_confirmed_stays(
    db: Connection, admin: UUID
) -> None:
    """Whoever signs up with the address of another takes nothing from them by being erased."""
    sales.open_shop(db)
    ann, _ = buyer(db)
    club = create(db, ann, "Club")
    gift = send(db, ann, "bob@example.com", 60, message="dear bob")
    asked = invite(db, club, ann, "bob@example.com")
    call(db, "contact_credit_sales", email="bob@example.com", message="bob asks")
    stranger = person(db, "bob", email_confirmed_at=None)
    before = traces(db, "bob@example.com", "dear bob", "bob asks")
    assert erase(db, admin, stranger)["status"] == "closed"
    assert traces(db, "bob@example.com", "dear bob", "bob asks") == before
    db.execute("delete from auth.users where id = %s", [stranger])
    bob = person(db, "bob")
    assert [it["id"] for it in lists(db, bob, "list_credit_invitations")] == [asked["id"]]
    with as_user(db, bob):
        call(db, "accept_credit_gift", gift_id=gift["id"])
    assert balance_of(db, bob)["balance"] == 60


def test_an_account_of_another_with_a_longer_name_is_not_touched(
    db: Connection, admin: UUID
) -> None:
    """Addresses are compared as a whole."""
    ada = person(db, "ada")
    host = person(db, "host")
    club = create(db, host, "Club")
    invite(db, club, host, "not-ada@example.com")
    sign_up(db, "not-ada@example.com")
    erase(db, admin, ada)
    assert [it["email"] for it in lists(db, host, "list_credit_invitations", account_id=club)] == [
        "not-ada@example.com"
    ]
