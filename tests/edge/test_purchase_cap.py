"""The monthly purchase cap at the checkouts: refused with its numbers before a page is opened."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.edge.shop import SUBSCRIBE, Shop

CAP = 2500
# Who is on the plan free can buy for $25 a month: a pack of $10 and one of $15, or the plan of $19.
CATALOG = f"""\
code = "capped"
name = "Capped"
currency = "usd"
list_price_per_credit = 0.02

[[plans]]
code = "free"
name = "Free"
monthly_purchase_cap_cents = {CAP}

[[plans]]
code = "member"
name = "Member"
price_cents = 1900
billing_interval = "month"
monthly_credits = 1_000

[[packages]]
code = "small"
name = "Small"
credits = 500
price_cents = 1000

[[packages]]
code = "medium"
name = "Medium"
credits = 800
price_cents = 1500

[[packages]]
code = "large"
name = "Large"
credits = 2_000
price_cents = 2501
"""


@pytest.fixture
def shop(shop: Shop, tmp_path: Path) -> Shop:
    path = tmp_path / "capped.toml"
    path.write_text(CATALOG)
    shop.sell(path)
    shop.sync()
    return shop


def buy(shop: Shop, user_id: UUID, package: str) -> httpx.Response:
    return shop.post(user_id, {"package": package})


def subscribe(shop: Shop, user_id: UUID) -> httpx.Response:
    return shop.post(user_id, {"plan": "member"}, SUBSCRIBE)


def pay(shop: Shop, user_id: UUID, package: str) -> None:
    """Buy a pack and pay it."""
    shop.stripe.control.act(shop.check_out(user_id, package)["session_id"], "pay")
    assert shop.stripe.control.settle()


def next_month() -> datetime:
    now = datetime.now(UTC)
    return datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)


def assert_capped(response: httpx.Response, required: int, paid: int = 0, unpaid: int = 0) -> None:
    """Check a refusal: 402, the token, and all of its numbers."""
    refusal = response.json()
    assert (response.status_code, refusal["code"], refusal["message"]) == (
        402, "PT402", "purchase_cap_reached",
    )  # fmt: skip
    detail: dict[str, Any] = json.loads(refusal["details"])
    assert datetime.fromisoformat(detail.pop("resets_at")) == next_month()
    assert detail == {
        "cap_cents": CAP,
        "paid_cents": paid,
        "open_cents": unpaid,
        "required_cents": required,
        "currency": "usd",
    }
    assert refusal["hint"]


def state_of(shop: Shop) -> list[Any]:
    """Return all that a refused purchase must leave as it is."""
    return [
        shop.query("select id, status, session_id from credits.orders order by id"),
        shop.query("select * from credits.transactions order by account_id, id"),
        len(shop.calls),
    ]


def test_a_pack_above_the_cap_is_refused_and_opens_nothing(shop: Shop) -> None:
    user_id = shop.sign_up()
    before = state_of(shop)
    assert_capped(buy(shop, user_id, "large"), required=2501)
    assert state_of(shop) == before
    assert shop.quote(user_id, {"package": "large"})["message"] == "purchase_cap_reached"


def test_what_was_paid_this_month_counts_for_packs_and_plans(shop: Shop) -> None:
    user_id = shop.sign_up()
    pay(shop, user_id, "small")
    before = state_of(shop)
    assert_capped(buy(shop, user_id, "large"), required=2501, paid=1000)
    assert_capped(subscribe(shop, user_id), required=1900, paid=1000)
    assert state_of(shop) == before
    pay(shop, user_id, "medium")  # to the cent
    assert_capped(buy(shop, user_id, "small"), required=1000, paid=2500)


def test_an_open_page_counts_and_is_found_again(shop: Shop) -> None:
    user_id = shop.sign_up()
    opened = buy(shop, user_id, "medium").json()
    before = state_of(shop)
    assert_capped(subscribe(shop, user_id), required=1900, unpaid=1500)
    assert state_of(shop) == before
    assert buy(shop, user_id, "medium").json() == opened
    assert buy(shop, user_id, "small").status_code == 200
    assert len(shop.query("select id from credits.orders")) == 2


def test_an_open_page_of_a_plan_counts_for_packs(shop: Shop) -> None:
    user_id = shop.sign_up()
    assert subscribe(shop, user_id).status_code == 200
    before = state_of(shop)
    assert_capped(buy(shop, user_id, "small"), required=1000, unpaid=1900)
    assert state_of(shop) == before


def test_a_page_that_stripe_has_closed_counts_no_more(shop: Shop) -> None:
    user_id = shop.sign_up()
    session_id = buy(shop, user_id, "medium").json()["session_id"]
    shop.stripe.control.act(session_id, "expire")
    assert shop.stripe.control.settle()
    assert subscribe(shop, user_id).status_code == 200


def test_what_went_back_may_be_paid_again(shop: Shop) -> None:
    user_id = shop.sign_up()
    pay(shop, user_id, "medium")
    assert_capped(subscribe(shop, user_id), required=1900, paid=1500)
    (intent,) = shop.objects("payment_intent")
    httpx.post(
        f"{shop.edge.extensions['config'].stripe_api_base}/v1/refunds",
        data={"payment_intent": intent["id"]},
        auth=(shop.edge.extensions["config"].stripe_secret_key, ""),
    ).raise_for_status()
    assert shop.stripe.control.settle()
    assert subscribe(shop, user_id).status_code == 200


def test_one_users_purchases_are_not_anothers(shop: Shop) -> None:
    pay(shop, shop.sign_up(), "medium")
    assert buy(shop, shop.sign_up(), "medium").status_code == 200


def test_purchases_at_once_do_not_pass_the_cap_together(shop: Shop) -> None:
    user_id = shop.sign_up()
    wishes = ["small", "medium", "plan"] * 8
    with ThreadPoolExecutor(len(wishes)) as threads:
        answers = list(
            threads.map(
                lambda wish: (
                    subscribe(shop, user_id) if wish == "plan" else buy(shop, user_id, wish)
                ),
                wishes,
            )
        )
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {200, 402}
    ((unpaid,),) = shop.query("select sum(total_cents)::int from credits.orders")
    assert unpaid in (1900, CAP)
    # Whichever came first, its page was found again each time.
    assert statuses == ({200: 8, 402: 16} if unpaid == 1900 else {200: 16, 402: 8})
