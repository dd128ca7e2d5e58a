"""Prices of tokens and of cost that cannot be right, sent to the database directly."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pricing.charges import nothing_changes
from tests.support import Connection
from tests.wallets import Row, call_all, changed_catalog, refused

GOOD = {"input": 1, "output": 2}
HEAD = {"code": "m", "name": "M", "provider": "P", "tier": "cheap"}
UNIT = {"code": "s", "unit": "unit"}


def token_prices(**keys: Any) -> Row:
    return {"credits_per_1m_tokens": {**GOOD, **keys}}


def tiers(*above: Row) -> Row:
    return token_prices(above=list(above))


MODELS: dict[str, Row] = {
    "no price": {},
    "a price of nothing": token_prices(input=0, output=0),
    "free only beside": token_prices(input=0, output=0, cached=5),
    "no output": {"credits_per_1m_tokens": {"input": 1}},
    "no input": {"credits_per_1m_tokens": {"output": 1}},
    "a cost without output": {"cost": {"input": 1}},
    "a cost without input beside a price": {**token_prices(), "cost": {"output": 1}},
    "minus one": token_prices(input=-1),
    "minus one token is free": token_prices(cached=-1),
    "a cost of minus one": {"cost": {"input": -1, "output": -1}},
    "a cost of minus one beside a price": {**token_prices(), "cost": {**GOOD, "cached": -1}},
    "input of null": token_prices(input=None),
    "output of null": token_prices(output=None),
    "a cost of null": {"cost": {"input": None, "output": 2}},
    "a flat price of null": {"credits_per_1k_tokens": None},
    "a flat price of null beside a cost": {"credits_per_1k_tokens": None, "cost": GOOD},
    "not a number": token_prices(input="NaN"),
    "infinite": token_prices(output="Infinity"),
    "beyond all bounds": token_prices(output=1e13),
    "a text": token_prices(input="one"),
    "a list": {"credits_per_1m_tokens": [1, 2]},
    "a number": {"credits_per_1m_tokens": 5},
    "a cost that is a number": {"cost": 5},
    "an unknown class": token_prices(audio=1),
    "both prices": {**token_prices(), "credits_per_1k_tokens": 1},
    "a tier of nothing": tiers({"context_tokens": 100, "input": 0, "output": 0}),
    "a tier without a size": tiers({"input": 5}),
    "a tier from zero": tiers({"context_tokens": 0, "input": 5}),
    "a tier below zero": tiers({"context_tokens": -1, "input": 5}),
    "a tier in parts of a token": tiers({"context_tokens": 1.5, "input": 5}),
    "a tier without end": tiers({"context_tokens": 2**63, "input": 5}),
    "a tier without a price": tiers({"context_tokens": 100}),
    "a tier of minus one": tiers({"context_tokens": 100, "input": -1}),
    "two tiers of one size": tiers(
        {"context_tokens": 100, "input": 5}, {"context_tokens": 100, "input": 9}
    ),
    "an unknown key of a tier": tiers({"context_tokens": 100, "input": 5, "audio": 1}),
    "a tier that is a number": tiers(5),  # type: ignore[arg-type]
    "tiers that are none": token_prices(above={"context_tokens": 100, "input": 5}),
    "two tiers of cost of one size": {
        "cost": {
            **GOOD,
            "above": [{"context_tokens": 9, "input": 5}, {"context_tokens": 9, "input": 6}],
        }
    },
    "an unknown capability": {**token_prices(), "capabilities": ["telepathy"]},
    "a context of nothing": {**token_prices(), "context_tokens": 0},
    "an unknown tier of models": {**token_prices(), "tier": "unpriced"},
    "a service's cost": {"cost": 5, "unit": "call"},
}
SERVICES: dict[str, Row] = {
    "a unit alone": {},
    "a cost of nothing": {"cost": 0},
    "a cost of minus one": {"cost": -1},
    "a cost of minus one beside a price": {"credits": 1, "cost": -1},
    "a cost that is not a number": {"cost": "NaN"},
    "a cost that is infinite": {"cost": "Infinity"},
    "a cost that is null": {"cost": None},
    "a cost by class of token": {"cost": {"input": 3, "output": 4}},
    "a cost by class of token beside a price": {"credits": 1, "cost": {"input": 3, "output": 4}},
    "a price of null beside a base": {"credits": None, "base": 1},
    "a base of null": {"credits": 1, "base": None},
    "a tool of null": {"credits": 1, "tools": {"docs": None}},
    "a tool of minus one": {"credits": 1, "tools": {"docs": -1}},
    "a meter of null": {"credits": 1, "meters": {"images": {"unit": "image", "credits": None}}},
    "a meter of cost alone": {"credits": 1, "meters": {"images": {"unit": "image", "cost": 1}}},
    "a meter's cost of minus one": {
        "meters": {"images": {"unit": "image", "credits": 1, "cost": -1}}
    },
    "a meter of nothing beside a price": {
        "credits": 1,
        "meters": {"images": {"unit": "image", "credits": 0}},
    },
    "tokens of nothing, as meters": {
        "credits": 1,
        "meters": {"input_tokens": {"unit": "token", "credits": 0}},
    },
}
HEADS: dict[str, Row] = {
    "a mark-up of minus one": {"markup": {"models": -1}},
    "a mark-up without end": {"markup": {"services": 1001}},
    "a mark-up that is not a number": {"markup": {"packages": "NaN"}},
    "an unknown mark-up": {"markup": {"plans": 0.1}},
    "a credit worth nothing": {"base_price_per_credit": 0},
    "a credit worth less than nothing": {"base_price_per_credit": -0.1},
    "a credit of no known worth": {"base_price_per_credit": "NaN"},
    "a minimum without a maximum": {"custom_quantity": {"minimum": 1}},
    "a maximum without a minimum": {"custom_quantity": {"maximum": 1}},
    "bounds that cross": {"custom_quantity": {"minimum": 2, "maximum": 1}},
    "a minimum of nothing": {"custom_quantity": {"minimum": 0, "maximum": 1}},
    "a whole discount": {
        "custom_quantity": {
            "minimum": 1,
            "maximum": 9,
            "bulk_tiers": [{"from": 5, "discount_percent": 100}],
        }
    },
    "a discount below zero": {
        "custom_quantity": {
            "minimum": 1,
            "maximum": 9,
            "bulk_tiers": [{"from": 5, "discount_percent": -5}],
        }
    },
    "two tiers from one quantity": {
        "custom_quantity": {
            "minimum": 1,
            "maximum": 9,
            "bulk_tiers": [
                {"from": 5, "discount_percent": 5},
                {"from": 5, "discount_percent": 6},
            ],
        }
    },
}


def check_refused(conn: Connection, **keys: Any) -> None:
    for dry_run in (False, True):
        with nothing_changes(conn):
            with refused(conn, "22023", "invalid_catalog") as detail:
                call_all(
                    conn, "apply_credit_catalog", catalog=changed_catalog(**keys), dry_run=dry_run
                )
            assert detail["problem"]


@pytest.mark.parametrize("keys", MODELS.values(), ids=MODELS)
def test_a_model_with_a_broken_price_is_refused(db: Connection, keys: Row) -> None:
    check_refused(db, models=[{**HEAD, **keys}])


@pytest.mark.parametrize("keys", SERVICES.values(), ids=SERVICES)
def test_a_service_with_a_broken_price_is_refused(db: Connection, keys: Row) -> None:
    check_refused(db, services=[{**UNIT, **keys}])


@pytest.mark.parametrize("keys", HEADS.values(), ids=HEADS)
def test_terms_of_a_catalog_that_mean_nothing_are_refused(db: Connection, keys: Row) -> None:
    check_refused(db, **keys)


@pytest.mark.parametrize("discount", [-1, 100, "NaN", "ten"])
def test_a_plans_discount_that_means_nothing_is_refused(db: Connection, discount: object) -> None:
    check_refused(db, plans=[{"code": "free", "name": "Free", "discount_percent": discount}])
