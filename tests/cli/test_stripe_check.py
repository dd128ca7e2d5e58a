"""``pgcredits stripe check``: what at Stripe is not as the rules count on, one line for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe
from flask import request

from edge.events import EVENT_TYPES
from tests.cli.stripe_shop import OFFERS, price_of, run_on
from tests.edge.shop import Shop, open_shop


@pytest.fixture
def shop(fresh_db: str) -> Iterator[Shop]:
    """A shop in which nothing is found."""
    with open_shop(fresh_db) as opened:
        opened.sell(OFFERS)
        assert run_on(opened, "sync").exit_code == 0
        yield opened


def findings(shop: Shop, **changes: str) -> list[str]:
    """Return the lines of a check that finds something."""
    result = run_on(shop, "check", **changes)
    assert result.exit_code == 1, result.output
    return result.output.splitlines()


def client(shop: Shop) -> Any:
    return shop.edge.extensions["stripe"].v1


def endpoint(shop: Shop) -> Any:
    """Return the endpoint that the stand-in delivers to, itself."""
    (found,) = shop.stripe.state.all("webhook_endpoint")
    return found


def test_when_all_is_well_it_says_so_and_changes_nothing(shop: Shop) -> None:
    shop.calls.clear()
    result = run_on(shop, "check")
    assert (result.exit_code, result.output) == (0, "no findings\n")
    assert {it.method for it in shop.calls} == {"GET"}


def test_the_database_takes_another_mode(shop: Shop) -> None:
    shop.query("select credits.set_provider_mode('stripe', true)")
    (line,) = findings(shop)
    assert line.startswith("mode: the database takes live mode, STRIPE_MODE is test")


def test_a_key_that_stripe_does_not_know(shop: Shop) -> None:
    assert findings(shop, STRIPE_SECRET_KEY="sk_test_of_nobody") == [
        "key: Stripe does not know STRIPE_SECRET_KEY"
    ]


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("url", "https://shop.example/elsewhere", "webhook: no endpoint at Stripe ends in"),
        ("status", "disabled", "webhook: "),
        ("api_version", "2023-10-16", "webhook-version: "),
        ("api_version", None, "webhook-version: "),
        ("enabled_events", ["charge.refunded"], "webhook-events: "),
    ],
)
def test_a_webhook_that_does_not_do(shop: Shop, field: str, value: Any, line: str) -> None:
    endpoint(shop)[field] = value
    (found,) = findings(shop)
    assert found.startswith(line)


def test_the_second_address_of_the_webhook_does_as_well(shop: Shop) -> None:
    endpoint(shop)["url"] = "https://api.shop.example/v2/api/credits/webhook"
    assert run_on(shop, "check").exit_code == 0


def test_an_endpoint_needs_the_events_that_are_known_and_no_more(shop: Shop) -> None:
    endpoint(shop)["enabled_events"] = list(EVENT_TYPES)
    assert run_on(shop, "check").exit_code == 0
    endpoint(shop)["enabled_events"] = [it for it in EVENT_TYPES if it != "invoice.paid"]
    (line,) = findings(shop)
    assert line.endswith(" does not get invoice.paid")


def test_a_version_that_is_not_pinned_is_said_to_be_understood(shop: Shop) -> None:
    endpoint(shop)["api_version"] = None
    (line,) = findings(shop)
    assert "the account's default version: it is understood, but not pinned" in line
    assert stripe.api_version in line


def test_a_catalog_that_was_not_synced_since(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "offers.toml"
    path.write_text(OFFERS.read_text().replace("price_cents = 1900\n", "price_cents = 2100\n"))
    shop.sell(path)
    price, portal = findings(shop)
    assert price.startswith(
        "price: plan member is not at Stripe on the catalog's terms, 2100 usd cents"
    )
    assert price.endswith("run pgcredits stripe sync")
    assert portal.startswith("portal: ")  # it still leads to the old price
    assert run_on(shop, "sync").exit_code == 0
    assert run_on(shop, "check").exit_code == 0


def test_a_price_that_was_archived(shop: Shop) -> None:
    price = price_of(shop, "pgcredits:plan:member")
    client(shop).prices.update(price["id"], {"active": False})
    (line,) = findings(shop)
    assert line.startswith(f"price: plan member is archived at Stripe ({price['id']})")


def test_a_price_that_was_put_in_the_place_of_ours(shop: Shop) -> None:
    price = price_of(shop, "pgcredits:plan:member")
    terms = {name: price[name] for name in ("currency", "lookup_key", "product")}
    month = {"interval": "month"}
    for cents, said in ((1900, "is price_"), (1800, "costs 1800 usd cents a month at Stripe")):
        client(shop).prices.create(
            {**terms, "unit_amount": cents, "recurring": month, "transfer_lookup_key": True}
        )
        (line,) = findings(shop)
        assert line.startswith(f"price: plan member {said}")


@pytest.mark.parametrize(
    ("field", "value", "line"),
    [
        ("active", False, "is not active"),
        ("metadata", {}, "does not say what the catalog says"),
        ("metadata", {"pgcredits": "other"}, "does not say what the catalog says"),
    ],
)
def test_a_portal_that_does_not_do(shop: Shop, field: str, value: Any, line: str) -> None:
    (configuration,) = shop.stripe.state.all("billing_portal.configuration")
    configuration[field] = value
    assert findings(shop) == [f"portal: {configuration['id']} {line}: run pgcredits stripe sync"]


def test_a_portal_that_is_not_there(shop: Shop) -> None:
    shop.query("select credits.set_portal_configuration('stripe', 'bpc_none')")
    assert findings(shop) == ["portal: bpc_none is not at Stripe: run pgcredits stripe sync"]
    shop.query("update credits.providers set portal_configuration_id = null")
    assert findings(shop) == ["portal: it has no configuration: run pgcredits stripe sync"]


def forbid(shop: Shop, path: str) -> None:
    """Let Stripe answer a path as it answers a restricted key that may not."""

    def refuse() -> tuple[dict[str, Any], int] | None:
        error = {"type": "invalid_request_error", "message": "The key may not."}
        return ({"error": error}, 403) if request.path == path else None

    shop.stripe.flask.before_request_funcs[None].insert(0, refuse)


def test_a_restricted_key_that_lacks_a_permission(shop: Shop) -> None:
    forbid(shop, "/v1/webhook_endpoints")
    assert findings(shop) == ["key: it lacks a permission: The key may not."]


def test_a_restricted_key_need_not_read_the_account(shop: Shop) -> None:
    forbid(shop, "/v1/account")
    assert run_on(shop, "check").exit_code == 0


def test_everything_that_is_wrong_is_found_at_once(shop: Shop) -> None:
    endpoint(shop)["status"] = "disabled"
    shop.query("delete from credits.provider_prices where code = 'member'")
    shop.query("update credits.providers set portal_configuration_id = null")
    assert [line.split(":")[0] for line in findings(shop)] == ["webhook", "price", "portal"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"STRIPE_SECRET_KEY": ""}, "Not set in the environment: STRIPE_SECRET_KEY"),
        ({"STRIPE_MODE": "live", "STRIPE_API_BASE": ""}, "not a secret key of STRIPE_MODE=live"),
        ({"CREDITS_DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}, "no connection"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:9"}, "Stripe: APIConnectionError"),
    ],
)
def test_what_keeps_it_from_running_is_status_2(
    shop: Shop, changes: dict[str, str], said: str
) -> None:
    result = run_on(shop, "check", **changes)
    assert (result.exit_code, said in result.output) == (2, True), result.output
    assert "no findings" not in result.output
