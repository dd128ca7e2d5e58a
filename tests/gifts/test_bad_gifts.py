"""Gifts that cannot be: bad amounts and texts, to oneself, under a key that is taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.events.shop import SHOP
from tests.gifts.giving import (
    accept,
    ask,
    buyer,
    cancel,
    email_of,
    has,
    hold_of,
    nothing_comes_of_it,
    person,
    send,
)
from tests.returns.sales import PACKAGES, bought
from tests.support import Connection, as_user, sign_up
from tests.wallets import Row, call, history, use_catalog

AMOUNTS = ["0", "-1", "NaN", "Infinity", "0.0000000001", "1000000000001", None]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_an_amount_is_a_number_of_credits(shop: Connection, amount: str | None) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    with nothing_comes_of_it(shop, "22023", "invalid_amount") as detail:
        send(shop, ann, bob, amount)
    assert detail == {"places": 9, "maximum": 10**12}


def test_the_smallest_gift_is_one_billionth(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    gift = send(shop, ann, bob, "0.000000001")
    accept(shop, bob, gift)
    assert str(has(shop, bob)[0]) == "1E-9"


EMAILS = [
    "", " ", "bob", "bob@", "@example.org", "bob example@example.org", "bob@exa mple.org",
    "bob@example.org\n", "a@b@c", "bob@example.org,eve@example.org", "b" * 310 + "@example.org",
    None,
]  # fmt: skip


@pytest.mark.parametrize("email", EMAILS, ids=lambda email: repr(email)[:30])
def test_an_email_is_one_address(shop: Connection, email: str | None) -> None:
    ann, _ = buyer(shop)
    with nothing_comes_of_it(shop, "22023", "invalid_email"):
        send(shop, ann, email, 1)  # type: ignore[arg-type]


SPELLINGS = {
    "ann@example.org": [
        "ann@example.org", "ANN@Example.Org", " ann@example.org ", "ann+me@example.org",
    ],
    "ann.lee@gmail.com": [
        "ann.lee@gmail.com", "annlee@gmail.com", "a.n.n.l.e.e@gmail.com", "AnnLee+1@googlemail.com",
    ],
    "ann+shop@example.org": ["ann@example.org", "ann+other@example.org"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("own", "spelt"), [(own, spelt) for own, all_ in SPELLINGS.items() for spelt in all_]
)
def test_nobody_gives_to_themselves_however_it_is_spelt(
    shop: Connection, own: str, spelt: str
) -> None:
    ann = sign_up(shop, own)
    bought(shop, ann, "plain")
    with nothing_comes_of_it(shop, "22023", "gift_to_self"):
        send(shop, ann, spelt, 1)


def test_dots_tell_people_apart_elsewhere(shop: Connection) -> None:
    ann = sign_up(shop, "ann.lee@example.org")
    bought(shop, ann, "plain")
    send(shop, ann, "annlee@example.org", 1)


def test_who_takes_the_address_over_later_still_gives_nothing_to_themselves(
    shop: Connection,
) -> None:
    ann, _ = buyer(shop)
    gift = send(shop, ann, "bob@example.org")
    shop.execute("update auth.users set email = 'bob@example.org' where id = %s", [ann])
    with nothing_comes_of_it(shop, "PT404", "gift_not_found"):
        accept(shop, ann, gift)
    cancel(shop, ann, gift)
    assert has(shop, ann) == (100, 0, 0)


def test_a_message_has_at_most_500_characters(shop: Connection) -> None:
    ann, _ = buyer(shop)
    with nothing_comes_of_it(shop, "22023", "message_too_long") as detail:
        send(shop, ann, "bob@example.org", 1, message="ü" * 501)
    assert detail == {"limit": 500}
    assert send(shop, ann, "bob@example.org", 1, message="ü" * 500)["message"] == "ü" * 500


@pytest.mark.parametrize("key", [None, "", "k" * 201])
def test_a_key_is_named(shop: Connection, key: str | None) -> None:
    ann, _ = buyer(shop)
    with nothing_comes_of_it(shop, "22023", "invalid_key"):
        send(shop, ann, "bob@example.org", 1, key=key)


def test_the_same_key_is_the_same_gift(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    first = send(shop, ann, bob, 60, key="k", message="Enjoy")
    assert send(shop, ann, bob, "60.0", key="k", message="Enjoy") == first
    assert has(shop, ann) == (40, 60, 0)


def test_a_replay_is_answered_whatever_is_left_and_shows_the_state_of_now(
    shop: Connection,
) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    gift = send(shop, ann, bob, 60, key="k")
    accept(shop, bob, gift)
    shop.execute("update credits.accounts set status = 'paused' where id = %s", [ann])
    again = send(shop, ann, bob, 60, key="k")
    assert (again["id"], again["state"]) == (gift["id"], "accepted")
    assert has(shop, ann) == (40, 0, 0)


@pytest.mark.parametrize(
    "other", [{"amount": 61}, {"to": "eve@example.org"}, {"message": "Enjoy!"}, {"message": None}],
    ids=str,
)  # fmt: skip
def test_the_key_of_another_gift_is_refused(shop: Connection, other: Row) -> None:
    ann, _ = buyer(shop)
    wish: Row = {"to": "bob@example.org", "amount": 60, "message": "Enjoy", "key": "k"}
    send(shop, ann, **wish)
    with nothing_comes_of_it(shop, "PT409", "idempotency_key_reused") as detail:
        send(shop, ann, **(wish | other))
    assert detail["key"] == "k"


def test_a_gift_and_a_spend_have_one_space_of_keys(shop: Connection) -> None:
    services = [{"code": "sms", "unit": "message", "credits": 1}]
    use_catalog(shop, SHOP | {"packages": PACKAGES, "services": services})
    ann, _ = buyer(shop)
    bob = email_of(shop, person(shop, "bob"))
    with as_user(shop, ann):
        call(shop, "use_credits", service="sms", key="spent")
    send(shop, ann, bob, 10, key="given")
    with nothing_comes_of_it(shop, "PT409", "idempotency_key_reused"):
        send(shop, ann, bob, 1, key="spent")
    with nothing_comes_of_it(shop, "PT409", "idempotency_key_reused"), as_user(shop, ann):
        call(shop, "use_credits", service="sms", key="given")


@pytest.mark.parametrize("scan", ["enable_seqscan", "enable_indexscan"])
@pytest.mark.parametrize("kind", ["spend", "hold of a gift"])
def test_a_key_that_is_taken_is_refused_however_the_tables_are_read(
    shop: Connection, kind: str, scan: str
) -> None:
    """Who has given nothing yet as well: the key is looked for, not only the gift."""
    services = [{"code": "sms", "unit": "message", "credits": 1}]
    use_catalog(shop, SHOP | {"packages": PACKAGES, "services": services})
    ann, _ = buyer(shop)
    send(shop, buyer(shop, "eve")[0], "bob@example.org", 1, key="k")
    shop.execute("analyze credits.gifts")
    shop.execute(
        f"set local {scan} = off; set local enable_bitmapscan = off;"
        " set local plan_cache_mode = force_generic_plan"
    )
    if kind == "spend":
        with as_user(shop, ann):
            call(shop, "use_credits", service="sms", key="k")
    else:
        cancel(shop, ann, send(shop, ann, "bob@example.org", 2, key="k"))
    with nothing_comes_of_it(shop, "PT409", "idempotency_key_reused"):
        send(shop, ann, "bob@example.org", 1, key="k")


def test_two_givers_may_use_one_key(shop: Connection) -> None:
    bob = person(shop, "bob")
    gifts = [send(shop, buyer(shop)[0], bob, 10, key="k") for _ in range(2)]
    for gift in gifts:
        accept(shop, bob, gift)
    assert has(shop, bob) == (20, 0, 0)


def test_a_refused_gift_consumes_no_key(shop: Connection) -> None:
    ann, _ = buyer(shop)
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits"):
        send(shop, ann, "bob@example.org", 101, key="k")
    assert send(shop, ann, "bob@example.org", 100, key="k")["state"] == "pending"


HOLD_CALLS: dict[str, Row] = {
    "capture_credits": {},
    "capture_credits ": {"amount": 1},
    "release_credits": {},
    "extend_hold": {"ttl_seconds": 60},
}


@pytest.mark.parametrize("function", HOLD_CALLS)
@pytest.mark.parametrize("state", ["pending", "accepted", "cancelled"])
def test_the_hold_of_a_gift_is_nobody_elses(shop: Connection, function: str, state: str) -> None:
    ann, _ = buyer(shop)
    bob = person(shop, "bob")
    gift = send(shop, ann, bob)
    if state == "accepted":
        accept(shop, bob, gift)
    elif state == "cancelled":
        cancel(shop, ann, gift)
    hold_id = hold_of(shop, gift)["id"]
    before = history(shop, ann)
    with nothing_comes_of_it(shop, "PT404", "hold_not_found"):
        call(shop, function.strip(), account_id=ann, hold_id=hold_id, **HOLD_CALLS[function])
    assert history(shop, ann) == before


@pytest.mark.parametrize("query", ["accept_credit_gift", "cancel_credit_gift"])
def test_there_is_no_gift_of_no_id(shop: Connection, query: str) -> None:
    ann, _ = buyer(shop)
    for value in (None, "00000000-0000-0000-0000-000000000000"):
        answer: Any = ask(shop, ann, f"select public.{query}(%s::uuid)", value)
        assert answer == ("PT404", "gift_not_found")
