"""The shop of the histories: plans with every kind of limit, packs, codes, a referral program."""

from __future__ import annotations

from decimal import Decimal

from tests.wallets import CATALOG, Row, changed_catalog

PACKS: dict[str, Row] = {
    "plain": {"name": "Plain", "credits": 100, "price_cents": 700},
    "thirds": {"name": "Thirds", "credits": 30, "bonus_credits": 1, "price_cents": 301},
    "cheap": {"name": "Cheap", "credits": 10, "price_cents": 99},
}
PLANS: dict[str, Row] = {
    plan["code"]: plan
    for plan in [
        *(plan for plan in CATALOG["plans"] if plan["code"] != "capped"),
        {"code": "capped", "name": "Capped", "monthly_spend_cap": 60},
        {"code": "slow", "name": "Slow", "requests_per_minute": 2, "welcome_credits": 7},
        {"code": "thrifty", "name": "Thrifty", "monthly_purchase_cap_cents": 1100},
    ]
}
REFUND_DAYS = 20
REFERRAL: Row = {
    "referrer_credits": 20,
    "referee_credits": 10,
    "maximum_rewards": 1,
    "minimum_cents": 100,
}
# What is used more often than that answers like a wrong code.
CODES: dict[str, Row] = {
    "HALF": {"discount_type": "percent", "discount_value": 50, "maximum_uses": 4, "per_account": 1},
    "MORE": {
        "discount_type": "bonus_credits",
        "discount_value": 8,
        "maximum_uses": 2,
        "per_account": 2,
    },
    "GIFT": {
        "discount_type": "credits",
        "discount_value": 15,
        "credits_days": 12,
        "maximum_uses": 2,
        "per_account": 1,
    },
}


def catalog(cap: Decimal | int = 60) -> Row:
    """Return the shop's catalog, with a monthly cap of its capped plan."""
    plans = [
        {**p, "monthly_spend_cap": cap} if p["code"] == "capped" else p for p in PLANS.values()
    ]
    packages = [{"code": code, **pack} for code, pack in PACKS.items()]
    return changed_catalog(
        plans=plans, packages=packages, refund_days=REFUND_DAYS, referral=REFERRAL
    )


def promotions() -> list[Row]:
    """Return the promotions as the back end creates them."""
    return [
        {"code": code, "name": code, "maximum_uses_per_account": terms["per_account"]}
        | {name: value for name, value in terms.items() if name != "per_account"}
        for code, terms in CODES.items()
    ]
