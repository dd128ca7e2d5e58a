"""Many events charged in one call: each for itself, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from tests.model.entries import RefusedError
from tests.model.spending import price, spend
from tests.model.world import World
from tests.wallets import Row

Outcome = tuple[str, int | None, Decimal | None, tuple[str, str] | None]


@dataclass(frozen=True)
class Event:
    """One event of a batch: an amount, or a service of which one is used."""

    account_id: UUID
    key: str
    what: Decimal | str
    user_id: UUID | None

    @property
    def service(self) -> str | None:
        """Which service is used, if the event is priced."""
        return self.what if isinstance(self.what, str) else None

    @property
    def request(self) -> tuple[str, Row]:
        """The single call that asks for the same."""
        if isinstance(self.what, Decimal):
            arguments = {"amount": self.what, "user_id": self.user_id}
            return ("check_and_deduct_credits", arguments)
        return ("deduct_credits_batch", {"service": self.what, "user_id": self.user_id})

    def as_json(self) -> Row:
        """Return the event as it is sent."""
        sent = {
            "account_id": str(self.account_id),
            "key": self.key,
            "service" if self.service else "amount": str(self.what),
        }
        return sent | {"user_id": str(self.user_id)} if self.user_id else sent


def charge_batch(world: World, events: list[Event]) -> Iterator[Outcome]:
    """Charge events, and yield what became of each: number and cost, or the refusal."""
    for event in events:
        account = world.accounts[event.account_id]
        account.settle()
        try:
            answer = account.replay("service", event.key, event.request)
            if answer is None:
                what = event.what
                cost = what if isinstance(what, Decimal) else price(what, Decimal(1), [])
                charged = spend(account, cost, event.user_id, event.service, counts=False)
                answer = account.keep("service", event.key, event.request, charged)
            yield (event.key, answer["transaction_id"], answer["cost"], None)
        except RefusedError as error:
            yield (event.key, None, None, error.args)
