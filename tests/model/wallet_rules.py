"""Rules of the wallet: credits come and are spent at once, one by one and in batches."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from psycopg.types.json import Jsonb

from tests.model.acts import act
from tests.model.batches import Event, Outcome, charge_batch
from tests.model.machine import AMOUNTS, MEMBERS, NAMES, NUMBERS, SIZES, USERS, Call, Machine
from tests.model.spending import add, price, spend
from tests.wallets import Row, call_all

WHAT: list[Decimal | str] = [*map(Decimal, NUMBERS), "sms", "third", "ping"]
USES = [
    ("sms", "1"),
    ("sms", "7"),
    ("third", "2"),
    ("third", "0.5"),
    ("ping", "1"),
    ("query", ["docs"]),
    ("query", ["docs", "web"]),
    ("query", ["web", "mail"]),
]


class WalletRules(Machine):
    """Credits come and go."""

    # Few different times and priorities, so that grants tie and expire exactly when a job runs.
    @act(
        weight=2,
        name=NAMES,
        amount=AMOUNTS,
        source=["bonus", "purchase", "refund"],
        priority=[None, None, 100, 0],
        days=[None, None, None, 0.5, 1, 10, 20],
    )
    def add(
        self, name: str, amount: Decimal, source: str, priority: int | None, days: float | None
    ) -> None:
        """Add a grant, perhaps with an expiry."""
        self.give(name, amount, source, priority, days)

    def give(
        self, name: str, amount: Decimal, source: str, priority: int | None, days: float | None
    ) -> None:
        """Add a grant by the back end."""
        expires_at = self.world.clock.now + timedelta(days=days) if days else None
        rank = 100 if priority is None else priority
        self.keyed(
            "add_credits",
            self.account(name),
            lambda: add(self.account(name), source, amount, rank, expires_at),
            {"amount": amount, "source": source, "priority": priority, "expires_at": expires_at},
        )

    @act(weight=3, name=NAMES, size=SIZES, member=MEMBERS)
    def deduct(self, name: str, size: Decimal | int, member: str | None) -> None:
        """Charge an amount by the back end, also one that is not there, or all there is."""
        user_id, amount = self.user_id(member), self.amount(name, size)
        self.keyed(
            "check_and_deduct_credits",
            self.account(name),
            lambda: spend(self.account(name), amount, user_id),
            {"amount": amount, "user_id": user_id},
        )

    @act(weight=3, team=[True, False], user=USERS, what=USES)
    def use(self, team: bool, user: str, what: tuple[str, str | list[str]]) -> None:
        """Use a service by quantity or tools, as a person; the team's account as a member of it."""
        name, (service, how) = "team" if team else user, what
        quantity, tools = (1, how) if isinstance(how, list) else (how, [])
        cost = price(service, Decimal(quantity), tools)
        self.keyed(
            "use_credits",
            self.account(name),
            lambda: spend(self.account(name), cost, self.user_id(user), service),
            {"service": service, "quantity": quantity, "usage": {"tools": tools} if tools else {}},
            user,
        )

    @act(weight=2, count=[1, 2, 3, 5])
    def deduct_a_batch(self, count: int) -> None:
        """Charge many events; some repeat the one before, some cannot be."""
        batch: list[Event] = []
        for _ in range(count):
            if batch and self.chance.random() < 0.3:
                batch.append(batch[-1])
            name, what = self.chance.choice(NAMES), self.chance.choice(WHAT)
            user_id = self.user_id(self.chance.choice(MEMBERS))
            batch.append(Event(self.world.ids[name], self.new_key(), what, user_id))
        expected: list[Outcome] = []
        with self.attempt(lambda: expected.extend(charge_batch(self.world, batch))):
            sent = Jsonb([event.as_json() for event in batch])
            found = call_all(self.conn, "deduct_credits_batch", events=sent)
        assert [outcome(row) for row in found] == expected
        for event, (_, id_, _, refusal) in zip(batch, expected, strict=True):
            self.count("deduct_credits_batch", refusal and refusal[1])
            if id_ and isinstance(event.what, Decimal):
                # The single call answers the keys of the batch.
                function, arguments = event.request
                self.log.append(Call(function, event.account_id, event.key, arguments, None))


def outcome(row: Row) -> Outcome:
    """Return the result of an event as the model says it."""
    refusal = row["error"] and (row["error"]["code"], row["error"]["message"])
    return (row["key"], row["transaction_id"], row["cost"], refusal)
