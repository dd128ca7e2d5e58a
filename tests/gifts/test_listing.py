"""``list_credit_gifts``: everybody sees the gifts of their own, and nobody else's."""

from __future__ import annotations

from tests.gifts.giving import (
    accept,
    buyer,
    cancel,
    email_of,
    gifts_of,
    let_end,
    person,
    send,
)
from tests.support import Connection, sign_up


def test_both_see_it(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    gift = send(shop, ann, bob, 60, message="Enjoy")
    assert gifts_of(shop, ann) == [gift]
    assert gifts_of(shop, bob) == [{**gift, "direction": "received"}]
    answer = accept(shop, bob, gift)
    assert gifts_of(shop, bob) == [answer]
    assert gifts_of(shop, ann) == [{**answer, "direction": "sent"}]


def test_nobody_else_sees_it(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    gift = send(shop, ann, bob)
    assert gifts_of(shop, person(shop, "eve")) == []
    assert gifts_of(shop, sign_up(shop)) == []
    accept(shop, bob, gift)
    assert gifts_of(shop, person(shop, "eve")) == []


def test_an_email_that_is_not_confirmed_sees_nothing(shop: Connection) -> None:
    ann, _ = buyer(shop)
    eve = sign_up(shop, "bob@example.org", email_confirmed_at=None)
    gift = send(shop, ann, "bob@example.org")
    assert gifts_of(shop, eve) == []
    shop.execute("update auth.users set email_confirmed_at = now() where id = %s", [eve])
    assert [seen["id"] for seen in gifts_of(shop, eve)] == [gift["id"]]


def test_who_accepted_it_sees_it_under_another_address_too(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    gift = send(shop, ann, bob)
    old = email_of(shop, bob)
    accept(shop, bob, gift)
    shop.execute("update auth.users set email = 'bob-2@example.org' where id = %s", [bob])
    assert [seen["id"] for seen in gifts_of(shop, bob)] == [gift["id"]]
    heir = sign_up(shop, old)
    assert gifts_of(shop, heir) == []


def test_the_newest_comes_first_in_every_state(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob, _ = buyer(shop, "bob")
    late = send(shop, ann, bob, 10)
    let_end(shop)
    taken = send(shop, ann, bob, 20)
    accept(shop, bob, taken)
    back = send(shop, ann, bob, 30)
    cancel(shop, ann, back)
    other = send(shop, bob, ann, 40)
    ids = [gift["id"] for gift in (other, back, taken, late)]
    for user_id, words in ((ann, ["received", "sent"]), (bob, ["sent", "received"])):
        seen = gifts_of(shop, user_id)
        assert [gift["id"] for gift in seen] == ids
        assert [gift["state"] for gift in seen] == ["pending", "cancelled", "accepted", "expired"]
        assert [gift["direction"] for gift in seen] == [words[0], *[words[1]] * 3]


def test_a_gift_that_is_over_reads_expired_before_it_is_swept(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    gift = send(shop, ann, bob)
    let_end(shop)
    for user_id in (ann, bob):
        (seen,) = gifts_of(shop, user_id)
        assert (seen["id"], seen["state"]) == (gift["id"], "expired")
