"""A subscription is cancelled at the end of what is paid, once, and by who manages it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.edge.shop import CANCEL, SUBSCRIBE, Shop


@pytest.fixture
def shop(plan_shop: Shop) -> Shop:
    return plan_shop


def subscribed(shop: Shop, account_id: UUID | None = None, **user: Any) -> tuple[UUID, str]:
    """Return a user with a paid subscription, and its id at Stripe."""
    user_id = shop.sign_up(**user)
    wish = {"plan": "member"} | ({"account_id": str(account_id)} if account_id else {})
    response = shop.post(user_id, wish, SUBSCRIBE)
    assert response.status_code == 200, response.text
    shop.stripe.control.act(response.json()["session_id"], "pay")
    assert shop.stripe.control.settle()
    shop.calls.clear()
    return user_id, shop.objects("subscription")[-1]["id"]


def kept(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.query("select id, status, is_cancelling, cancel_at from credits.subscriptions")


def test_a_cancelled_subscription_lasts_until_the_end_of_what_is_paid(shop: Shop) -> None:
    user_id, subscription_id = subscribed(shop)
    ((ends_at,),) = shop.query("select current_period_end_at from credits.subscriptions")
    shop.stripe.control.pause()  # the answer alone is news enough
    response = shop.post(user_id, {}, CANCEL)
    assert response.status_code == 200, response.text
    assert response.json() == {
        "subscription_id": subscription_id,
        "status": "active",
        "cancel_at": ends_at.astimezone(UTC).isoformat(),
    }
    (call,) = shop.asked("POST", f"/v1/subscriptions/{subscription_id}")
    assert call.params == {"cancel_at_period_end": "true"}
    assert shop.query("select cancel_key::text from credits.subscriptions") == [(call.key,)]
    assert kept(shop) == [(subscription_id, "active", True, ends_at)]
    assert ends_at > datetime.now(UTC)
    assert shop.query("select plan from credits.accounts where id = %s", user_id) == [("member",)]
    shop.stripe.control.resume()
    assert shop.stripe.control.settle()
    assert kept(shop) == [(subscription_id, "active", True, ends_at)]


def test_to_cancel_again_changes_nothing(shop: Shop) -> None:
    user_id, subscription_id = subscribed(shop)
    first, second = (shop.post(user_id, {}, CANCEL) for _ in range(2))
    assert first.json() == second.json()
    calls = shop.asked("POST", f"/v1/subscriptions/{subscription_id}")
    assert calls[0] == calls[1]


def test_a_cancellation_whose_answer_was_lost_is_asked_for_under_the_same_key(shop: Shop) -> None:
    user_id, subscription_id = subscribed(shop)
    path = f"/v1/subscriptions/{subscription_id}"
    shop.strike("lost", "POST", path)
    assert shop.post(user_id, {}, CANCEL).status_code == 504
    assert shop.post(user_id, {}, CANCEL).status_code == 200
    calls = shop.asked("POST", path)
    assert len(calls) == 3
    assert {call.key for call in calls} == {calls[0].key} != {None}


def test_who_changed_their_mind_can_cancel_once_more(shop: Shop) -> None:
    user_id, subscription_id = subscribed(shop)
    subscriptions = shop.edge.extensions["stripe"].v1.subscriptions
    now = int(time.time())
    for minute in range(2):
        shop.stripe.control.set_clock(now + 60 * minute)
        assert shop.post(user_id, {}, CANCEL).json()["cancel_at"] is not None
        assert shop.stripe.control.settle()
        shop.stripe.control.set_clock(now + 60 * minute + 30)
        subscriptions.update(subscription_id, {"cancel_at_period_end": False})
        assert shop.stripe.control.settle()
        assert [is_cancelling for _, _, is_cancelling, _ in kept(shop)] == [False]
    cancels = [
        call.key
        for call in shop.asked("POST", f"/v1/subscriptions/{subscription_id}")
        if call.params == {"cancel_at_period_end": "true"}
    ]
    assert len(set(cancels)) == 2


def test_nobody_is_told_of_an_end_that_was_taken_back_meanwhile(shop: Shop) -> None:
    user_id, subscription_id = subscribed(shop)
    assert shop.post(user_id, {}, CANCEL).status_code == 200
    assert shop.stripe.control.settle()
    shop.stripe.control.pause()  # that it goes on, Stripe does not tell us for now
    subscriptions = shop.edge.extensions["stripe"].v1.subscriptions
    subscriptions.update(subscription_id, {"cancel_at_period_end": False})
    assert shop.post(user_id, {}, CANCEL).status_code == 502
    assert [is_cancelling for _, _, is_cancelling, _ in kept(shop)] == [False]
    assert shop.post(user_id, {}, CANCEL).status_code == 200
    assert shop.objects("subscription")[0]["cancel_at_period_end"] is True


def test_who_has_no_subscription_has_none_to_cancel(shop: Shop) -> None:
    response = shop.post(shop.sign_up(), {}, CANCEL)
    assert (response.status_code, response.json()["message"]) == (404, "subscription_not_found")
    assert shop.calls == []


@pytest.mark.parametrize(
    "field",
    [
        {"subscription_id": "sub_of_somebody"},
        {"cancel_at": 1},
        {"cancel_at_period_end": False},
        {"invoice_now": True},
        {"plan": "member"},
    ],
    ids=str,
)
def test_which_subscription_ends_and_when_is_not_the_callers_to_choose(
    shop: Shop, field: dict[str, object]
) -> None:
    user_id, _ = subscribed(shop)
    response = shop.post(user_id, field, CANCEL)
    assert (response.status_code, response.json()["message"]) == (400, "unknown_field")
    assert shop.calls == []


def test_a_strangers_subscription_and_an_absent_one_get_the_same_answer(shop: Shop) -> None:
    stranger_id, _ = subscribed(shop)
    user_id = shop.sign_up()
    answers = [
        shop.post(user_id, {"account_id": str(account_id)}, CANCEL)
        for account_id in (stranger_id, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert shop.calls == []


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("admin", 200), ("member", 404), ("viewer", 404)]
)
def test_who_manages_a_team_cancels_for_it(shop: Shop, role: str, status: int) -> None:
    team_id = shop.add_team(owner_id := uuid4())
    subscribed(shop, team_id, id=owner_id)
    user_id = shop.sign_up()
    shop.query("insert into credits.members values (%s, %s, %s)", team_id, user_id, role)
    response = shop.post(user_id, {"account_id": str(team_id)}, CANCEL)
    assert response.status_code == status
    assert [is_cancelling for _, _, is_cancelling, _ in kept(shop)] == [status == 200]


def test_nobody_cancels_without_signing_in(shop: Shop) -> None:
    response = shop.post(None, {}, CANCEL)
    assert (response.status_code, response.json()["message"]) == (401, "not_signed_in")
