"""What the views say is what the tables of pgcredits hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.billing.purchases import promote
from tests.compatibility.views import only, read, subscribe
from tests.disputes.disputing import submit
from tests.holds.holding import WITH_MODELS, capture, hold, let_end, release
from tests.support import Connection, apply_catalog, as_user, sign_up
from tests.usage.charges import charge, refund
from tests.wallets import add, balance_of, call, call_all, funded_account, history, use_catalog

SECRET = "the second lighthouse"
ON_DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def user(db: Connection) -> UUID:
    """A user with 100 bought credits and no others, under a catalog with models."""
    user_id = funded_account(db, 100, source="purchase")
    use_catalog(db, WITH_MODELS)
    return user_id


def test_the_balance_is_what_can_be_spent_now(db: Connection, user: UUID) -> None:
    add(db, user, 50, expires_at=datetime.now(UTC) + timedelta(days=1))
    hold(db, user, 20)
    charge(db, user, 5)
    row = only(read(db, "user_credits", user))
    assert row == {"user_id": user, "balance": 125, "total_purchased": 100, "total_spent": 5}
    (now,) = db.execute("select clock_timestamp()").fetchone() or [None]
    db.execute("update credits.grants set expires_at = %s where source = 'bonus'", [now])
    db.execute("update credits.accounts set next_expiry_at = %s", [now])
    left = only(read(db, "user_credits", user))["balance"]
    assert left == balance_of(db, user)["available"] < 125


def test_the_status_of_a_user_is_the_account_s(db: Connection, user: UUID) -> None:
    hold(db, user, 10)
    before = only(read(db, "user_credit_status", user))
    assert before == {"user_id": user, "credits": 90, "credit_status": "active"}
    call(db, "admin_pause_account", account_id=user, reason="asked for by the user")
    assert only(read(db, "user_credit_status", user))["credit_status"] == "paused"


def test_packs_have_their_prices_and_bonuses(db: Connection) -> None:
    apply_catalog(db, "ai-assistant")
    rows = read(db, "credit_packages")
    assert {row["name"]: (row["credits"], row["bonus"], row["price"]) for row in rows} == {
        "Starter": (1000, 0, 10),
        "Basic": (5000, 500, 45),
        "Pro": (12000, 1500, 100),
        "Business": (30000, 5000, 225),
        "Enterprise": (100000, 20000, 700),
    }
    basic = only(rows, id="basic")
    assert (basic["credit_amount"], basic["credit_rate"]) == (5500, Decimal("0.0082"))
    assert (basic["monthly_price"], basic["is_active"]) == (None, True)


def test_plans_have_their_monthly_prices(db: Connection) -> None:
    apply_catalog(db, "automation")
    rows = read(db, "credit_packages")
    names = ("id", "monthly_price", "credit_amount", "credit_rate", "is_active", "price")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("enterprise", Decimal("99.99"), 1500, Decimal("0.0667"), True, None),
        ("professional", Decimal("49.99"), 600, Decimal("0.0833"), True, None),
        ("starter", Decimal("19.99"), 200, Decimal("0.1000"), True, None),
    ]
    assert only(rows, id="starter")["features"] == ["Basic automation tools", "Email support"]


def test_packs_and_plans_stand_side_by_side(db: Connection) -> None:
    apply_catalog(db, "docs-chat")
    rows = read(db, "credit_packages")
    assert {row["id"]: row["price"] for row in rows if row["price"] is not None} == {
        "small": 5,
        "medium": 15,
        "large": 35,
    }
    assert {row["id"]: row["monthly_price"] for row in rows if row["price"] is None} == {
        "free": 0,
        "starter": 9,
        "pro": 29,
        "enterprise": None,
    }
    assert only(rows, id="free")["credit_rate"] == 0
    assert only(rows, id="enterprise")["is_active"] is False


def test_a_plan_of_a_year_has_the_price_of_a_month(db: Connection) -> None:
    plan = {"code": "year", "name": "Year", "price_cents": 12000, "billing_interval": "year"}
    use_catalog(db, {**WITH_MODELS, "plans": [{**plan, "monthly_credits": 100}]})
    row = only(read(db, "credit_packages"))
    assert (row["monthly_price"], row["credit_rate"]) == (10, Decimal("0.1"))


def test_the_22_models_have_a_price_of_1000_tokens(db: Connection) -> None:
    apply_catalog(db, "ai-assistant")
    rows = read(db, "model_credit_costs")
    assert len(rows) == 22
    opus = {"model": "claude-opus", "provider": "Anthropic", "credits_per_1k": 150}
    assert only(rows, model="claude-opus") == {**opus, "cost_tier": "expensive"}
    assert only(rows, model="gemini-flash")["credits_per_1k"] == 1


def test_where_tokens_differ_in_price_a_model_has_the_dearest(db: Connection) -> None:
    apply_catalog(db, "ai-assistant-realistic")
    dearest: dict[str, Decimal] = {}
    for price in call_all(db, "list_credit_prices"):
        if price["provider"]:
            per_1k = price["credits"] * 1000 / price["unit_size"]
            dearest[price["service"]] = max(per_1k, dearest.get(price["service"], per_1k))
    rows = read(db, "model_credit_costs")
    assert {row["model"]: row["credits_per_1k"] for row in rows} == dearest


def test_the_history_is_the_ledger_s(db: Connection, user: UUID) -> None:
    refund(db, user, charge(db, user, 30, description="a film"), 10)
    rows = read(db, "credits_transactions", user)
    stored = history(db, user)
    assert [(row["id"], row["amount"], row["created_at"]) for row in rows] == [
        (f"{user}:{entry['id']}", entry["amount"], entry["created_at"]) for entry in stored
    ]
    assert [row["transaction_type"] for row in rows] == ["purchase", "spend", "refund"]
    assert rows[1]["description"] == "a film"


def test_a_subscription_tells_its_package_and_when_it_is_billed(db: Connection, user: UUID) -> None:
    ends = ON_DAY + timedelta(days=31)
    id_ = subscribe(db, user, "plus", current_period_end_at=ends, created_at=ON_DAY)
    subscribe(db, user, "plus", id="sub_live", livemode=True)
    assert only(read(db, "user_subscriptions", user)) == {
        "id": id_,
        "user_id": user,
        "package_id": "plus",
        "status": "active",
        "start_date": ON_DAY,
        "next_billing_date": ends,
        "monthly_credit_limit": 1000,
    }


@pytest.mark.parametrize(
    "state", ["is_cancelling = true", "is_paused = true", "status = 'canceled'"]
)
def test_what_will_not_be_billed_again_has_no_date_for_it(
    db: Connection, user: UUID, state: str
) -> None:
    subscribe(db, user, "gone", current_period_end_at=ON_DAY)
    db.execute(f"update credits.subscriptions set {state}".encode())
    row = only(read(db, "user_subscriptions", user))
    assert (row["next_billing_date"], row["monthly_credit_limit"]) == (None, None)


@pytest.mark.parametrize(("days", "billed"), [(-1, False), (0, False), (1, True), (200, True)])
def test_what_ends_later_than_its_period_is_billed_again(
    db: Connection, user: UUID, days: int, billed: bool
) -> None:
    ends = ON_DAY + timedelta(days=31)
    subscribe(
        db, user, "plus",
        current_period_end_at=ends, is_cancelling=True, cancel_at=ends + timedelta(days=days),
    )  # fmt: skip
    row = only(read(db, "user_subscriptions", user))
    assert row["next_billing_date"] == (ends if billed else None)


def test_a_dispute_names_a_transaction_of_the_history(db: Connection, user: UUID) -> None:
    dispute = submit(db, user, charge(db, user, 30), requested_refund=12)
    row = only(read(db, "credit_disputes", user))
    assert row == {
        "id": dispute["id"],
        "user_id": user,
        "transaction_id": f"{user}:{dispute['transaction_id']}",
        "reason": dispute["reason"],
        "description": dispute["description"],
        "status": "pending",
        "requested_refund": 12,
    }
    assert only(read(db, "credits_transactions", user), id=row["transaction_id"])["amount"] == -30


def test_a_promotion_has_its_dates_and_its_discount(db: Connection) -> None:
    until = ON_DAY + timedelta(days=1000)
    promote(db, "SPRING", starts_at=ON_DAY.isoformat(), ends_at=until.isoformat())
    assert only(read(db, "credit_promotions")) == {
        "id": "SPRING",
        "name": "Spring",
        "discount_type": "percent",
        "discount_value": 20,
        "start_date": ON_DAY,
        "end_date": until,
        "is_active": True,
    }


def test_usage_is_counted_by_month_what_has_just_happened_included(
    db: Connection, user: UUID
) -> None:
    charge(db, user, 30)
    db.execute("select credits.roll_up(10)")
    for table in ("usage_daily", "usage_totals"):
        db.execute(f"update credits.{table} set day = '2026-02-28'".encode())
    db.execute("update credits.accounts set created_at = '2026-01-01' where id = %s", [user])
    charge(db, user, 12)
    charge(db, user, Decimal("0.5"))
    this_month = datetime.now(UTC).date().replace(day=1)
    assert {
        row["month"]: (row["query_count"], row["credits_used"])
        for row in read(db, "monthly_usage", user)
    } == {date(2026, 2, 1): (1, 30), this_month: (2, Decimal("12.5"))}


def test_the_log_has_each_request_once_and_how_it_ended(db: Connection, user: UUID) -> None:
    captured, released, expired, still = (
        hold(db, user, 10, service="small", reference=f"chat-{n}", metadata={"prompt": SECRET})
        for n in range(4)
    )
    capture(db, user, captured, 7)
    release(db, user, released, reason=SECRET)
    let_end(db, expired)
    direct = charge(db, user, 3, description=SECRET, metadata={"note": SECRET})
    rows = read(db, "query_log", user)
    assert {row["id"]: (row["status"], row["credits_used"]) for row in rows} == {
        str(captured["hold_id"]): ("captured", 7),
        str(released["hold_id"]): ("released", None),
        str(expired["hold_id"]): ("expired", None),
        str(still["hold_id"]): ("open", None),
        f"{user}:{direct}": ("captured", 3),
    }
    assert {row["reference"] for row in rows} == {"chat-0", "chat-1", "chat-2", "chat-3", None}
    assert SECRET not in str(rows)


def test_a_gift_is_no_request(db: Connection, user: UUID) -> None:
    other = sign_up(db, "eve@example.org")
    with as_user(db, user):
        call(db, "send_credit_gift", recipient_email="eve@example.org", amount=5, key="g")
    assert read(db, "query_log", user) == []
    assert read(db, "query_log", other) == []
