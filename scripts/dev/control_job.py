"""Spending under control, played: a hold, a refund, an explanation, a team, and a gift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from supabase import Client

from scripts.dev.shopper import Shopper
from scripts.dev.stack import Stack
from scripts.dev.story import Story

BALANCE = "balance held available"
REFUND = "transaction_id grant_id amount available"


class ControlJob:
    """The part of the scenario in which the back end meters, and a friend comes in."""

    def __init__(self, stack: Stack, story: Story, shopper: Shopper, service: Client) -> None:
        self._story = story
        self._shopper = shopper
        self._service = service
        self._stack = stack

    def play(self, package: str, use: Callable[..., dict[str, Any]], cost: Any) -> None:
        """Play all steps.

        Args:
            package: the code of a pack that pays for a few uses.
            use: gives the arguments of so many uses.
            cost: of one use, in credits.

        Raises:
            WrongAnswerError: an answer is not what it should be.
        """
        self._story.step("The user buys once more")
        self._shopper.buy({"package": package})
        self._refund(self._capture(self._hold(use, cost), cost), cost)
        team = self._found_team(package)
        friend = self._invite(team, 2 * cost)
        self._spend_for(friend, team, use, cost)
        self._give(friend, cost)

    def _hold(self, use: Callable[..., dict[str, Any]], cost: Any) -> str:
        story = self._story
        story.step("Before a call whose cost shows later, the back end holds credits")
        before = self._shopper.balance()
        wish = use(2, key="first-call")
        hold = self._call("hold_credits", **wish, **self._account)
        story.expect(hold, amount=2 * cost, state="open", balance=before["balance"])
        story.expect(hold, held=2 * cost, available=before["available"] - 2 * cost)
        return str(hold["hold_id"])

    def _capture(self, hold_id: str, cost: Any) -> int:
        story = self._story
        story.step("The call cost half of it: the rest is free again")
        before = self._shopper.balance()
        wish = {"hold_id": hold_id, "amount": cost}
        charge = self._call("capture_credits", **wish, **self._account)
        left = before["balance"] - cost
        story.expect(charge, cost=cost, released=cost, balance=left, held=0, available=left)
        balance = self._shopper.call("get_credit_balance", show=BALANCE)
        story.expect(balance, balance=left, held=0, available=left)
        return int(charge["transaction_id"])

    def _refund(self, transaction_id: int, cost: Any) -> None:
        story, charge = self._story, {"transaction_id": transaction_id, **self._account}
        before = self._shopper.balance()["available"]
        story.step("The answer was no good: the back end refunds the call")
        refund = self._call(
            "refund_credits", show=REFUND, **charge, key="no-good", reason="no answer"
        )
        story.expect(refund, amount=cost, available=before + cost)

        story.step("What became of that call, told in one answer")
        told = self._call("explain_credits", show="sentence paid_by refunds", **charge)
        paid = sum(grant["credits"] for grant in told["paid_by"])
        refunded = sum(each["credits"] for each in told["refunds"])
        story.equal("what paid, and what went back", (paid, refunded), (cost, cost))

    def _found_team(self, package: str) -> str:
        story = self._story
        story.step("The user founds a team, and buys a pack for it")
        team = self._shopper.call("create_credit_team", name="Engines", show="account_id name role")
        story.expect(team, name="Engines", role="owner", kind="team", available=0)
        account_id = str(team["account_id"])
        self._shopper.buy({"package": package, "account_id": account_id})
        return account_id

    def _invite(self, team: str, cap: Any) -> Shopper:
        story, stack = self._story, self._stack
        story.step("A friend is invited by e-mail, accepts, and gets a cap for each month")
        user = stack.sign_up(f"grace.{uuid4().hex[:4]}@example.com")
        friend = Shopper(stack, story, user, "friend")
        wish = {"account_id": team, "email": user.email, "role": "member"}
        invitation = self._shopper.call("invite_credit_member", show="id email role state", **wish)
        (found,) = friend.call("list_credit_invitations", show="id account_name role")
        story.equal("what the friend was sent", found["id"], invitation["id"])
        account = friend.call(
            "accept_credit_invitation", invitation_id=found["id"], show="name role available"
        )
        story.expect(account, account_id=team, role="member")
        wish = {"account_id": team, "user_id": str(user.id), "monthly_cap": cap}
        member = self._shopper.call("set_credit_member", show="role monthly_cap spent", **wish)
        story.expect(member, role="member", monthly_cap=cap, spent=0)
        return friend

    def _spend_for(
        self, friend: Shopper, team: str, use: Callable[..., dict[str, Any]], cost: Any
    ) -> None:
        story = self._story
        story.step("The friend spends the team's credits")
        before = friend.balance(account_id=team)["available"]
        charge = friend.call("use_credits", **use(1, key="for-the-team"), account_id=team)
        story.expect(charge, cost=cost, available=before - cost)

        story.step("What would pass the cap is refused, and nothing is written")
        refusal = friend.refused("use_credits", **use(2, key="too-much"), account_id=team)
        story.expect(refusal, code="PT402", message="member_cap_reached")
        story.expect(refusal["details"], cap=2 * cost, spent=cost, required=2 * cost)
        story.expect(friend.balance(account_id=team), available=before - cost, held=0)

    def _give(self, friend: Shopper, amount: Any) -> None:
        story = self._story
        story.step("The user gives the friend credits that were bought")
        before = self._shopper.balance()["available"]
        wish = {"recipient_email": friend.user.email, "amount": amount, "key": "first-gift"}
        gift = self._shopper.call("send_credit_gift", show="id state amount", **wish)
        story.expect(gift, state="pending", amount=amount)
        balance = self._shopper.call("get_credit_balance", show=BALANCE)
        story.expect(balance, held=amount, available=before - amount)

        story.step("The friend accepts it")
        had = friend.balance()["available"]
        gift = friend.call("accept_credit_gift", gift_id=gift["id"], show="direction state amount")
        story.expect(gift, direction="received", state="accepted", amount=amount)
        balance = friend.call("get_credit_balance", show=BALANCE)
        story.expect(balance, available=had + amount)
        story.expect(self._shopper.balance(), held=0, available=before - amount)

    @property
    def _account(self) -> dict[str, str]:
        """What names the user's account for the back end."""
        return {"account_id": str(self._shopper.user.id)}

    def _call(self, function: str, /, show: str = "", **arguments: Any) -> Any:
        return self._story.call("service", self._service, function, show=show, **arguments)
