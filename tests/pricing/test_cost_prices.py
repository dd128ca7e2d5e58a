"""What states only its cost is priced at cost and mark-up; each charge keeps what it cost us."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.pricing.charges import charge, check_price, customer, prices
from tests.support import Connection, as_anon, as_service, as_user, find_violations
from tests.wallets import Row, call, changed_catalog, deduct, history, refused, use_catalog

MILLION = 1_000_000
HEAD: Row = {
    "list_price_per_credit": 0.02,
    "base_price_per_credit": 0.01,
    "markup": {"models": 0.15, "services": 0.5},
}
TOKEN_COST: Row = {"input": 3, "output": 15, "cached": 0.3}


def model(**keys: Any) -> Row:
    return {"code": "m", "name": "M", "provider": "P", "tier": "cheap", **keys}


def sell(conn: Connection, *services: Row, models: tuple[Row, ...] = (), **head: Any) -> UUID:
    """Put a catalog with these services and models in force; returns a user who can pay."""
    use_catalog(
        conn, changed_catalog(services=list(services), models=list(models), **{**HEAD, **head})
    )
    return customer(conn)


def provider_cost(
    conn: Connection, user_id: UUID, service: str, **arguments: Any
) -> Decimal | None:
    """Charge a use, and return what it cost us as the transaction keeps it."""
    found: Decimal | None = charge(conn, user_id, service, **arguments)["provider_cost"]
    return found


def test_a_model_costs_its_cost_and_the_mark_up(db: Connection) -> None:
    user_id = sell(db, models=(model(cost=TOKEN_COST),))
    check_price(db, user_id, "m", 345, usage={"input_tokens": MILLION})
    check_price(db, user_id, "m", 1725, usage={"output_tokens": MILLION})
    check_price(db, user_id, "m", "34.5", usage={"cached_tokens": MILLION})
    check_price(db, user_id, "m", 345, usage={"cache_write_tokens": MILLION})
    check_price(db, user_id, "m", 1725, usage={"reasoning_tokens": MILLION})
    check_price(db, user_id, "m", "0.002139", usage={"input_tokens": 5, "cached_tokens": 12})


def test_a_service_costs_its_cost_and_the_mark_up_of_services(db: Connection) -> None:
    minute = {"code": "call", "unit": "minute", "unit_size": 4, "meter": "minutes", "cost": 0.05}
    user_id = sell(db, minute)
    check_price(db, user_id, "call", "7.5", quantity=4)
    check_price(db, user_id, "call", "1.875", usage={"minutes": 1})
    assert provider_cost(db, user_id, "call", quantity=2) == Decimal("0.025")


@pytest.mark.parametrize(
    ("head", "cost"),
    [
        ({}, 345),
        ({"markup": {"services": 9, "packages": 9}}, 300),
        ({"markup": {"models": 0}}, 300),
        ({"markup": {"models": 1000}}, 300_300),
        ({"base_price_per_credit": 0.03}, 115),
        ({"base_price_per_credit": 0.07}, "49.285714286"),
    ],
)
def test_mark_up_and_worth_of_a_credit_make_the_price(
    db: Connection, head: Row, cost: int | str
) -> None:
    user_id = sell(db, models=(model(cost=TOKEN_COST),), **head)
    check_price(db, user_id, "m", cost, usage={"input_tokens": MILLION})


def test_without_a_base_price_a_credit_is_worth_the_list_price(db: Connection) -> None:
    catalog = changed_catalog(models=[model(cost=TOKEN_COST)], list_price_per_credit=0.02)
    use_catalog(db, catalog)
    check_price(db, customer(db), "m", 150, usage={"input_tokens": MILLION})


def test_a_price_without_end_is_exact_for_any_count(db: Connection) -> None:
    user_id = sell(
        db, models=(model(cost={"input": 1, "output": 1}),), base_price_per_credit=0.07, markup={}
    )
    check_price(db, user_id, "m", "14285714.285714286", usage={"input_tokens": 10**12})
    check_price(db, user_id, "m", 10_000_000, usage={"input_tokens": 7 * 10**11})


def test_tiers_of_cost_are_tiers_of_price(db: Connection) -> None:
    above = [{"context_tokens": 200_000, "input": 6, "output": 22.5}]
    user_id = sell(db, models=(model(cost={**TOKEN_COST, "above": above}),))
    for tokens, cost, ours in ((200_000, 69, "0.6"), (200_001, "138.00069", "1.200006")):
        check_price(db, user_id, "m", cost, usage={"input_tokens": tokens})
        assert history(db, user_id)[-1]["provider_cost"] == Decimal(ours)
    usage = {"input_tokens": 200_001, "cached_tokens": MILLION}
    assert provider_cost(db, user_id, "m", usage=usage) == Decimal("1.500006")


def test_a_stated_price_goes_before_the_cost(db: Connection) -> None:
    stated = {"input": 100, "output": 400}
    user_id = sell(
        db,
        {"code": "sms", "unit": "message", "credits": 1, "cost": 0.004},
        models=(model(credits_per_1m_tokens=stated, cost=TOKEN_COST),),
    )
    check_price(db, user_id, "sms", 3, quantity=3)
    assert history(db, user_id)[-1]["provider_cost"] == Decimal("0.012")
    usage = {"input_tokens": MILLION, "cached_tokens": MILLION, "output_tokens": MILLION}
    check_price(db, user_id, "m", 600, usage=usage)
    assert history(db, user_id)[-1]["provider_cost"] == Decimal("18.3")


def test_price_and_cost_may_have_tiers_of_their_own(db: Connection) -> None:
    stated = {"input": 100, "output": 400, "above": [{"context_tokens": 1000, "input": 200}]}
    cost = {"input": 1, "output": 2, "above": [{"context_tokens": 2000, "input": 5}]}
    user_id = sell(db, models=(model(credits_per_1m_tokens=stated, cost=cost),))
    for tokens, price, ours in (
        (1000, "0.1", "0.001"),
        (1001, "0.2002", "0.001001"),
        (2000, "0.4", "0.002"),
        (2001, "0.4002", "0.010005"),
    ):
        check_price(db, user_id, "m", price, usage={"input_tokens": tokens})
        assert history(db, user_id)[-1]["provider_cost"] == Decimal(ours)


def test_a_flat_price_knows_its_cost_by_class(db: Connection) -> None:
    user_id = sell(db, models=(model(credits_per_1k_tokens=25, cost=TOKEN_COST),))
    check_price(db, user_id, "m", 50, usage={"input_tokens": 1000, "cached_tokens": 1000})
    assert history(db, user_id)[-1]["provider_cost"] == Decimal("0.0033")
    assert [row for row in prices(db) if row[0] == "m"] == [
        ("m", "tokens", "1K tokens", 1000, Decimal(25))
    ]


def test_meters_know_their_cost_and_parts_without_one_add_none(db: Connection) -> None:
    agent = {
        "code": "agent",
        "base": 5,
        "tools": {"docs": 5},
        "unit": "step",
        "meter": "steps",
        "credits": 2,
        "cost": 0.01,
        "meters": {
            "images": {"unit": "image", "credits": 4, "cost": 0.04},
            "pages": {"unit": "page", "unit_size": 3, "credits": 1, "cost": 0.3},
            "letters": {"unit": "letter", "credits": 1},
        },
    }
    user_id = sell(db, agent)
    usage = {"steps": 2, "images": 3, "pages": 1, "letters": 9, "tools": ["docs"]}
    transaction = charge(db, user_id, "agent", usage=usage)
    assert transaction["amount"] == -Decimal("40.333333333")
    assert transaction["provider_cost"] == Decimal("0.24")


def test_a_cost_that_is_not_known_is_not_zero(db: Connection) -> None:
    user_id = sell(
        db,
        {"code": "sms", "unit": "message", "credits": 1},
        {"code": "mail", "unit": "message", "credits": 1, "cost": 0},
    )
    assert provider_cost(db, user_id, "sms") is None
    assert provider_cost(db, user_id, "mail") == 0
    with as_service(db):
        deduct(db, user_id, 1, service="mail")
    assert history(db, user_id)[-1]["provider_cost"] is None


def test_bounds_and_rounding_are_of_the_price_not_of_the_cost(db: Connection) -> None:
    terms = {"minimum_credits": 2, "rounding": {"places": 0, "mode": "up"}}
    user_id = sell(db, models=(model(cost=TOKEN_COST, **terms),))
    check_price(db, user_id, "m", 2, usage={"input_tokens": 1})
    assert history(db, user_id)[-1]["provider_cost"] == Decimal("0.000003")


def test_what_a_free_model_costs_us_is_kept(db: Connection) -> None:
    free = model(credits_per_1m_tokens={"input": 0, "output": 0}, cost=TOKEN_COST, free=True)
    user_id = sell(db, models=(free,))
    usage = {"input_tokens": MILLION}
    check_price(db, user_id, "m", 0, usage=usage)
    assert history(db, user_id)[-1]["provider_cost"] == 3


def test_a_zero_cost_is_no_price(db: Connection) -> None:
    with refused(db, "22023", "invalid_catalog") as detail:
        sell(db, models=(model(cost={"input": 0, "output": 0}),))
    assert detail == {"problem": "m: a price of nothing, but not free"}


def test_the_guide_shows_the_price_made_of_the_cost_and_never_the_cost(db: Connection) -> None:
    user_id = sell(
        db,
        {"code": "call", "unit": "minute", "cost": 0.07},
        models=(model(cost={"input": 3, "output": 15}),),
        base_price_per_credit=0.07,
    )
    listed = {(row[0], row[1]): row[4] for row in prices(db)}
    assert listed["call", "quantity"] == Decimal("1.5")
    for meter, usage in (("input", {"input_tokens": 7}), ("output", {"output_tokens": 7})):
        cost = round(listed["m", f"{meter}_tokens"] * 7 / MILLION, 9)
        check_price(db, user_id, "m", str(cost), usage=usage)
    with as_anon(db), db.cursor() as cursor:
        cursor.execute("select * from public.list_credit_prices()")
        assert [column.name for column in cursor.description or ()] == [
            "service", "meter", "unit", "unit_size", "credits", "provider", "tier", "description",
        ]  # fmt: skip


def test_costs_are_in_the_hash_chain_and_shown_to_no_user(db: Connection) -> None:
    user_id = sell(db, models=(model(cost=TOKEN_COST),))
    charge(db, user_id, "m", usage={"input_tokens": MILLION})
    assert find_violations(db) == []
    with as_user(db, user_id):
        row = call(db, "list_credit_transactions", page_size=1)
    assert "provider_cost" not in row
    db.execute("alter table credits.transactions disable trigger user")
    with db.transaction(force_rollback=True):
        db.execute("update credits.transactions set provider_cost = 0 where type = 'usage'")
        assert [rule for _, rule, _ in find_violations(db)] == ["hash_chain"]
    db.execute("alter table credits.transactions enable trigger user")
