"""News of a subscription come in any order, and in the same second: the last state is the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.events.deliveries import final_state, wallet
from tests.events.payloads import Json, day
from tests.events.shop import Subscriber, account_of, new_subscriber, rows, tell
from tests.support import Connection

CANCELLED: Json = {"status": "canceled", "canceled_at": day(0), "ended_at": day(0)}


def life(subscriber: Subscriber, *states: tuple[str, Json]) -> list[Json]:
    """Return news of a subscription, one second after the other: kind and differing fields."""
    return [
        subscriber.news(kind, day(-1) + second, **fields)
        for second, (kind, fields) in enumerate(states)
    ]


def bought(subscriber: Subscriber) -> list[Json]:
    return [
        *life(subscriber, ("created", {"status": "incomplete"}), ("updated", {})),
        subscriber.bill("subscription_create"),
    ]


def cancelled_at_the_end(subscriber: Subscriber) -> list[Json]:
    cancelling = {"cancel_at_period_end": True, "cancel_at": day(29)}
    return [
        *life(subscriber, ("created", {}), ("updated", cancelling), ("deleted", CANCELLED)),
        subscriber.bill("subscription_create"),
    ]


def thought_better(subscriber: Subscriber) -> list[Json]:
    cancelling = {"cancel_at_period_end": True, "cancel_at": day(29)}
    return [
        *life(subscriber, ("created", {}), ("updated", cancelling), ("updated", {})),
        subscriber.bill("subscription_create"),
    ]


def deleted(subscriber: Subscriber) -> list[Json]:
    incomplete = {"status": "incomplete"}
    news = life(subscriber, ("created", incomplete), ("updated", {}), ("deleted", CANCELLED))
    return [*news, subscriber.bill("subscription_create")]


def ended_before_the_last_news(subscriber: Subscriber) -> list[Json]:
    news = life(subscriber, ("created", {}), ("deleted", CANCELLED), ("updated", {}))
    return [*news, subscriber.bill("subscription_create")]


def in_arrears(subscriber: Subscriber) -> list[Json]:
    late = ("updated", {"status": "past_due"}), ("updated", {"status": "unpaid"})
    return [*life(subscriber, ("created", {}), *late), subscriber.bill("subscription_create")]


def never_paid(subscriber: Subscriber) -> list[Json]:
    incomplete = {"status": "incomplete"}
    expired = {"status": "incomplete_expired", "ended_at": day(0)}
    return life(subscriber, ("created", incomplete), ("updated", incomplete), ("updated", expired))


def in_one_second(subscriber: Subscriber) -> list[Json]:
    at = day(-1)
    return [
        subscriber.news("created", at, status="incomplete"),
        subscriber.news("updated", at, status="incomplete"),
        subscriber.news("updated", at),
        subscriber.bill("subscription_create"),
    ]


def ended_in_one_second(subscriber: Subscriber) -> list[Json]:
    at = day(-1)
    return [
        subscriber.news("created", at),
        subscriber.news("updated", at),
        subscriber.news("deleted", at, **CANCELLED),
        subscriber.bill("subscription_create"),
    ]


@pytest.mark.parametrize(
    ("history", "plan", "status"),
    [
        (bought, "pro", "active"),
        (cancelled_at_the_end, "free", "canceled"),
        (thought_better, "pro", "active"),
        (deleted, "free", "canceled"),
        (ended_before_the_last_news, "free", "canceled"),
        (in_arrears, "free", "unpaid"),
        (never_paid, "free", "incomplete_expired"),
        (in_one_second, "pro", "active"),
        (ended_in_one_second, "free", "canceled"),
    ],
    ids=lambda x: getattr(x, "__name__", x),
)
def test_every_order_of_the_news_ends_in_one_state(
    shop: Connection, history: Any, plan: str, status: str
) -> None:
    subscriber = new_subscriber(shop)
    state = final_state(shop, history(subscriber), lambda: wallet(shop, subscriber.account_id))
    assert state["plan"] == plan
    assert [row["status"] for row in state["subscriptions"]] == [status]
    paid = any("invoice" in told["type"] for told in history(subscriber))
    assert [(source, amount) for source, amount, _ in state["grants"]] == (
        [("allowance", 200)] if paid else []
    )
    assert len(state["payments"]) == paid


def status_of(conn: Connection, subscriber: Subscriber) -> str:
    (row,) = rows(
        conn, "select status from credits.subscriptions where id = %s", subscriber.sub["id"]
    )
    return str(row["status"])


@pytest.mark.parametrize("status", ["canceled", "incomplete_expired"])
@pytest.mark.parametrize("at", [-5, 0, 5], ids=["before", "at once", "after"])
def test_an_end_is_never_left(shop: Connection, status: str, at: int) -> None:
    subscriber = new_subscriber(shop)
    tell(shop, subscriber.news("created", day(-1)))
    tell(shop, subscriber.news("updated", day(-1), status=status, ended_at=day(-1)))
    for kind in ("created", "updated"):
        assert tell(shop, subscriber.news(kind, day(-1) + at)) == "ignored"
    assert status_of(shop, subscriber) == status
    assert account_of(shop, subscriber.account_id)["plan"] == "free"


@pytest.mark.parametrize("other", ["past_due", "unpaid", "paused", "incomplete", "trialing"])
def test_of_two_states_in_one_second_the_active_one_counts(shop: Connection, other: str) -> None:
    for order in ((other, "active"), ("active", other)):
        subscriber = new_subscriber(shop)
        for status in order:
            tell(shop, subscriber.news("updated", day(-1), status=status))
        assert status_of(shop, subscriber) == "active"


def test_news_that_are_older_change_nothing(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    assert tell(shop, subscriber.news("updated", day(-1))) == "applied"
    for kind, fields in (("created", {"status": "incomplete"}), ("updated", {"status": "unpaid"})):
        assert tell(shop, subscriber.news(kind, day(-2), **fields)) == "ignored"
    assert status_of(shop, subscriber) == "active"


def test_what_is_fetched_counts_over_what_was_told(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    tell(shop, subscriber.news("updated", status="past_due"))
    assert status_of(shop, subscriber) == "past_due"
    tell(shop, subscriber.news("updated", day(0) + 1))
    assert status_of(shop, subscriber) == "active"


@pytest.mark.parametrize("kind", ["paused", "resumed", "pending_update_applied", "trial_will_end"])
def test_other_news_of_a_subscription_never_fail(shop: Connection, kind: str) -> None:
    subscriber = new_subscriber(shop)
    tell(shop, subscriber.news("created", day(-1)))
    assert tell(shop, subscriber.news(kind)) in ("applied", "ignored")
    assert status_of(shop, subscriber) == "active"


def test_a_subscription_that_the_seller_made_by_hand_counts(shop: Connection) -> None:
    """It has no metadata of ours; whose it is says its customer."""
    subscriber = new_subscriber(shop)
    subscriber.sub["metadata"] = {}
    for told in (subscriber.news("created"), subscriber.bill("subscription_create")):
        assert tell(shop, told) == "applied"
    account = account_of(shop, subscriber.account_id)
    assert (account["plan"], account["balance"]) == ("pro", 200)
