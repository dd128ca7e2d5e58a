"""The main job, played with supabase-py: sign up, spend, buy, be refused, be renewed, subscribe.

No price is written here: what must come out is worked out from what the price lists say.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from supabase import create_client

from scripts.dev.billing_job import BillingJob
from scripts.dev.control_job import ControlJob
from scripts.dev.mail_job import MailJob
from scripts.dev.shopper import Shopper, connect
from scripts.dev.stack import Stack, User
from scripts.dev.story import Story, fetch

BALANCE = "plan balance available"
CHARGE = "transaction_id cost available"
QUOTE = "credits bonus_credits lines total_cents"
HISTORY = "id, type, amount, balance_after"


class MainJob:
    """The scenario, on a running stack, with a user of its own.

    Attributes:
        packages: those on sale; the first one is bought.
        user: who signed up for it.
    """

    user: User

    def __init__(self, stack: Stack, story: Story) -> None:
        self._stack = stack
        self._story = story
        self._anon = connect(stack)
        self._service = create_client(stack.url, stack.keys.service)
        self._plans = fetch(self._anon.rpc("list_credit_plans"))
        self.packages = fetch(self._anon.rpc("list_credit_packages"))
        self._prices = fetch(self._anon.rpc("list_credit_prices"))
        self._began_at = datetime.now(UTC)
        self._available: Any = 0
        self._bought: Any = 0

    @property
    def can_be_played(self) -> bool:
        """Whether the catalog has something to buy and something to use."""
        return bool(self.packages and self._prices)

    def play(self) -> None:
        """Play all steps.

        Raises:
            WrongAnswerError: an answer is not what it should be.
        """
        self._use = example_use(self._prices)
        self._sign_up()
        self._read_lists()
        if self._available >= self._cost:
            self._spend()
        self._buy("The user asks what a pack costs, and buys it")
        self._spend_all()
        self._buy("The user buys another one, with a promotion code", self._promote())
        if self._monthly:
            self._renew()
        billing = BillingJob(self._stack, self._story, self._shopper)
        billing.play(self._bought, self._began_at)
        control = ControlJob(self._stack, self._story, self._shopper, self._service)
        control.play(self.packages[0]["code"], self._use, self._cost)
        self._available = self._shopper.balance()["available"]
        MailJob(self._stack, self._story).play(self.user)
        self._look_back()

    def _sign_up(self) -> None:
        story = self._story
        story.step("A user signs up")
        email = f"ada.{uuid4().hex[:4]}@example.com"
        story.asks(f"{email}: locally a row of auth.users, on Supabase by its Auth")
        self.user = self._stack.sign_up(email)
        self._shopper = Shopper(self._stack, story, self.user)
        story.answers({"id": str(self.user.id)})

        free = next((plan for plan in self._plans if plan["code"] == "free"), None)
        story.step(f"The account is there, {'with the' if free else 'without'} free credits")
        self._monthly = free["monthly_credits"] if free else 0
        self._check_balance(self._monthly + (free["welcome_credits"] if free else 0))

    def _read_lists(self) -> None:
        story = self._story
        story.step("Anybody may read the price lists")
        story.call("anon", self._anon, "list_credit_packages", show="code credits price_cents")
        story.call("anon", self._anon, "list_credit_prices", show="service meter credits")

        story.step("What one use costs is known before it runs")
        self._cost = story.call("anon", self._anon, "calculate_query_cost", **self._use(1))
        story.equal("the cost is above 0", self._cost > 0, True)

    def _spend(self) -> None:
        story, use = self._story, self._use(1, key="first-use")
        story.step("The user spends")
        charge = self._shopper.call("use_credits", show=CHARGE, **use)
        self._available -= self._cost
        story.expect(charge, cost=self._cost, available=self._available)

        story.step("The same key again: the same answer, charged once")
        again = self._shopper.call("use_credits", show=CHARGE, **use)
        story.equal("the answer", again, charge)
        self._check_balance(self._available)

    def _buy(self, title: str, promotion_code: str | None = None) -> None:
        story, package = self._story, self.packages[0]
        story.step(title)
        wish = {"package": package["code"]}
        if promotion_code:
            wish["promotion_code"] = promotion_code
        quote = self._shopper.call("quote_credit_purchase", show=QUOTE, **wish)
        story.expect(quote, ok=True, credits=package["credits"])
        lines = sum(line["amount_cents"] for line in quote["lines"])
        story.expect(quote, total_cents=lines, subtotal_cents=package["price_cents"])
        story.equal("there is a discount", quote["discount_cents"] > 0, bool(promotion_code))

        self._shopper.buy(wish)
        self._bought = quote["credits"] + quote["bonus_credits"]
        self._check_balance(self._available + self._bought)

    def _promote(self) -> str:
        """Create a promotion, as the seller does in the database, and return its code."""
        code = f"THANKS{uuid4().hex[:4].upper()}"
        promotion = {
            "code": code,
            "name": "10 % off",
            "discount_type": "percent",
            "discount_value": 10,
        }
        text = json.dumps(promotion)
        self._story.step("The seller creates a promotion")
        self._story.asks(f"select credits.create_promotion('{text}')")
        with psycopg.connect(self._stack.database_url) as conn:
            conn.execute("select credits.create_promotion(%s)", [text])
        return code

    def _spend_all(self) -> None:
        story, times = self._story, int(self._available // self._cost)
        story.step("The user spends what is left")
        use = self._use(times, key="many-uses")
        charge = self._shopper.call("use_credits", show=CHARGE, **use)
        self._available -= times * self._cost
        story.expect(charge, cost=times * self._cost, available=self._available)

        story.step("Without credits a use is refused: HTTP 402, nothing is written")
        use = self._use(1, key="one-too-many")
        refusal = self._shopper.refused("use_credits", **use)
        story.expect(refusal, code="PT402", message="insufficient_credits")
        story.expect(refusal["details"], required=self._cost, available=self._available)
        self._check_balance(self._available)

    def _renew(self) -> None:
        story = self._story
        story.step("A month later the plan's credits are renewed; what was bought stays")
        at = (datetime.now(UTC) + timedelta(days=32)).isoformat(timespec="seconds")
        count = story.call("service", self._service, "reset_monthly_credits", at=at)
        story.equal("an account was renewed", count > 0, True)
        self._check_balance(self._available + self._monthly)

        story.asks('user.table("credit_grants").select("source, remaining").gt("remaining", 0)')
        grants = self._shopper.client.table("credit_grants").select("source, remaining")
        rows = fetch(grants.gt("remaining", 0).order("id"))
        story.answers(rows)
        bought = sum(row["remaining"] for row in rows if row["source"] == "purchase")
        story.equal("what is left of the packs", bought, self._available - self._monthly)

    def _look_back(self) -> None:
        story = self._story
        story.step("The history tells all of it")
        story.asks(f'user.table("credit_transactions").select("{HISTORY}").eq("account_id", …)')
        history = self._shopper.client.table("credit_transactions").select(HISTORY)
        rows = fetch(history.eq("account_id", str(self.user.id)).order("id"))
        story.answers(rows)
        story.equal("the sum of the history", sum(row["amount"] for row in rows), self._available)

        story.step("The books are right: a check of every balance and hash finds nothing")
        found = story.call("service", self._service, "check_credit_integrity")
        story.equal("what is wrong", found, [])

    def _check_balance(self, available: Any) -> None:
        self._available = available
        found = self._shopper.call("get_credit_balance", show=BALANCE)
        self._story.expect(found, available=available, balance=available, held=0)


def example_use(prices: list[dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Return a function that gives the arguments of so many uses of the first service listed.

    A use takes all tools that the service's price names, or 1000 tokens.
    """
    service = prices[0]["service"]
    meters = [row["meter"] for row in prices if row["service"] == service]
    tools = [m[5:] for m in meters if m.startswith("tool:") and m != "tool:*"]

    def use(times: int, **more: str) -> dict[str, Any]:
        arguments: dict[str, Any] = {"service": service, **more}
        if "tokens" in meters:
            usage = {"input_tokens": 600 * times, "output_tokens": 400 * times}
            return {**arguments, "usage": usage}
        if times > 1:
            arguments["quantity"] = times
        return {**arguments, "usage": {"tools": tools}} if tools else arguments

    return use
