"""A signed-up user of the scenario: calls Supabase and the edge, pays, and waits for webhooks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
from supabase import Client, create_client
from supabase.lib.client_options import SyncClientOptions

from scripts.dev.stack import Stack, User
from scripts.dev.story import Story, WrongAnswerError, compact, fetch

WAIT_SECONDS = 15
CHECKOUT = "/api/credits/checkout"

Balance = dict[str, Any]


def connect(stack: Stack, user: User | None = None) -> Client:
    """Return a client of supabase-py: as a signed-in user, or with the anonymous key alone."""
    headers = {"Authorization": f"Bearer {user.token}"} if user else {}
    return create_client(stack.url, stack.keys.anon, SyncClientOptions(headers=headers))


class Shopper:
    """A user, told in a story under a name.

    Attributes:
        user: who signed up.
        client: supabase-py, with the user's token.
    """

    def __init__(self, stack: Stack, story: Story, user: User, name: str = "user") -> None:
        self.user = user
        self.client = connect(stack, user)
        self._stack = stack
        self._story = story
        self._name = name

    def call(self, function: str, /, show: str = "", **arguments: Any) -> Any:
        """Call a function and return its answer; ``show`` as ``Story.call`` has it."""
        return self._story.call(self._name, self.client, function, show=show, **arguments)

    def refused(self, function: str, /, **arguments: Any) -> dict[str, Any]:
        """Call a function that must be refused, and return the refusal."""
        return self._story.refused(self._name, self.client, function, **arguments)

    def balance(self, **account: str) -> Balance:
        """Return a balance without telling it; the user's own unless an ``account_id`` is given."""
        balance: Balance = fetch(self.client.rpc("get_credit_balance", account))
        return balance

    def post(self, path: str, body: dict[str, Any], show: str = "") -> dict[str, Any]:
        """Send JSON to a route of the edge and return its answer.

        Raises:
            WrongAnswerError: the status is not 200.
        """
        self._story.asks(f"POST {self._stack.edge_url}{path} {compact(body)}")
        response = httpx.post(
            self._stack.edge_url + path,
            json=body,
            headers={"Authorization": f"Bearer {self.user.token}"},
            timeout=WAIT_SECONDS,
        )
        if response.status_code != httpx.codes.OK:
            raise WrongAnswerError(f"{path} answered {response.status_code}: {response.text}")
        answer: dict[str, Any] = response.json()
        self._story.answers(answer, show)
        return answer

    def pay(self, url: str) -> None:
        """Do what the button Pay of Stripe's page does."""
        self._story.asks("POST that address, action=pay: what its button Pay does")
        page = httpx.post(url, data={"action": "pay"}, timeout=WAIT_SECONDS)
        self._story.equal("the status", page.status_code, 303)
        self._story.answers({"status": page.status_code})

    def buy(self, wish: dict[str, Any]) -> Balance:
        """Check out what is wished for, pay it, and return the balance with what it gave."""
        account = {name: wish[name] for name in ("account_id",) if name in wish}
        before = self.balance(**account)
        self.pay(self.post(CHECKOUT, wish, show="url")["url"])
        self._story.note("Stripe tells the edge, with a signed webhook, and the pack is credited")
        return self.wait_until(lambda now: now["available"] != before["available"], **account)

    def wait_until(self, is_so: Callable[[Balance], bool], **account: str) -> Balance:
        """Wait for a webhook: until a balance is as it must be, which is then returned.

        Raises:
            WrongAnswerError: it did not become so in time.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            balance = self.balance(**account)
            if is_so(balance):
                return balance
            time.sleep(0.05)
        raise WrongAnswerError(f"the webhook did not come within {WAIT_SECONDS} s")
