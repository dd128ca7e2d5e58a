"""``pgcredits stripe sync``: the portal lets subscribers do what the catalog's policy says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stripe_shop import OFFERS, price_of, run_on
from tests.edge.shop import SITE, Shop, open_shop


@pytest.fixture
def shop(fresh_db: str) -> Iterator[Shop]:
    with open_shop(fresh_db) as opened:
        opened.sell(OFFERS)
        yield opened


def features(shop: Shop) -> Any:
    (configuration,) = shop.objects("billing_portal.configuration")
    assert configuration["active"]
    assert configuration["default_return_url"] == f"{SITE}/billing"
    return configuration["features"]


def test_subscribers_leave_at_the_end_of_what_they_paid(shop: Shop) -> None:
    run_on(shop, "sync")
    cancel = features(shop)["subscription_cancel"]
    assert (cancel["enabled"], cancel["mode"]) == (True, "at_period_end")
    assert features(shop)["payment_method_update"]["enabled"]
    assert features(shop)["invoice_history"]["enabled"]


def test_they_change_among_the_plans_that_are_sold(shop: Shop) -> None:
    run_on(shop, "sync")
    update = features(shop)["subscription_update"]
    assert (update["enabled"], update["default_allowed_updates"]) == (True, ["price"])
    prices = {(it["product"], *it["prices"]) for it in update["products"]}
    plans = [price_of(shop, f"pgcredits:plan:{it}") for it in ("member", "tried", "yearly")]
    assert prices == {(it["product"], it["id"]) for it in plans}


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "proration", "conditions"),
    [
        ("now", "renewal", "always_invoice", ["decreasing_item_amount"]),
        ("renewal", "now", "none", []),
        ("renewal", "renewal", "none", ["decreasing_item_amount"]),
    ],
)
def test_they_change_when_the_catalog_says(
    shop: Shop, tmp_path: Path, upgrade: str, downgrade: str, proration: str, conditions: list[str]
) -> None:
    run_on(shop, "sync")
    policy = f'[subscriptions]\nupgrade = "{upgrade}"\ndowngrade = "{downgrade}"\n'
    _sell(shop, tmp_path, policy)
    is_usual = (upgrade, downgrade) == ("now", "renewal")
    assert ("portal: unchanged" in run_on(shop, "sync").output) is is_usual
    update = features(shop)["subscription_update"]
    assert update["proration_behavior"] == proration
    scheduled = update["schedule_at_period_end"]["conditions"]
    assert [it["type"] for it in scheduled] == conditions


def test_without_plans_there_is_nothing_to_change_to(shop: Shop, tmp_path: Path) -> None:
    run_on(shop, "sync")
    path = tmp_path / "packs.toml"
    path.write_text(
        'code = "packs"\nname = "Packs"\ncurrency = "usd"\nlist_price_per_credit = 0.02\n'
        '[[packages]]\ncode = "small"\nname = "Small"\ncredits = 500\nprice_cents = 1000\n'
    )
    shop.sell(path)
    assert run_on(shop, "sync").exit_code == 0
    update = features(shop)["subscription_update"]
    assert (update["enabled"], update["products"]) == (False, [])


def test_of_many_plans_it_offers_the_first_ten(shop: Shop, tmp_path: Path) -> None:
    plans = "".join(
        f'[[plans]]\ncode = "p{it}"\nname = "P{it}"\nbilling_interval = "month"\n'
        f"price_cents = {it}00\n"
        for it in range(1, 12)
    )
    _sell(shop, tmp_path, plans)
    assert run_on(shop, "sync").exit_code == 0
    offered = [it["prices"] for it in features(shop)["subscription_update"]["products"]]
    first_ten = [price_of(shop, f"pgcredits:plan:p{it}")["id"] for it in range(1, 11)]
    assert offered == [[price_id] for price_id in first_ten]


def test_one_that_was_switched_off_is_replaced_or_switched_on(shop: Shop) -> None:
    run_on(shop, "sync")
    (configuration,) = shop.objects("billing_portal.configuration")
    configurations = shop.edge.extensions["stripe"].v1.billing_portal.configurations
    configurations.update(configuration["id"], {"active": False})
    assert run_on(shop, "sync").exit_code == 0
    assert features(shop)["subscription_update"]["enabled"]
    assert run_on(shop, "check").exit_code == 0


def test_a_configuration_of_somebody_else_is_left_alone(shop: Shop) -> None:
    configurations = shop.edge.extensions["stripe"].v1.billing_portal.configurations
    theirs = configurations.create({"features": {"invoice_history": {"enabled": False}}})
    run_on(shop, "sync")
    kept = {it["id"]: it for it in shop.objects("billing_portal.configuration")}
    assert len(kept) == 2
    assert kept[theirs.id]["features"]["invoice_history"]["enabled"] is False


def _sell(shop: Shop, tmp_path: Path, more: str) -> None:
    """Sell what offers.toml sells, and with more before its plans."""
    path = tmp_path / "offers.toml"
    text = OFFERS.read_text()
    place = text.index("[[plans]]")
    path.write_text(text[:place] + more + text[place:])
    shop.sell(path)
