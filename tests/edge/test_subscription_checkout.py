"""A subscription's checkout: the buyer names a plan, the catalog its price, Stripe is told both."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.edge.shop import SITE, SUBSCRIBE, Shop, token


@pytest.fixture
def shop(plan_shop: Shop) -> Shop:
    return plan_shop


def price_of(shop: Shop, plan: str) -> str:
    ((price_id,),) = shop.query(
        "select price_id from credits.provider_prices where kind = 'plan' and code = %s", plan
    )
    return str(price_id)


def subscribe(shop: Shop, user_id: UUID, plan: str = "member") -> dict[str, str]:
    response = shop.post(user_id, {"plan": plan}, SUBSCRIBE)
    assert response.status_code == 200, response.text
    answer: dict[str, str] = response.json()
    return answer


@pytest.mark.parametrize(
    ("plan", "trial"),
    [
        ("member", {}),
        ("yearly", {}),
        ("tried", {"subscription_data[trial_period_days]": "14"}),
    ],
)
def test_stripe_is_told_the_plans_price_the_caller_and_our_addresses_only(
    shop: Shop, plan: str, trial: dict[str, str]
) -> None:
    user_id = shop.sign_up()
    answer = subscribe(shop, user_id, plan)
    (received,) = shop.received
    ends_at = received.params.pop("expires_at")
    ((order_id, key, session_id, ordered),) = shop.query(
        "select id::text, provider_key::text, session_id, plan from credits.orders"
        " where floor(extract(epoch from created_at + interval '23 hours'))::text = %s",
        ends_at,
    )
    (customer,) = shop.objects("customer")
    assert received.params == {
        "mode": "subscription",
        "line_items[0][price]": price_of(shop, plan),
        "line_items[0][quantity]": "1",
        "customer": customer["id"],
        "client_reference_id": str(user_id),
        "metadata[account_id]": str(user_id),
        "metadata[order_id]": order_id,
        "subscription_data[metadata][account_id]": str(user_id),
        "subscription_data[metadata][order_id]": order_id,
        "success_url": f"{SITE}/billing?checkout=success&session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{SITE}/billing?checkout=cancelled",
        **trial,
    }
    assert (received.key, session_id, ordered) == (key, answer["session_id"], plan)
    assert answer.keys() == {"url", "session_id", "order_id"}
    assert answer["order_id"] == order_id


def test_a_plan_paid_on_the_page_is_the_accounts_plan_with_its_credits(shop: Shop) -> None:
    user_id = shop.sign_up()
    shop.stripe.control.act(subscribe(shop, user_id)["session_id"], "pay")
    assert shop.stripe.control.settle()
    assert shop.query("select plan from credits.accounts where id = %s", user_id) == [("member",)]
    assert ("allowance", 1000) in shop.history(user_id)
    assert shop.query("select status from credits.orders") == [("completed",)]


@pytest.mark.parametrize(
    "field",
    [
        {"price": "price_evil"},
        {"price_id": "price_evil"},
        {"price_cents": 1},
        {"amount": 1},
        {"quantity": 0},
        {"quantity": 100},
        {"package": "small"},
        {"promotion_code": "ONCE"},
        {"discounts": [{"coupon": "evil"}]},
        {"trial_days": 999},
        {"trial_period_days": 999},
        {"subscription_data": {"trial_period_days": 999}},
        {"billing_interval": "year"},
        {"customer": "cus_evil"},
        {"user_id": "00000000-0000-0000-0000-000000000001"},
        {"metadata": {"order_id": "x"}},
        {"success_url": "https://evil.example/"},
        {"success_url": f"{SITE}@evil.example/"},
        {"cancel_url": "//evil.example"},
        {"return_url": "/\\evil.example\r\nX: y"},
    ],
    ids=str,
)
def test_a_field_that_is_not_the_buyers_to_choose_is_refused(
    shop: Shop, field: dict[str, object]
) -> None:
    response = shop.post(shop.sign_up(), {"plan": "member", **field}, SUBSCRIBE)
    assert (response.status_code, response.json()["message"]) == (400, "unknown_field")
    assert next(iter(field)) in response.json()["details"]
    assert shop.calls == []
    assert shop.query("select * from credits.orders") == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "unknown_plan"),
        ({"plan": None}, "unknown_plan"),
        ({"plan": "no_such_plan"}, "unknown_plan"),
        ({"plan": "small"}, "unknown_plan"),
        ({"plan": ["member"]}, "unknown_plan"),
        ({"plan": "member\x00"}, "unknown_plan"),
        ({"plan": "' or true --"}, "unknown_plan"),
        ({"plan": "free"}, "plan_not_sold"),
        ({"plan": "large"}, "plan_not_sold"),
        ({"plan": "member", "account_id": 7}, "invalid_account_id"),
        (["member"], "invalid_body"),
    ],
    ids=str,
)
def test_what_is_no_plan_on_sale_is_a_clear_refusal(shop: Shop, body: object, message: str) -> None:
    response = shop.post(shop.sign_up(), body, SUBSCRIBE)
    assert (response.status_code, response.json()["code"]) == (400, "22023")
    assert response.json()["message"] == message
    assert response.json()["hint"]
    assert shop.calls == []


def test_a_plan_that_stripe_does_not_know_yet_is_not_sold(shop: Shop) -> None:
    shop.query("update credits.provider_prices set is_current = false where code = 'member'")
    response = shop.post(shop.sign_up(), {"plan": "member"}, SUBSCRIBE)
    assert (response.status_code, response.json()["message"]) == (409, "plan_not_synced")
    assert shop.calls == []


def test_nobody_subscribes_without_signing_in(shop: Shop) -> None:
    response = shop.post(None, {"plan": "member"}, SUBSCRIBE)
    assert (response.status_code, response.json()["message"]) == (401, "not_signed_in")
    assert shop.calls == []


def test_a_foreign_account_and_an_absent_one_get_the_same_answer(shop: Shop) -> None:
    user_id, stranger_id = shop.sign_up(), shop.sign_up()
    answers = [
        shop.post(user_id, {"plan": "member", "account_id": str(account_id)}, SUBSCRIBE)
        for account_id in (stranger_id, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["message"] == "account_not_found"
    assert shop.calls == []


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("admin", 200), ("member", 404), ("viewer", 404)]
)
def test_who_manages_a_team_subscribes_for_it(shop: Shop, role: str, status: int) -> None:
    user_id = shop.sign_up()
    team_id = shop.add_team(user_id, role)
    response = shop.post(user_id, {"plan": "member", "account_id": str(team_id)}, SUBSCRIBE)
    assert response.status_code == status
    if status == 200:
        (received,) = shop.received
        assert received.params["metadata[account_id]"] == str(team_id)
        assert received.params["client_reference_id"] == str(user_id)


def test_a_closed_account_subscribes_to_nothing(shop: Shop) -> None:
    user_id = shop.sign_up()
    shop.query("update credits.accounts set status = 'closed' where id = %s", user_id)
    response = shop.post(user_id, {"plan": "member"}, SUBSCRIBE)
    assert (response.status_code, response.json()["message"]) == (403, "account_closed")
    assert shop.calls == []


def test_who_has_a_subscription_is_not_sold_a_second(shop: Shop) -> None:
    user_id = shop.sign_up()
    shop.stripe.control.act(subscribe(shop, user_id)["session_id"], "pay")
    assert shop.stripe.control.settle()
    shop.calls.clear()
    for plan in ("member", "yearly"):
        response = shop.post(user_id, {"plan": plan}, SUBSCRIBE)
        assert (response.status_code, response.json()["message"]) == (409, "already_subscribed")
    assert shop.calls == []


def test_a_database_of_the_other_mode_opens_nothing(shop: Shop) -> None:
    shop.query("update credits.providers set livemode = true")
    response = shop.post(shop.sign_up(), {"plan": "member"}, SUBSCRIBE)
    assert (response.status_code, response.json()["message"]) == (409, "plan_not_synced")
    assert shop.calls == []


def test_an_address_in_the_query_or_a_header_changes_nothing(shop: Shop) -> None:
    response = shop.http.post(
        f"{SUBSCRIBE}?success_url=https://evil.example&price=price_evil&plan=yearly",
        json={"plan": "member"},
        headers={
            "Authorization": f"Bearer {token(shop.sign_up())}",
            "Origin": "https://evil.example",
            "Referer": "https://evil.example/",
            "Host": "evil.example",
            "X-Forwarded-Host": "evil.example",
        },
    )
    assert response.status_code == 200
    (received,) = shop.received
    assert "evil" not in str(received.params)
    assert received.params["line_items[0][price]"] == price_of(shop, "member")


def test_who_went_back_from_the_page_is_sent_to_the_same_page(shop: Shop) -> None:
    user_id = shop.sign_up()
    assert subscribe(shop, user_id) == subscribe(shop, user_id)
    first, second = shop.received
    assert first == second


def test_another_plan_is_another_page(shop: Shop) -> None:
    user_id = shop.sign_up()
    answers = [subscribe(shop, user_id, plan) for plan in ("member", "yearly")]
    assert answers[0] != answers[1]
