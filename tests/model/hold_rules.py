"""Rules of holds and refunds: credits are set aside, taken or given back, and refunded."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tests.model.acts import act
from tests.model.entries import PLACES, Hold
from tests.model.holds import capture, extend, place, release
from tests.model.machine import MEMBERS, NAMES, SIZES, Machine
from tests.model.refunds import refund
from tests.model.shop import REFUND_DAYS
from tests.model.spending import price
from tests.wallets import Row

# Some are over before the next rule, some live longer than the grants that they are taken of.
LIVES = [1, 30, 900, 86400, 86400]


class HoldRules(Machine):
    """Credits are set aside, and what was charged is refunded."""

    @act(weight=4, name=NAMES, size=SIZES, ttl=LIVES, member=MEMBERS, partial=[True, False])
    def hold(
        self, name: str, size: Decimal | int, ttl: int, member: str | None, partial: bool
    ) -> None:
        """Hold an amount, all there is, or as much of it as there is."""
        user_id, amount = self.user_id(member), self.amount(name, size)
        self.place(
            name,
            lambda: place(self.account(name), amount, ttl, user_id, is_partial=partial),
            {"amount": amount, "ttl_seconds": ttl, "user_id": user_id, "partial": partial},
        )

    @act(
        weight=2,
        name=NAMES,
        what=[("sms", 7), ("third", 1), ("ping", 1), ("query", 1), ("query", 1)],
    )
    def hold_a_service(self, name: str, what: tuple[str, int]) -> None:
        """Hold what a service costs; of a free one nothing."""
        service, quantity = what
        cost = price(service, Decimal(quantity), [])
        given = {"service": service, "quantity": quantity}
        self.place(name, lambda: place(self.account(name), cost, 900, None, service), given)

    def place(self, name: str, do: Callable[[], Hold], given: Row) -> None:
        """Hold credits; the model learns the id of the hold."""
        answer = self.keyed("hold_credits", self.account(name), do, given)
        if answer is not None:
            self.account(name).holds[-1].id = answer["hold_id"]

    def some_hold(self) -> tuple[str, Hold]:
        """Draw a hold, most often an open one; return it with its account's name."""
        holds = [(name, hold) for name in self.world.ids for hold in self.account(name).holds]
        still_open = [it for it in holds if it[1].state == "open"]
        return self.chance.choice(holds + 3 * still_open)

    @act(when=lambda self: self.has_holds, ttl=LIVES)
    def extend(self, ttl: int) -> None:
        """Let a hold live longer."""
        name, hold = self.some_hold()
        self.both(
            "extend_hold",
            lambda: extend(self.account(name), hold.id, ttl),
            {"account_id": self.world.ids[name], "hold_id": hold.id, "ttl_seconds": ttl},
        )

    @act(
        weight=2,
        when=lambda self: self.has_holds,
        other=[None, None, None, "cat"],
    )
    def release(self, other: str | None) -> None:
        """Release a hold, perhaps as if it were another account's."""
        name, hold = self.some_hold()
        name = other or name
        self.both(
            "release_credits",
            lambda: release(self.account(name), hold.id),
            {"account_id": self.world.ids[name], "hold_id": hold.id},
        )

    @act(
        weight=4,
        when=lambda self: self.has_holds,
        share=["all", "least", "third", "all but the least", "more", "double"],
        tools=[["web"], ["docs", "web"]],
    )
    def capture(self, share: str, tools: list[str]) -> None:
        """Capture a hold: all, less, or more than it has, by amount or by what was used."""
        name, hold = self.some_hold()
        amounts = {
            "least": PLACES,
            "third": hold.amount / 3,
            "all but the least": hold.amount - PLACES,
            "more": hold.amount + 1,
            "double": 2 * hold.amount,
        }
        if hold.service == "query":
            cost = price("query", Decimal(1), tools)
            self.both_capture(name, hold, cost, {"usage": {"tools": tools}})
        elif share == "all":
            self.both_capture(name, hold, None, {"amount": None})
        else:
            amount = max(amounts[share].quantize(PLACES), PLACES)
            self.both_capture(name, hold, amount, {"amount": amount})

    def both_capture(self, name: str, hold: Hold, cost: Decimal | None, given: Row) -> None:
        """Capture a hold for a cost."""
        self.both(
            "capture_credits",
            lambda: capture(self.account(name), hold.id, given, cost),
            {"account_id": self.world.ids[name], "hold_id": hold.id, **given},
        )

    @act(
        weight=3,
        when=lambda self: any(account.charges for account in self.world),
        share=["rest", "rest", "least", "third", "too much", "no charge"],
    )
    def refund(self, share: str) -> None:
        """Refund what was charged, in part, all that is left of it, or more."""
        charges = [(it, charge) for it in self.world for charge in it.charges.values()]
        account, charge = self.chance.choice(charges)
        amounts = {"least": PLACES, "third": charge.cost / 3, "too much": charge.cost + PLACES}
        amount = max(amounts[share].quantize(PLACES), PLACES) if share in amounts else None
        account_id, id_ = account.id, charge.id if share != "no charge" else 1
        self.keyed(
            "refund_credits",
            account,
            lambda: refund(self.world.accounts[account_id], id_, amount, REFUND_DAYS),
            {"transaction_id": id_, "amount": amount},
        )

    @property
    def has_holds(self) -> bool:
        """Whether there is a hold to end."""
        return any(account.holds for account in self.world)
