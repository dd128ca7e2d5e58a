"""What is compared after every step: all that can be read of the accounts, and the books."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis.stateful import invariant

from tests.model.acts import act
from tests.model.books import Account
from tests.model.entries import Move
from tests.model.machine import Machine
from tests.model.members import show_member
from tests.support import find_violations
from tests.wallets import Row, call, call_all


class Comparison(Machine):
    """The database and the model agree."""

    @invariant()
    def agrees(self) -> None:
        """Compare what readers see, what was written since, and the books."""
        accounts = [as_read(account) for account in self.world]
        seen_team = accounts[-1]
        assert self.balances() == {
            it.id: (it.status, it.plan.get("code"), it.balance, it.held, it.available, it.debt)
            for it in accounts
        }
        assert self.grants() == {
            (it.id, grant.id): grant.remaining
            for it in self.world
            for grant in it.grants.values()
            if grant.remaining and not grant.is_over(self.world.clock.now)
        }
        assert self.holds() == {
            hold.id: (it.id, hold.amount, hold.state, hold.expires_at)
            for it in accounts
            for hold in it.holds
            if not hold.is_gift
        }
        assert self.members() == {
            user_id: show_member(seen_team, user_id) for user_id in seen_team.members
        }
        assert self.gifts() == {
            gift.id: (gift.giver.id, gift.hold.amount, gift.moved, gift.state)
            for gift in self.world.gifts
        }
        assert self.moves() == {it.id: it.moves for it in self.world}
        for account in self.world:
            account.moves.clear()
        assert find_violations(self.conn) == []
        self.past[self.world.clock.now] = {it.id: it.balance for it in accounts}

    @act(when=lambda self: self.past)
    def look_back(self) -> None:
        """Ask what each balance was at a time."""
        at = self.chance.choice(sorted(self.past))
        query = "select a.id, public.get_credit_balance_at(a.id, %s) from unnest(%s) as a (id)"
        found = self.conn.execute(query, [at, list(self.world.accounts)]).fetchall()
        assert dict(found) == self.past[at]

    @act(when=lambda self: any(account.charges for account in self.world))
    def explain(self) -> None:
        """Ask which grants paid for a charge, and what went back of it."""
        charges = [(it, charge) for it in self.world for charge in it.charges.values()]
        account, charge = self.chance.choice(charges)
        given = {"account_id": account.id, "transaction_id": charge.id}
        told = call(self.conn, "explain_credits", **given)
        assert {it["grant_id"]: exact(it["credits"]) for it in told["paid_by"]} == charge.parts
        assert sum(exact(it["credits"]) for it in told["refunds"] or []) == charge.refunded

    def balances(self) -> dict[UUID, tuple[Any, ...]]:
        """Return what each account shows."""
        query = """
            select b.account_id, b.status, b.plan, b.balance, b.held, b.available, b.debt
            from unnest(%s) as a (id)
            cross join lateral public.get_credit_balance(a.id) as b
        """
        rows = self.conn.execute(query, [list(self.world.accounts)]).fetchall()
        return {row[0]: tuple(row[1:]) for row in rows}

    def grants(self) -> dict[tuple[UUID, int], Decimal]:
        """Return what remains of each grant that is alive."""
        query = """
            select account_id, id, remaining from public.credit_grants
            where remaining > 0 and (expires_at is null or expires_at > clock_timestamp())
        """
        return {(row[0], row[1]): row[2] for row in self.conn.execute(query)}

    def holds(self) -> dict[UUID, tuple[Any, ...]]:
        """Return all holds as they are stored."""
        query = "select hold_id, account_id, amount, state, expires_at from public.credit_holds"
        return {row[0]: tuple(row[1:]) for row in self.conn.execute(query)}

    def members(self) -> dict[UUID, Row]:
        """Return the team's members as the back end sees them."""
        rows = call_all(self.conn, "list_credit_members", account_id=self.world.team.id)
        shown = ("user_id", "role", "monthly_cap", "spent", "held")
        return {row["user_id"]: {name: row[name] for name in shown} for row in rows}

    def gifts(self) -> dict[UUID, tuple[Any, ...]]:
        """Return all gifts as they are stored."""
        query = "select id, account_id, amount, moved, state from credits.gifts"
        return {row[0]: tuple(row[1:]) for row in self.conn.execute(query)}

    def moves(self) -> dict[UUID, list[Move]]:
        """Return the transactions of each account that nobody has compared."""
        query = """
            select t.account_id, type, amount, balance_after, held_after, user_id, service, grants
            from unnest(%s::uuid[], %s::bigint[]) as a (id, first)
            inner join credits.transactions as t on t.account_id = a.id and t.id > a.first
            order by t.id
        """
        firsts = [it.last_id - len(it.moves) for it in self.world]
        found: dict[UUID, list[Move]] = {id_: [] for id_ in self.world.accounts}
        for id_, *row, grants in self.conn.execute(query, [list(found), firsts]):
            parts = {int(grant_id): exact(part) for grant_id, part in grants.items()}
            found[id_].append(Move(parts, *row))
        return found


def exact(number: float) -> Decimal:
    """Return a number of JSON as credits."""
    return Decimal(str(number))


def as_read(account: Account) -> Account:
    """Return an account as readers see it: as the next write would settle it."""
    if not account.is_due(account.clock.now):
        return account
    seen: Account = pickle.loads(pickle.dumps(account))  # noqa: S301
    seen.settle()
    return seen
