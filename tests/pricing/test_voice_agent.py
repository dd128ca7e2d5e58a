"""The catalog voice-agent: packs at $0.10 a credit, seven services and four models."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.pricing.charges import charge, check_price, customer, listed, prices
from tests.support import Connection, apply_catalog, as_anon, sign_up
from tests.wallets import balance_of, call, call_all, refused


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    apply_catalog(db, "voice-agent")


def test_every_pack_sells_a_credit_at_ten_cents(db: Connection) -> None:
    assert listed(db, "list_credit_packages") == [
        ("starter", "Starter", 100, 0, 1000, "usd", Decimal("0.1"), 0, []),
        ("pro", "Pro", 500, 0, 5000, "usd", Decimal("0.1"), 0, []),
        ("enterprise", "Enterprise", 1000, 0, 10000, "usd", Decimal("0.1"), 0, []),
    ]


def test_there_are_no_plans_and_no_free_credits(db: Connection) -> None:
    assert listed(db, "list_credit_plans") == []
    assert balance_of(db, sign_up(db))["balance"] == 0


def test_the_usage_guide_is_the_list_of_the_eleven_prices(db: Connection) -> None:
    assert prices(db) == [
        ("voice_call", "minutes", "minute", 1, 1),
        ("sms", "messages", "message", 1, 1),
        ("whatsapp", "messages", "message", 1, 1),
        ("ai_response", "responses", "response", 1, 2),
        ("document_upload", "documents", "document", 1, 5),
        ("bundle_creation", "bundles", "bundle", 1, 50),
        ("phone_number", "numbers", "number", 1, 100),
        ("gpt-4", "tokens", "1K tokens", 1000, 60),
        ("gpt-3.5", "tokens", "1K tokens", 1000, 2),
        ("gemini-pro", "tokens", "1K tokens", 1000, 1),
        ("claude", "tokens", "1K tokens", 1000, 2),
    ]
    with as_anon(db):
        described = {r["service"]: r["description"] for r in call_all(db, "list_credit_prices")}
    assert described["voice_call"] == "Per minute of voice conversation"


@pytest.mark.parametrize(
    ("service", "meter", "one", "three"),
    [
        ("voice_call", "minutes", 1, 3),
        ("sms", "messages", 1, 3),
        ("whatsapp", "messages", 1, 3),
        ("ai_response", "responses", 2, 6),
        ("document_upload", "documents", 5, 15),
        ("bundle_creation", "bundles", 50, 150),
        ("phone_number", "numbers", 100, 300),
    ],
)
def test_each_service_costs_its_price_per_unit(
    db: Connection, service: str, meter: str, one: int, three: int
) -> None:
    user_id = customer(db)
    check_price(db, user_id, service, one)
    check_price(db, user_id, service, three, quantity=3)
    check_price(db, user_id, service, three, usage={meter: 3})


@pytest.mark.parametrize(
    "service",
    ["sms", "whatsapp", "ai_response", "document_upload", "bundle_creation", "phone_number"],
)
def test_what_has_no_half_is_sold_as_a_whole(db: Connection, service: str) -> None:
    with refused(db, "22023", "invalid_quantity"), as_anon(db):
        call(db, "calculate_query_cost", service=service, quantity=Decimal("1.5"))


def test_a_call_is_counted_to_the_part_of_a_minute(db: Connection) -> None:
    user_id = customer(db)
    check_price(db, user_id, "voice_call", "2.5", quantity="2.5")
    check_price(db, user_id, "voice_call", "0.016666667", usage={"minutes": 0.016666667})


@pytest.mark.parametrize(
    ("model", "thousand", "one", "much"),
    [
        ("gpt-4", 60, "0.06", "148.08"),
        ("gpt-3.5", 2, "0.002", "4.936"),
        ("gemini-pro", 1, "0.001", "2.468"),
        ("claude", 2, "0.002", "4.936"),
    ],
)
def test_each_model_costs_its_price_per_thousand_tokens(
    db: Connection, model: str, thousand: int, one: str, much: str
) -> None:
    user_id = customer(db)
    check_price(db, user_id, model, thousand, usage={"input_tokens": 1000})
    check_price(db, user_id, model, one, usage={"input_tokens": 1})
    check_price(db, user_id, model, much, usage={"input_tokens": 1468, "output_tokens": 1000})


def test_the_models_are_sold_at_many_times_what_they_cost_then(db: Connection) -> None:
    """GPT-4 at 100 to 200 times: $6 for 1,000 tokens that cost $0.03, or $0.06 to write."""
    user_id = customer(db)
    for usage, cost in (({"input_tokens": 1000}, "0.03"), ({"output_tokens": 1000}, "0.06")):
        transaction = charge(db, user_id, "gpt-4", usage=usage)
        assert (transaction["amount"], transaction["provider_cost"]) == (-60, Decimal(cost))
    transaction = charge(db, user_id, "gpt-3.5", usage={"output_tokens": 1000})
    assert (transaction["amount"], transaction["provider_cost"]) == (-2, Decimal("0.002"))
