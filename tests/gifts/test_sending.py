"""``send_credit_gift``: bought credits wait in a hold until the friend takes them."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

from tests.gifts.giving import (
    ALL_OF_IT,
    buyer,
    cancel,
    email_of,
    gifts_of,
    has,
    hold_of,
    let_expire,
    nothing_comes_of_it,
    person,
    send,
)
from tests.returns.sales import bought, tell
from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.wallets import add, call, deduct, history, remaining


def test_a_gift_waits_and_is_held(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    before = len(history(shop, ann))
    gift = send(shop, ann, bob, 60, message="For your thesis")
    assert {name: value for name, value in gift.items() if name not in ("id", "created_at")} == {
        "direction": "sent",
        "state": "pending",
        "amount": 60,
        "sender_email": email_of(shop, ann),
        "recipient_email": email_of(shop, bob),
        "message": "For your thesis",
        "expires_at": gift["expires_at"],
        "ended_at": None,
    }
    assert (gift["expires_at"] - gift["created_at"]).days == 30
    assert has(shop, ann) == (40, 60, 0)
    assert len(history(shop, ann)) == before
    assert has(shop, bob) == (0, 0, 0)


def test_its_hold_is_its_own(shop: Connection) -> None:
    ann, _ = buyer(shop)
    gift = send(shop, ann, person(shop, "bob"), "12.5")
    hold = hold_of(shop, gift)
    assert (hold["account_id"], hold["amount"], hold["state"], hold["expires_at"]) == (
        ann, Decimal("12.5"), "open", gift["expires_at"],
    )  # fmt: skip
    assert sum(map(Decimal, map(str, hold["grants"].values()))) == Decimal("12.5")


def test_all_that_is_bought_can_be_given(shop: Connection) -> None:
    ann, _ = buyer(shop, packs=2)
    send(shop, ann, person(shop, "bob"), 200)
    assert has(shop, ann) == (0, 200, 0)


def test_it_is_taken_from_bought_credits_in_burn_down_order(shop: Connection) -> None:
    ann, _ = buyer(shop)  # grant 1
    add(shop, ann, 50, "bonus", priority=0)
    late = add(shop, ann, 30, "purchase", expires_at="2099-01-02")["grant_id"]
    soon = add(shop, ann, 30, "purchase", expires_at="2099-01-01")["grant_id"]
    first = add(shop, ann, 30, "purchase", priority=1)["grant_id"]
    gift = send(shop, ann, person(shop, "bob"), 100)
    grants = {int(id_): amount for id_, amount in hold_of(shop, gift)["grants"].items()}
    assert grants == {first: 30, soon: 30, late: 30, 1: 10}
    assert remaining(shop, ann) == {1: 90, 2: 50, late: 0, soon: 0, first: 0}


FREE = ("bonus", "promotion", "referral", "allowance", "refund", "adjustment", "opening")


@pytest.mark.parametrize("source", FREE)
def test_credits_that_were_not_bought_do_not_move(shop: Connection, source: str) -> None:
    ann, _ = buyer(shop)
    add(shop, ann, 500, source)
    bob = person(shop, "bob")
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits") as detail:
        send(shop, ann, bob, 101)
    assert detail == {"required": 101, "available": 100, "balance": 600, "held": 0}
    send(shop, ann, bob, 100)
    assert has(shop, ann) == (500, 100, 0)


def test_the_bonus_of_a_pack_does_not_move(shop: Connection) -> None:
    ann = person(shop, "ann")
    bought(shop, ann, "pack")  # 1000, and 100 for nothing
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits") as detail:
        send(shop, ann, person(shop, "bob"), 1001)
    assert detail == {"required": 1001, "available": 1000, "balance": 1100, "held": 0}


def test_a_pack_that_was_paid_by_a_code_is_not_bought(shop: Connection) -> None:
    ann = person(shop, "ann")
    terms = '{"code": "ALL", "name": "All", "discount_type": "percent", "discount_value": 100}'
    shop.execute("select credits.create_promotion(%s)", [terms])
    shop.execute(
        """
        select credits.settle_payment(o.account_id, o.order_id, 'stripe', 'cs_free', 0, 'usd')
        from credits.open_order(%s, null, 'stripe', 'plain', null, 'ALL') as o
        """,
        [ann],
    )
    assert has(shop, ann) == (100, 0, 0)
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits") as detail:
        send(shop, ann, person(shop, "bob"), 1)
    assert detail == {"required": 1, "available": 0, "balance": 100, "held": 0}


def test_what_waits_in_one_gift_is_not_in_another(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    send(shop, ann, bob, 60)
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits") as detail:
        send(shop, ann, bob, 41)
    assert detail == {"required": 41, "available": 40, "balance": 100, "held": 60}
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits"):
        deduct(shop, ann, 41)


def test_who_owes_gives_nothing(shop: Connection) -> None:
    ann, purchases = buyer(shop, packs=2)
    deduct(shop, ann, 150)
    tell(shop, purchases[1], ALL_OF_IT)
    assert has(shop, ann) == (0, 0, 50)
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits") as detail:
        send(shop, ann, person(shop, "bob"), 1)
    assert detail == {"required": 1, "available": 0, "balance": 0, "held": 0}


def test_credits_that_have_expired_are_not_given(shop: Connection) -> None:
    ann, _ = buyer(shop)
    add(shop, ann, 50, "purchase", expires_at="2099-01-01")
    let_expire(shop, ann)
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits") as detail:
        send(shop, ann, person(shop, "bob"), 101)
    assert detail == {"required": 101, "available": 100, "balance": 100, "held": 0}


@pytest.mark.parametrize(
    ("status", "token"), [("paused", "account_paused"), ("closed", "account_closed")]
)
def test_an_account_that_may_not_spend_gives_nothing(
    shop: Connection, status: str, token: str
) -> None:
    ann, _ = buyer(shop)
    shop.execute("update credits.accounts set status = %s where id = %s", [status, ann])
    with nothing_comes_of_it(shop, "PT403", token):
        send(shop, ann, person(shop, "bob"), 1)


def test_a_spend_cap_is_not_for_gifts(shop: Connection) -> None:
    ann, _ = buyer(shop)
    shop.execute("update credits.accounts set monthly_spend_cap = 20 where id = %s", [ann])
    send(shop, ann, person(shop, "bob"), 60)
    deduct(shop, ann, 20)
    with nothing_comes_of_it(shop, "PT402", "spend_cap_reached"):
        deduct(shop, ann, 1)


def test_the_friend_may_not_be_here_yet(shop: Connection) -> None:
    ann, _ = buyer(shop)
    gift = send(shop, ann, " New.Friend@Example.ORG ")
    assert gift["recipient_email"] == "new.friend@example.org"
    friend = sign_up(shop, "new.friend@example.org")
    assert [seen["id"] for seen in gifts_of(shop, friend)] == [gift["id"]]


def test_a_hundred_gifts_wait_at_most(shop: Connection) -> None:
    ann, _ = buyer(shop, packs=2)
    first, *_ = [send(shop, ann, f"f{n}@example.org", 1, key=f"gift-{n}") for n in range(100)]
    with nothing_comes_of_it(shop, "PT409", "too_many_gifts"):
        send(shop, ann, "f100@example.org", 1)
    assert send(shop, ann, "f0@example.org", 1, key="gift-0")["id"] == first["id"]
    cancel(shop, ann, first)
    send(shop, ann, "f100@example.org", 1)


def test_gifts_to_an_address_are_told_once_a_day(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    key = str(uuid4())
    gift = send(shop, ann, bob, key=key, message="Enjoy")
    send(shop, ann, bob, key=key, message="Enjoy")
    cancel(shop, ann, gift)
    send(shop, ann, bob, 1, message="Read this")
    query = "select account_id, key, payload::text from credits.outbox where topic = 'gift'"
    ((account_id, name, payload),) = shop.execute(query).fetchall()
    assert account_id == ann
    assert email_of(shop, bob) in name
    assert email_of(shop, bob) in payload
    assert str(gift["id"]) in payload
    shop.execute("update credits.outbox set key = replace(key, '20', '19')")
    send(shop, ann, bob, 1)
    assert len(shop.execute(query).fetchall()) == 2, "the next day"


def test_gifts_are_counted_by_the_day_whether_they_are_cancelled_or_not(shop: Connection) -> None:
    ann, _ = buyer(shop)
    for number in range(200):
        cancel(shop, ann, send(shop, ann, f"f{number}@example.org", 1))
    with nothing_comes_of_it(shop, "PT409", "too_many_gifts"):
        send(shop, ann, "last@example.org", 1)
    shop.execute("update credits.gifts set created_at = created_at - interval '1 day'")
    send(shop, ann, "last@example.org", 1)


def test_only_a_signed_in_user_gives(shop: Connection) -> None:
    arguments = {"recipient_email": "bob@example.org", "amount": 1, "key": "k"}
    for caller in (as_anon, as_service):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), shop.transaction(), caller(shop):
            call(shop, "send_credit_gift", **arguments)


def test_a_deleted_user_gives_nothing(shop: Connection) -> None:
    ann, _ = buyer(shop)
    shop.execute("update auth.users set deleted_at = now() where id = %s", [ann])
    with nothing_comes_of_it(shop, "42501", "user_unknown"), as_user(shop, ann):
        call(shop, "send_credit_gift", recipient_email="bob@example.org", amount=1, key="k")
