"""All accounts of a history, and what is between them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tests.model.books import Account
from tests.model.entries import Clock, Member, person
from tests.model.gifts import Gift
from tests.model.members import Invitation
from tests.model.plans import give_welcome
from tests.model.sales import Order, Sale
from tests.model.shop import PLANS
from tests.wallets import Row


@dataclass
class Referral:
    """Who has referred somebody, and the payment that has earned the rewards."""

    referrer_id: UUID
    is_void: bool = False
    sale: Sale | None = None


@dataclass
class World:
    """Everything that the model knows.

    Attributes:
        ids: of people and the team, by name; a person's account has the person's id.
        emails: of the people.
        plans: as the catalog has them now, in this version of it.
        referrals: by who was referred.
        referred: for which account a person was.
        cards: which cards have paid for which account.
        attempts: wrong codes of a user, and when counting begins anew.
        redeemed: codes that have granted credits, by account.
        redeemers: for which account a person had a code.
    """

    clock: Clock
    ids: dict[str, UUID]
    emails: dict[UUID, str]
    plans: dict[str, Row] = field(default_factory=lambda: deepcopy(PLANS))
    accounts: dict[UUID, Account] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    gifts: list[Gift] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    referrals: dict[UUID, Referral] = field(default_factory=dict)
    referred: dict[str, UUID] = field(default_factory=dict)
    cards: set[tuple[UUID, str]] = field(default_factory=set)
    version: int = 1
    attempts: dict[UUID, tuple[int, datetime]] = field(default_factory=dict)
    redeemed: list[tuple[UUID, str]] = field(default_factory=list)
    redeemers: dict[tuple[str, str], UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open everybody's account; the team is of somebody who has one."""
        people: set[str] = set()
        for id_ in self.ids.values():
            account = Account(id_, self.clock, self.emails.get(id_))
            self.accounts[id_] = account
            if account.email is None:
                account.is_duplicate = True
                continue
            account.is_duplicate = person(account.email) in people
            account.plan = self.plans["free"]
            people.add(person(account.email))
            give_welcome(account)
        self.team.members[self.ids["ann"]] = Member("owner")

    def __iter__(self) -> Iterator[Account]:
        """Yield the accounts in the order of their names."""
        return (self.accounts[id_] for id_ in self.ids.values())

    @property
    def team(self) -> Account:
        """The account that has members."""
        return self.accounts[self.ids["team"]]
