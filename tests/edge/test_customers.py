"""Customers: an account has one at Stripe, whoever asks at once and whatever is lost on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from tests.edge.shop import CUSTOMERS, Shop

SEARCH = f"{CUSTOMERS}/search"
STALE = "update credits.customers set created_at = created_at - interval '1 day'"


def kept(shop: Shop) -> list[tuple[UUID, str | None]]:
    return shop.query("select account_id, id from credits.customers where deleted_at is null")


def customer_ids(shop: Shop) -> list[str]:
    return [customer["id"] for customer in shop.objects("customer")]


def test_an_account_is_introduced_to_stripe_before_it_first_pays_and_never_again(
    shop: Shop,
) -> None:
    user_id = shop.sign_up(email="ada@shop.example")
    for _ in range(2):
        shop.check_out(user_id)
    (created,) = shop.asked("POST", CUSTOMERS)
    assert created.params == {
        "email": "ada@shop.example",
        "metadata[account_id]": str(user_id),
    }
    assert shop.query("select provider_key::text from credits.customers") == [(created.key,)]
    (customer_id,) = customer_ids(shop)
    assert kept(shop) == [(user_id, customer_id)]
    assert [call.params["customer"] for call in shop.received] == [customer_id] * 2
    assert shop.asked("GET", SEARCH) == []


def test_a_user_without_an_address_has_a_customer_without_one(shop: Shop) -> None:
    shop.check_out(user_id := shop.sign_up())
    (created,) = shop.asked("POST", CUSTOMERS)
    assert created.params == {"metadata[account_id]": str(user_id)}


def test_twenty_first_checkouts_at_once_are_of_one_customer(shop: Shop) -> None:
    user_id = shop.sign_up(email="ada@shop.example")
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(shop.check_out, [user_id] * 20))
    assert len({answer["session_id"] for answer in answers}) == 20
    (customer_id,) = customer_ids(shop)
    assert kept(shop) == [(user_id, customer_id)]
    assert {call.params["customer"] for call in shop.received} == {customer_id}


def test_a_team_has_a_customer_of_its_own(shop: Shop) -> None:
    user_id = shop.sign_up(email="ada@shop.example")
    team_id = shop.add_team(user_id)
    shop.check_out(user_id)
    assert shop.post(user_id, {"package": "basic", "account_id": str(team_id)}).status_code == 200
    assert len(set(customer_ids(shop))) == 2
    assert [account_id for account_id, _ in kept(shop)] == [user_id, team_id]


def test_nobody_introduces_a_foreign_account(shop: Shop) -> None:
    shop.sign_up(id=(stranger_id := uuid4()))
    wish = {"package": "basic", "account_id": str(stranger_id)}
    assert shop.post(shop.sign_up(), wish).status_code == 404
    assert shop.calls == []
    assert kept(shop) == []


@pytest.mark.parametrize("fault", ["lost", "cut"])
def test_a_customer_whose_answer_was_lost_is_not_created_twice(shop: Shop, fault: str) -> None:
    user_id = shop.sign_up(email="ada@shop.example")
    shop.strike(fault, "POST", CUSTOMERS)
    assert shop.post(user_id, {"package": "basic"}).status_code == 504
    assert kept(shop) == [(user_id, None)]
    shop.stripe.control.faults.clear()
    shop.check_out(user_id)
    (customer_id,) = customer_ids(shop)
    assert kept(shop) == [(user_id, customer_id)]
    assert len({(call.key, str(call.params)) for call in shop.asked("POST", CUSTOMERS)}) == 1


def test_a_key_that_stripe_may_have_forgotten_is_not_used_before_a_look(shop: Shop) -> None:
    user_id = shop.sign_up(email="ada@shop.example")
    shop.strike("lost", "POST", CUSTOMERS)
    assert shop.post(user_id, {"package": "basic"}).status_code == 504
    shop.query(STALE)
    shop.calls.clear()
    shop.check_out(user_id)
    (looked,) = shop.asked("GET", SEARCH)
    assert looked.params == {"query": f"metadata['account_id']:'{user_id}'", "limit": "1"}
    assert shop.asked("POST", CUSTOMERS) == []
    (customer_id,) = customer_ids(shop)
    assert kept(shop) == [(user_id, customer_id)]


def test_a_look_that_finds_nothing_is_followed_by_a_customer(shop: Shop) -> None:
    user_id = shop.sign_up()
    shop.strike("unavailable", "POST", CUSTOMERS)
    assert shop.post(user_id, {"package": "basic"}).status_code == 502
    shop.query(STALE)
    shop.check_out(user_id)
    assert len(shop.asked("GET", SEARCH)) == 1
    (customer_id,) = customer_ids(shop)
    assert kept(shop) == [(user_id, customer_id)]


def test_who_changed_the_address_after_a_lost_answer_gets_the_same_customer(shop: Shop) -> None:
    user_id = shop.sign_up(email="ada@shop.example")
    shop.strike("lost", "POST", CUSTOMERS)
    assert shop.post(user_id, {"package": "basic"}).status_code == 504
    shop.query("update auth.users set email = 'countess@shop.example'")
    shop.check_out(user_id)
    (customer_id,) = customer_ids(shop)
    assert kept(shop) == [(user_id, customer_id)]


def test_a_customer_that_was_deleted_at_stripe_is_replaced_when_that_is_known(shop: Shop) -> None:
    shop.check_out(user_id := shop.sign_up())
    (customer_id,) = customer_ids(shop)
    assert shop.stripe.control.settle()
    shop.stripe.control.pause()
    shop.edge.extensions["stripe"].v1.customers.delete(customer_id)
    response = shop.post(user_id, {"package": "basic"})
    assert (response.status_code, response.json()["message"]) == (502, "stripe_unavailable")
    shop.stripe.control.resume()
    assert shop.stripe.control.settle()
    shop.check_out(user_id)
    assert kept(shop) == [(user_id, customer_ids(shop)[-1])]
    assert shop.received[-1].params["customer"] != customer_id


def test_a_database_of_the_other_mode_opens_nothing(shop: Shop) -> None:
    shop.query("update credits.providers set livemode = true")
    response = shop.post(shop.sign_up(), {"package": "basic"})
    assert (response.status_code, response.json()["message"]) == (409, "provider_mode_differs")
    assert shop.calls == []
