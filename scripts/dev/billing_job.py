"""Money back, a subscription and its end, played with the edge and the stand-in for Stripe."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import psycopg

from edge.jobs.inbox import Inbox
from edge.jobs.reconciliation import Reconciliation
from edge.jobs.stripe_lists import StripeLists
from edge.stripe_api import stripe_client
from scripts.dev.shopper import Shopper
from scripts.dev.stack import Stack
from scripts.dev.story import Story, compact, fetch

BALANCE = "plan available subscription next_billing_date"


class BillingJob:
    """The part of the scenario that follows a purchase, with the user who bought.

    Attributes:
        plan: the first plan on sale; None where the catalog sells none.
    """

    def __init__(self, stack: Stack, story: Story, shopper: Shopper) -> None:
        self._stack = stack
        self._story = story
        self._shopper = shopper
        plans = fetch(shopper.client.rpc("list_credit_plans"))
        sold = (plan for plan in plans if plan["price_cents"] and not plan["contact_only"])
        self.plan: dict[str, Any] | None = next(sold, None)

    def play(self, bought: Any, since: datetime) -> None:
        """Play all steps.

        Args:
            bought: the credits, and the bonus, of the user's last purchase; none of it is spent.
            since: when the scenario began; a given database may know other stand-ins' payments.

        Raises:
            WrongAnswerError: an answer is not what it should be.
        """
        self._refund(bought)
        if self.plan:
            self._subscribe(self.plan)
            self._cancel()
        self._reconcile(since)

    def _refund(self, bought: Any) -> None:
        story = self._story
        story.step("The seller refunds that pack at Stripe: its credits go back")
        before = self._shopper.balance()["available"]
        stripe_url = self._stack.stripe_url
        with httpx.Client(auth=(self._stack.keys.stripe, "")) as stripe:
            intents = stripe.get(f"{stripe_url}/v1/payment_intents?limit=1").json()
            form = {"payment_intent": intents["data"][0]["id"]}
            story.asks(f"POST {stripe_url}/v1/refunds {compact(form)}")
            refund = stripe.post(f"{stripe_url}/v1/refunds", data=form)
        story.equal("the status", refund.status_code, 200)
        story.answers(refund.json(), show="amount status")
        after = self._shopper.wait_until(lambda balance: balance["available"] != before)
        story.equal("what went back", before - after["available"], bought)
        self._shopper.call("list_credit_orders", show="status refunded_cents")

    def _subscribe(self, plan: dict[str, Any]) -> None:
        story, shopper = self._story, self._shopper
        story.step(f"The user subscribes to the plan {plan['name']}")
        before = shopper.balance()["available"]
        path, wish = "/api/stripe/create-subscription-checkout", {"plan": plan["code"]}
        shopper.pay(shopper.post(path, wish, show="url")["url"])
        story.note("Stripe tells of the subscription and of its first paid invoice")
        after = shopper.wait_until(lambda balance: balance["plan"] == plan["code"])
        shopper.call("get_credit_balance", show=BALANCE)
        extra = after["available"] - before - plan["monthly_credits"]
        story.equal("the plan's credits are there", extra in (0, plan["welcome_credits"]), True)

    def _cancel(self) -> None:
        story = self._story
        story.step("The user cancels: the plan stays until the end of what is paid")
        self._shopper.post("/api/stripe/cancel", {}, show="status cancel_at")
        balance = self._shopper.call("get_credit_balance", show=BALANCE)
        story.equal("the next billing date", balance["next_billing_date"], None)
        story.equal("there is an end", balance["subscription"]["cancel_at"] is not None, True)

    def _reconcile(self, since: datetime) -> None:
        story = self._story
        story.step("Stripe's lists and the payments here agree, both ways")
        story.asks("pgcredits reconcile")
        config = self._stack.edge_config
        with psycopg.connect(self._stack.database_url, autocommit=True) as conn:
            lists = StripeLists(stripe_client(config), lambda _: None)
            inbox = Inbox(conn, config.livemode, False)
            report = Reconciliation(inbox, lists, since).run()
        found = {"repaired": len(report.repaired), "differing": len(report.differing)}
        story.answers({"read": report.read, **found})
        story.equal("what differs", found["differing"], 0)
