"""The stand-in's billing portal, and the pay page of a subscription, used as in a browser."""

from __future__ import annotations

import re

import pytest
import stripe

from scripts.dev.stripe import App
from tests.stripe.browsing import browse
from tests.stripe.subscribing import (
    again,
    at,
    invoices_of,
    item_of,
    make_price,
    open_checkout,
    period,
    subscribe,
    told,
)

START, RENEWAL = at("2027-04-01T00:00"), at("2027-05-01T00:00")
BACK = "http://localhost:1/billing?a=1&b=2"


class Shop:
    """Two plans, a configuration that offers both, and a subscriber of the dear one."""

    def __init__(self, client: stripe.StripeClient, stand_in: App) -> None:
        stand_in.control.set_clock(START)
        self.client = client
        self.dear, self.cheap = make_price(client, 5000, "Max"), make_price(client, 2000, "Pro")
        self.subscription = subscribe(client, stand_in, self.dear)
        self.configuration = client.v1.billing_portal.configurations.create(
            {
                "default_return_url": BACK,
                "features": {
                    "subscription_cancel": {"enabled": True},
                    "subscription_update": {
                        "enabled": True,
                        "default_allowed_updates": ["price"],
                        "proration_behavior": "always_invoice",
                        "products": [
                            {"product": str(it.product), "prices": [it.id]}
                            for it in (self.dear, self.cheap)
                        ],
                    },
                },
            }
        )

    def allow(self, **features: object) -> None:
        """Change features of the configuration."""
        self.client.v1.billing_portal.configurations.update(
            self.configuration.id,
            {"features": features},  # type: ignore[arg-type]
        )

    def url(self) -> str:
        """Return the page of a new session."""
        session = self.client.v1.billing_portal.sessions.create(
            {
                "customer": str(self.subscription.customer),
                "configuration": self.configuration.id,
            }
        )
        return session.url

    def press(self, action: str) -> int:
        """Press a button of the page; return the status."""
        return browse(self.url(), action, subscription=self.subscription.id).status

    def now(self) -> stripe.Subscription:
        """Return the subscription as it is now."""
        return again(self.client, self.subscription)


@pytest.fixture
def shop(client: stripe.StripeClient, stand_in: App) -> Shop:
    return Shop(client, stand_in)


def buttons(shop: Shop) -> list[str]:
    """Return the actions that the page offers."""
    return re.findall(r'name="action" value="([^"]+)"', browse(shop.url()).text)


def test_the_page_shows_the_subscription_and_leads_back(shop: Shop) -> None:
    page = browse(shop.url())
    assert page.status == 200
    assert "Local stand-in for Stripe" in page.text
    assert "<h2>Max</h2>" in page.text
    assert "50.00 USD per month, active. Renews on 2027-05-01." in page.text
    assert f'href="{BACK.replace("&", "&amp;")}"' in page.text
    assert buttons(shop) == ["cancel", f"change {shop.cheap.id}"]
    assert (page.policy or "").startswith("default-src 'none'")


def test_a_cancellation_in_the_portal_sets_only_its_time(shop: Shop, stand_in: App) -> None:
    assert shop.press("cancel") == 303
    cancelled = shop.now()
    assert (cancelled.status, cancelled.cancel_at) == ("active", RENEWAL)
    assert cancelled.cancel_at_period_end is False
    assert buttons(shop) == ["resume"]
    assert "Ends on 2027-05-01" in browse(shop.url()).text
    assert shop.press("cancel") == 400
    stand_in.control.do("advance", to=RENEWAL)
    assert shop.now().status == "canceled"
    assert "There is no subscription" in browse(shop.url()).text


def test_a_cancellation_is_taken_back_in_the_portal(shop: Shop) -> None:
    shop.press("cancel")
    assert shop.press("resume") == 303
    assert (shop.now().cancel_at, shop.now().canceled_at) == (None, None)
    assert shop.press("resume") == 400


def test_a_portal_can_cancel_at_once(shop: Shop) -> None:
    shop.allow(subscription_cancel={"enabled": True, "mode": "immediately"})
    assert shop.press("cancel") == 303
    assert shop.now().status == "canceled"


def test_a_plan_is_changed_in_the_portal_as_it_is_configured(shop: Shop, stand_in: App) -> None:
    stand_in.control.do("advance", to=at("2027-04-16T00:00"))
    assert shop.press(f"change {shop.cheap.id}") == 303
    assert item_of(shop.now()).price.id == shop.cheap.id
    invoice = invoices_of(shop.client, shop.subscription)[-1]
    assert (invoice.billing_reason, invoice.total) == ("subscription_update", -1500)


def test_a_lesser_plan_can_wait_for_the_renewal(shop: Shop, stand_in: App) -> None:
    scheduled = {
        "enabled": True,
        "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
    }
    shop.allow(subscription_update=scheduled)
    assert shop.press(f"change {shop.cheap.id}") == 303
    assert item_of(shop.now()).price.id == shop.dear.id
    assert shop.now().schedule is not None
    assert "then 20.00 USD per month" in browse(shop.url()).text
    stand_in.control.do("advance", to=RENEWAL + 3600)
    assert (item_of(shop.now()).price.id, shop.now().schedule) == (shop.cheap.id, None)
    assert invoices_of(shop.client, shop.subscription)[-1].amount_paid == 2000
    assert ", then" not in browse(shop.url()).text

    assert shop.press(f"change {shop.dear.id}") == 303
    assert item_of(shop.now()).price.id == shop.dear.id


