"""``accept_credit_gift``: the friend gets the credits as they were bought, once."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from tests.events.shop import moves, rows
from tests.gifts.giving import (
    ALL_OF_IT,
    accept,
    buyer,
    email_of,
    has,
    hold_of,
    nothing_comes_of_it,
    person,
    send,
    state_of,
    worth,
)
from tests.returns.sales import bought, tell
from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.wallets import Row, add, call, deduct, history


@pytest.fixture
def ann(shop: Connection) -> UUID:
    return buyer(shop)[0]


@pytest.fixture
def bob(shop: Connection) -> UUID:
    return person(shop, "bob")


def received(conn: Connection, account_id: UUID) -> list[Row]:
    """Return the grants that an account got by gifts, oldest first."""
    query = """
        select g.*, v.remaining as left from credits.grants as g
        inner join public.credit_grants as v using (account_id, id)
        where g.account_id = %s and g.source = 'gift_received' order by g.id
    """
    return rows(conn, query, account_id)


def test_an_accepted_gift_has_moved(shop: Connection, ann: UUID, bob: UUID) -> None:
    before = worth(shop)
    gift = send(shop, ann, bob, 60, message="Enjoy")
    answer = accept(shop, bob, gift)
    assert answer["ended_at"] is not None
    assert {**answer, "ended_at": None} == {**gift, "direction": "received", "state": "accepted"}
    assert (has(shop, ann), has(shop, bob)) == ((40, 0, 0), (60, 0, 0))
    assert worth(shop) == before
    assert moves(shop, ann) == [("purchase", 100), ("gift_sent", -60)]
    assert moves(shop, bob) == [("gift_received", 60)]
    assert hold_of(shop, gift)["state"] not in ("open", "expired")


def test_the_words_of_the_history(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    accept(shop, bob, gift)
    for user_id, word in ((ann, "spend"), (bob, "bonus")):
        with as_user(shop, user_id):
            shown = call(shop, "list_credit_transactions", page_size=1)
        assert shown["transaction_type"] == word
        assert shown["reference"] == f"gift:{gift['id']}"


def test_a_gift_is_no_spending_and_no_purchase(shop: Connection, ann: UUID, bob: UUID) -> None:
    accept(shop, bob, send(shop, ann, bob))
    shown = rows(shop, "select id, total_spent, total_purchased, month_spent from credits.accounts")
    totals = {row["id"]: (row["total_spent"], row["total_purchased"]) for row in shown}
    assert totals[ann][1] == 100
    assert totals[bob][1] == 0
    assert totals[bob][0] == 0
    assert {row["month_spent"] for row in shown} == {0}


def test_what_was_bought_once_comes_as_one_grant_of_the_same_kind(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    gift = send(shop, ann, bob, 25)
    accept(shop, bob, gift)
    (grant,) = received(shop, bob)
    assert (grant["amount"], grant["left"], grant["is_paid"], grant["expires_at"]) == (
        25, 25, True, None,
    )  # fmt: skip
    assert (grant["origin_account_id"], grant["origin_grant_id"]) == (ann, 1)
    assert (grant["priority"], grant["paid_cents"], grant["currency"]) == (100, 175, "usd")
    assert grant["reference"] == f"gift:{gift['id']}"


def test_each_origin_keeps_its_expiry_priority_and_cost(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    dear = add(shop, ann, 30, "purchase", priority=7)["grant_id"]
    shop.execute(
        "update credits.grants set paid_cents = 3000, currency = 'usd' where account_id = %s"
        " and id = %s",
        [ann, dear],
    )
    soon = add(shop, ann, 10, "purchase", expires_at="2099-01-01")["grant_id"]
    late = add(shop, ann, 10, "purchase", expires_at="2099-06-01", priority=900)["grant_id"]
    gift = send(shop, ann, bob, 145)
    accept(shop, bob, gift)
    found = {grant["origin_grant_id"]: grant for grant in received(shop, bob)}
    parts = {id_: (g["amount"], g["priority"], g["paid_cents"]) for id_, g in found.items()}
    assert parts == {
        dear: (30, 7, 3000), soon: (10, 100, None), 1: (100, 100, 700), late: (5, 900, None),
    }  # fmt: skip
    assert [found[id_]["expires_at"] for id_ in (dear, 1)] == [None, None]
    assert [str(found[id_]["expires_at"])[:7] for id_ in (soon, late)] == ["2099-01", "2099-06"]
    assert {grant["origin_account_id"] for grant in found.values()} == {ann}
    assert [type_ for type_, _ in moves(shop, bob)] == ["gift_received"] * 4
    assert moves(shop, ann)[-1] == ("gift_sent", -145)


def test_the_friend_spends_it_as_it_would_have_been_spent(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    add(shop, ann, 10, "purchase", expires_at="2099-01-01")
    accept(shop, bob, send(shop, ann, bob, 50))
    deduct(shop, bob, 20)
    assert [(g["origin_grant_id"], g["left"]) for g in received(shop, bob)] == [(2, 0), (1, 30)]


@pytest.mark.parametrize("places", ["33.333333333", "0.000000001", "99.999999999"])
def test_odd_parts_move_to_nine_places(shop: Connection, ann: UUID, bob: UUID, places: str) -> None:
    accept(shop, bob, send(shop, ann, bob, places))
    assert has(shop, bob)[0] == Decimal(places)
    assert has(shop, ann)[0] == 100 - Decimal(places)


def test_three_parts_have_cost_no_more_than_the_whole(shop: Connection, bob: UUID) -> None:
    ann = person(shop, "cara")
    bought(shop, ann, "thirds")  # 1000 credits for 3 cents
    for amount in (333, 333, 334):
        accept(shop, bob, send(shop, ann, bob, amount))
    assert sum(grant["paid_cents"] for grant in received(shop, bob)) <= 3


def test_what_was_received_is_not_given_on(shop: Connection, ann: UUID, bob: UUID) -> None:
    accept(shop, bob, send(shop, ann, bob))
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits") as detail:
        send(shop, bob, person(shop, "cara"), 1)
    assert detail == {"required": 1, "available": 0, "balance": 60, "held": 0}


def test_accepting_again_is_answered_alike_and_does_nothing(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    gift = send(shop, ann, bob)
    answer = accept(shop, bob, gift)
    deduct(shop, bob, 10)
    before = history(shop, ann), history(shop, bob)
    assert accept(shop, bob, gift) == answer
    assert (history(shop, ann), history(shop, bob)) == before


def test_nobody_else_accepts_it(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    for other in (ann, person(shop, "eve"), sign_up(shop)):
        with nothing_comes_of_it(shop, "PT404", "gift_not_found"):
            accept(shop, other, gift)
    for caller in (as_anon, as_service):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), shop.transaction(), caller(shop):
            call(shop, "accept_credit_gift", gift_id=gift["id"])
    assert state_of(shop, gift) == "pending"
    accept(shop, bob, gift)
    with nothing_comes_of_it(shop, "PT404", "gift_not_found"):
        accept(shop, ann, gift)


def test_an_email_that_is_not_confirmed_is_nobodys(shop: Connection, ann: UUID) -> None:
    eve = sign_up(shop, "bob@example.org", email_confirmed_at=None)
    gift = send(shop, ann, "bob@example.org")
    with nothing_comes_of_it(shop, "PT404", "gift_not_found"):
        accept(shop, eve, gift)
    shop.execute("update auth.users set email_confirmed_at = now() where id = %s", [eve])
    accept(shop, eve, gift)
    assert has(shop, eve) == (60, 0, 0)


def test_a_token_that_claims_the_email_is_not_believed(shop: Connection, ann: UUID) -> None:
    gift = send(shop, ann, "bob@example.org")
    eve = person(shop, "eve")
    with (
        nothing_comes_of_it(shop, "PT404", "gift_not_found"),
        as_user(shop, eve, email="bob@example.org", user_metadata={"email": "bob@example.org"}),
    ):
        call(shop, "accept_credit_gift", gift_id=gift["id"])


def test_who_has_the_address_now_is_meant(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    address = email_of(shop, bob)
    shop.execute("update auth.users set email = 'bob-2@example.org' where id = %s", [bob])
    with nothing_comes_of_it(shop, "PT404", "gift_not_found"):
        accept(shop, bob, gift)
    heir = sign_up(shop, address.upper())
    accept(shop, heir, gift)
    assert has(shop, heir) == (60, 0, 0)


def test_a_deleted_or_banned_friend_gets_nothing(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    for column in ("deleted_at = now()", "deleted_at = null, banned_until = 'infinity'"):
        shop.execute(f"update auth.users set {column} where id = %s".encode(), [bob])
        with nothing_comes_of_it(shop, "42501", "user_unknown"):
            accept(shop, bob, gift)


def test_a_closed_account_receives_nothing(shop: Connection, ann: UUID, bob: UUID) -> None:
    gift = send(shop, ann, bob)
    shop.execute("update credits.accounts set status = 'closed' where id = %s", [bob])
    with nothing_comes_of_it(shop, "PT403", "account_closed"):
        accept(shop, bob, gift)
    assert state_of(shop, gift) == "pending"


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_who_may_not_spend_does_not_give_either(
    shop: Connection, ann: UUID, bob: UUID, status: str
) -> None:
    """Who pauses an account wants nothing to leave it; the gift waits."""
    gift = send(shop, ann, bob)
    query = "update credits.accounts set status = %s where id = %s"
    shop.execute(query, [status, ann])
    with nothing_comes_of_it(shop, "PT409", "gift_not_pending") as detail:
        accept(shop, bob, gift)
    assert detail == {"gift_id": str(gift["id"]), "state": "pending"}
    assert (has(shop, ann), has(shop, bob)) == ((40, 60, 0), (0, 0, 0))
    shop.execute(query, ["active", ann])
    accept(shop, bob, gift)
    assert (has(shop, ann), has(shop, bob)) == ((40, 0, 0), (60, 0, 0))


def test_it_repays_what_the_friend_owes(shop: Connection, ann: UUID) -> None:
    bob, (purchase,) = buyer(shop, "bob")
    deduct(shop, bob, 45)
    tell(shop, purchase, ALL_OF_IT)
    assert has(shop, bob) == (0, 0, 45)
    before = worth(shop)
    accept(shop, bob, send(shop, ann, bob, 60))
    assert has(shop, bob) == (15, 0, 0)
    assert worth(shop) == before
