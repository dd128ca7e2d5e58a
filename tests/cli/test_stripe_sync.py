"""``pgcredits stripe sync``: the catalog's plans and packs become products and prices of Stripe."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from edge.jobs.prices import sync_prices
from tests.cli.stripe_shop import OFFERS, asked, price_of, run_on
from tests.edge.shop import Shop, open_shop

UNCHANGED = [
    "mode: unchanged",
    "package small: unchanged",
    "plan member: unchanged",
    "plan tried: unchanged",
    "plan yearly: unchanged",
    "portal: unchanged",
]


@pytest.fixture
def shop(fresh_db: str) -> Any:
    with open_shop(fresh_db) as opened:
        opened.sell(OFFERS)
        yield opened


def test_plans_and_packs_become_prices_that_their_keys_find(shop: Shop) -> None:
    result = run_on(shop, "sync")
    assert result.exit_code == 0, result.output
    prices = {
        it["lookup_key"]: (
            it["unit_amount"],
            it["currency"],
            (it["recurring"] or {}).get("interval"),
        )
        for it in shop.objects("price")
    }
    assert prices == {
        "pgcredits:package:small": (1000, "usd", None),
        "pgcredits:plan:member": (1900, "usd", "month"),
        "pgcredits:plan:tried": (2900, "usd", "month"),
        "pgcredits:plan:yearly": (19000, "usd", "year"),
    }
    names = [(it["name"], it["active"]) for it in shop.objects("product")]
    assert sorted(names) == [(name, True) for name in ("Member", "Small", "Tried out", "Yearly")]
    assert sorted(result.output.splitlines()) == [
        "mode: unchanged",
        "package small: new price, 1000 usd cents",
        "plan member: new price, 1900 usd cents a month",
        "plan tried: new price, 2900 usd cents a month",
        "plan yearly: new price, 19000 usd cents a year",
        "portal: new configuration",
    ]


def test_the_ids_are_stored(shop: Shop) -> None:
    run_on(shop, "sync")
    stored = dict(
        shop.query(
            "select concat_ws(':', 'pgcredits', kind, code), price_id"
            " from credits.list_provider_offers('stripe')"
        )
    )
    assert stored == {it["lookup_key"]: it["id"] for it in shop.objects("price")}
    ((configuration_id,),) = shop.query(
        "select portal_configuration_id from credits.get_provider('stripe')"
    )
    assert [it["id"] for it in shop.objects("billing_portal.configuration")] == [configuration_id]


def test_the_second_time_nothing_changes(shop: Shop) -> None:
    run_on(shop, "sync")
    asked(shop)
    result = run_on(shop, "sync")
    assert sorted(result.output.splitlines()) == sorted([*UNCHANGED, "nothing changes"])
    assert asked(shop) == []


def test_a_dry_run_says_what_would_change_and_changes_nothing(shop: Shop) -> None:
    result = run_on(shop, "sync", "--dry-run")
    assert "plan member: new price, 1900 usd cents a month" in result.output.splitlines()
    assert result.output.splitlines()[-1] == "this was a dry run: nothing was changed"
    assert asked(shop) == []
    assert shop.query("select * from credits.provider_prices") == []


@pytest.mark.parametrize(
    ("old", "new", "terms"),
    [
        ("price_cents = 1900\n", "price_cents = 2100\n", "2100 usd cents a month"),
        ('currency = "usd"', 'currency = "eur"', "1900 eur cents a month"),
        (
            'price_cents = 1900\nbilling_interval = "month"',
            'price_cents = 1900\nbilling_interval = "year"',
            "1900 usd cents a year",
        ),
    ],
)
def test_a_price_on_other_terms_is_archived_and_replaced(
    shop: Shop, tmp_path: Path, old: str, new: str, terms: str
) -> None:
    run_on(shop, "sync")
    before = price_of(shop, "pgcredits:plan:member")
    _sell(shop, tmp_path, old, new)
    line = f"plan member: new price, {terms}, in place of 1900 usd cents a month"
    assert line in run_on(shop, "sync").output.splitlines()
    after = price_of(shop, "pgcredits:plan:member")
    assert (after["id"] != before["id"], after["product"]) == (True, before["product"])
    archived = {it["id"]: it for it in shop.objects("price")}[before["id"]]
    assert archived["active"] is False
    query = "select price_id from credits.list_provider_offers('stripe') where code = 'member'"
    assert shop.query(query) == [(after["id"],)]
    assert "nothing changes" in run_on(shop, "sync").output


def test_terms_that_come_back_get_a_price_that_can_be_bought(shop: Shop, tmp_path: Path) -> None:
    for _ in range(2):
        for cents in (1900, 2100):
            _sell(shop, tmp_path, "price_cents = 1900\n", f"price_cents = {cents}\n")
            run_on(shop, "sync")
            price = price_of(shop, "pgcredits:plan:member")
            assert (price["unit_amount"], price["active"]) == (cents, True)
    query = "select price_id from credits.provider_prices where is_current and code = 'member'"
    assert shop.query(query) == [(price["id"],)]


def test_a_new_name_is_the_product_s_name(shop: Shop, tmp_path: Path) -> None:
    run_on(shop, "sync")
    for name in ("Friend", "Member", "Friend"):
        _sell(shop, tmp_path, 'name = "Member"', f'name = "{name}"')
        assert f"plan member: product named {name}" in run_on(shop, "sync").output
        assert name in [it["name"] for it in shop.objects("product")]
    assert len(shop.objects("price")) == 4


def test_what_somebody_archived_is_active_again(shop: Shop) -> None:
    run_on(shop, "sync")
    client = shop.edge.extensions["stripe"].v1
    price = price_of(shop, "pgcredits:plan:member")
    client.prices.update(price["id"], {"active": False})
    client.products.update(price["product"], {"active": False})
    assert "plan member: product named Member, price active again" in run_on(shop, "sync").output
    assert price_of(shop, "pgcredits:plan:member")["active"] is True
    assert all(it["active"] for it in shop.objects("product"))


def test_another_database_finds_what_is_there(shop: Shop) -> None:
    run_on(shop, "sync")
    shop.query("delete from credits.provider_prices")
    shop.query("update credits.providers set portal_configuration_id = null")
    asked(shop)
    with psycopg.connect(shop.dsn, autocommit=True) as conn:
        list(sync_prices(conn, shop.edge.extensions["stripe"], dry_run=True))
    assert shop.query("select * from credits.provider_prices") == []
    output = run_on(shop, "sync").output
    assert "plan member: price known from now on" in output
    assert "portal: configuration known from now on" in output
    assert asked(shop) == []
    assert "nothing changes" in run_on(shop, "sync").output


@pytest.mark.parametrize("path", ["/v1/prices", "/v1/billing_portal/configurations*"])
def test_it_goes_on_where_a_lost_answer_ended_it(shop: Shop, path: str) -> None:
    shop.strike("lost", "POST", path, times=1)
    shop.strike("unavailable", "POST", path, times=1)  # the client tries each call twice
    result = run_on(shop, "sync")
    assert (result.exit_code, "Stripe: " in result.output) == (2, True)
    result = run_on(shop, "sync")
    assert result.exit_code == 0, result.output
    assert len(shop.objects("price")) == len(shop.objects("product")) == 4
    assert len(shop.objects("billing_portal.configuration")) == 1
    assert "nothing changes" in run_on(shop, "sync").output


def test_two_at_the_same_time_make_each_price_once(shop: Shop) -> None:
    shop.stripe.control.faults.inject("hang", "POST", "/v1/prices", times=2, seconds=0.5)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(shop.sync) for _ in range(2)]:
            done.result()
    assert len(shop.objects("price")) == len(shop.objects("product")) == 4
    assert len(shop.query("select price_id from credits.provider_prices")) == 4


def test_more_offers_than_stripe_finds_at_once(shop: Shop, tmp_path: Path) -> None:
    packs = "".join(
        f'[[packages]]\ncode = "p{it}"\nname = "P{it}"\ncredits = {it}\nprice_cents = {it}00\n'
        for it in range(1, 13)
    )
    _sell(shop, tmp_path, "[[packages]]", f"{packs}\n[[packages]]")
    assert run_on(shop, "sync").exit_code == 0
    assert len(shop.objects("price")) == 16
    asked_for = [list(it.params) for it in shop.asked("GET", "/v1/prices")]
    assert sorted(sum("lookup_keys" in name for name in names) for names in asked_for) == [6, 10]
    assert "nothing changes" in run_on(shop, "sync").output


def test_the_live_mode_is_left_only_by_who_means_it(shop: Shop) -> None:
    shop.query("select credits.set_provider_mode('stripe', true)")
    for options in ([], ["--dry-run"]):
        result = run_on(shop, "sync", *options)
        assert (result.exit_code, "--leave-live if you mean it" in result.output) == (2, True)
    assert "mode: test" in run_on(shop, "sync", "--leave-live", "--dry-run").output
    assert shop.query("select livemode from credits.providers") == [(True,)]
    assert "mode: test" in run_on(shop, "sync", "--leave-live").output
    assert shop.query("select livemode from credits.providers") == [(False,)]


def test_a_key_that_stripe_does_not_know_changes_no_mode(shop: Shop) -> None:
    shop.query("select credits.set_provider_mode('stripe', true)")
    result = run_on(shop, "sync", "--leave-live", STRIPE_SECRET_KEY="sk_test_unknown")
    assert (result.exit_code, "check STRIPE_SECRET_KEY" in result.output) == (2, True)
    assert shop.query("select livemode from credits.providers") == [(True,)]


def _sell(shop: Shop, tmp_path: Path, old: str, new: str) -> None:
    """Sell what offers.toml sells, with the first place of a text replaced."""
    text = OFFERS.read_text()
    assert old in text
    path = tmp_path / "offers.toml"
    path.write_text(text.replace(old, new, 1))
    shop.sell(path)