def test_a_change_in_a_trial_ends_it_or_does_not(client: stripe.StripeClient, shop: Shop) -> None:
    scheduled = {"conditions": [{"type": "decreasing_item_amount"}]}
    shop.allow(subscription_update={"enabled": True, "schedule_at_period_end": scheduled})
    for behavior, status in (("continue_trial", "trialing"), ("end_trial", "active")):
        session = open_checkout(client, shop.dear.id, str(shop.subscription.customer), 14)
        browse(str(session.url), "pay")
        [shop.subscription, *_] = client.v1.subscriptions.list().data
        shop.allow(subscription_update={"enabled": True, "trial_update_behavior": behavior})
        assert shop.press(f"change {shop.cheap.id}") == 303
        assert (shop.now().status, item_of(shop.now()).price.id) == (status, shop.cheap.id)


def test_another_card_pays_from_now_on(shop: Shop, stand_in: App) -> None:
    assert shop.press("card") == 400
    stand_in.control.do(
        "set_card", card=shop.subscription.default_payment_method, behaviour="decline"
    )
    shop.allow(payment_method_update={"enabled": True}, invoice_history={"enabled": True})
    assert shop.press("card") == 303
    stand_in.control.do("advance", to=RENEWAL + 3600)
    assert invoices_of(shop.client, shop.subscription)[-1].status == "paid"
    customer = shop.client.v1.customers.retrieve(str(shop.subscription.customer))
    assert customer.invoice_settings is not None
    assert customer.invoice_settings.default_payment_method == shop.now().default_payment_method
    assert "<caption>Invoices</caption>" in browse(shop.url()).text


def test_only_the_customers_own_subscriptions_are_changed(
    client: stripe.StripeClient, stand_in: App, shop: Shop
) -> None:
    other = subscribe(client, stand_in, shop.dear)
    assert browse(shop.url(), "cancel", subscription=other.id).status == 400
    assert other.id not in browse(shop.url()).text
    assert shop.press(f"change {make_price(client, 5).id}") == 400
    assert shop.press("delete") == 400
    assert browse(shop.url() + "x").status == 404


def test_without_a_configuration_the_default_one_is_used(
    client: stripe.StripeClient, shop: Shop
) -> None:
    session, _ = (
        client.v1.billing_portal.sessions.create(
            {"customer": str(shop.subscription.customer), "return_url": BACK}
        )
        for _ in range(2)
    )
    default = client.v1.billing_portal.configurations.list({"is_default": True}).data
    assert [it.id for it in default] == [session.configuration]
    offered = re.findall(r'value="(cancel|card|change .*?)"', browse(session.url).text)
    assert offered == ["cancel", "card"]


def test_a_configuration_keeps_what_an_update_does_not_name(
    client: stripe.StripeClient, shop: Shop
) -> None:
    known = shop.configuration
    changed = client.v1.billing_portal.configurations.update(
        known.id, {"metadata": {"mark": "1"}, "features": {"invoice_history": {"enabled": True}}}
    )
    assert changed.features.invoice_history.enabled
    assert changed.features.subscription_update == known.features.subscription_update
    emptied = client.v1.billing_portal.configurations.update(
        known.id, {"features": {"subscription_update": {"enabled": False, "products": ""}}}
    )
    assert emptied.features.subscription_update.products == []
    client.v1.billing_portal.configurations.update(known.id, {"active": False})
    assert client.v1.billing_portal.configurations.list({"active": True}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="Not active"):
        shop.url()


@pytest.mark.parametrize(
    ("feature", "param"),
    [
        ({"products": ""}, "features[subscription_update][products]"),
        ({"proration_behavior": "x"}, "features[subscription_update][proration_behavior]"),
        (
            {"products": [{"product": "prod_x", "prices": ["price_x"]}]},
            "features[subscription_update][products][0][product]",
        ),
    ],
)
def test_a_wrong_configuration_is_refused(
    shop: Shop, feature: dict[str, object], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.allow(subscription_update={"enabled": True, **feature})
    assert refused.value.param == param


def test_a_product_offers_one_price_of_an_interval(client: stripe.StripeClient, shop: Shop) -> None:
    product = str(shop.cheap.product)
    second, yearly = (
        client.v1.prices.create(
            {
                "currency": "usd",
                "unit_amount": 5,
                "product": product,
                "recurring": {"interval": interval},
            }
        )
        for interval in ("month", "year")
    )
    ids = [shop.cheap.id, yearly.id]
    shop.allow(
        subscription_update={"enabled": True, "products": [{"product": product, "prices": ids}]}
    )
    with pytest.raises(stripe.InvalidRequestError, match="one price"):
        shop.allow(
            subscription_update={
                "enabled": True,
                "products": [{"product": product, "prices": [*ids, second.id]}],
            }
        )


@pytest.mark.parametrize(
    ("trial_days", "shown", "offered"),
    [
        (None, ("Renews at 19.00 USD per month", "Due today"), ["pay", "decline"]),
        (14, ("Free for 14 days, then 19.00 USD per month", "0.00 USD"), ["pay"]),
    ],
)
def test_the_pay_page_says_what_a_subscription_costs(
    client: stripe.StripeClient,
    stand_in: App,
    trial_days: int | None,
    shown: tuple[str, ...],
    offered: list[str],
) -> None:
    customer = client.v1.customers.create({"email": "ann@example.org"})
    session = open_checkout(client, make_price(client, 1900).id, customer.id, trial_days)
    page = browse(str(session.url)).text
    assert all(text in page for text in shown)
    assert re.findall(r'name="action" value="([^"]+)"', page) == offered
    assert browse(str(session.url), "pay_async").status == 400
    assert browse(str(session.url), "pay").location == "http://localhost/thanks"
    [subscription] = client.v1.subscriptions.list().data
    assert subscription.status == ("trialing" if trial_days else "active")
    assert period(subscription)[0] == subscription.created
    assert told(stand_in, "checkout") == [("checkout.session.completed", "complete")]
