"""Random histories of one account agree with the model, step by step.

``PGCREDITS_MODEL_EXAMPLES`` sets how many histories of forty steps are played.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any, ClassVar

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.model.model import PLACES, PLANS, Account, RefusedError, price
from tests.returns.model import Told
from tests.returns.sales import PACKAGES, PACKS, Purchase, bought, tell
from tests.support import Connection, find_violations, sign_up
from tests.time.calendar_months import month_after
from tests.wallets import Row, balance_of, call, changed_catalog, history, use_catalog

# A history that fails is printed as it was found: to shorten it takes many minutes.
PHASES = (Phase.generate,)
HISTORIES = int(os.environ.get("PGCREDITS_MODEL_EXAMPLES", "60"))
STEPS = 40

AMOUNTS = st.one_of(
    st.integers(1, 60).map(Decimal),
    st.decimals("0.000000001", "60", places=9),
    st.sampled_from(["0.000000001", "0.333333333", "1000"]).map(Decimal),
)
# Few different times and priorities, so that grants tie and expire exactly when a job runs.
DAYS = st.sampled_from([10, 20, 40])
PRIORITIES = st.sampled_from([None, None, 100, 0])
PLAN_CODES = st.sampled_from([code for code in PLANS if code != "capped"])


class Histories(RuleBasedStateMachine):
    """One history in one transaction of ``conn``, which is undone at its end."""

    conn: ClassVar[Connection]

    def __init__(self) -> None:
        super().__init__()
        self.account_id = sign_up(self.conn)
        self.model = Account()
        self.start = datetime.now(UTC)
        self.purchases: list[Purchase] = []
        self.checked = 0
        self.calls = 0

    def teardown(self) -> None:
        """Undo the history."""
        self.conn.rollback()

    def both(self, function: str, act: Callable[[], Any], arguments: Row) -> Any:
        """Call the database and the model; both refuse alike or answer alike. Return the answer."""
        found = refusal = None
        try:
            expected = act()
        except RefusedError as error:
            expected, refusal = None, error.args
        try:
            with self.conn.transaction():
                answer = call(self.conn, function, **arguments)
        except psycopg.Error as error:
            answer, found = None, (error.sqlstate, error.diag.message_primary)
        assert (answer, found) == (expected, refusal)
        return answer

    def keyed(
        self, function: str, act: Callable[[], Row], arguments: Row, key: str | None = None
    ) -> Row | None:
        """Call a function under a new key; the model replays or refuses a key that it knows."""
        self.calls += 1
        key = key or f"key-{self.calls}"
        request = (function, arguments)

        def once() -> Row:
            found = self.model.replay(key, request)
            return found if found is not None else self.model.keep(key, request, act())

        given = {"account_id": self.account_id, "key": key, **arguments}
        answer: Row | None = self.both(function, once, given)
        return answer

    @rule(
        amount=AMOUNTS,
        source=st.sampled_from(["bonus", "purchase", "refund"]),
        priority=PRIORITIES,
        days=st.one_of(st.none(), st.none(), DAYS),
    )
    def add(self, amount: Decimal, source: str, priority: int | None, days: int | None) -> None:
        """Add a grant, perhaps with an expiry."""
        expires_at = self.start + timedelta(days=days) if days else None
        rank = 100 if priority is None else priority
        self.keyed(
            "add_credits",
            lambda: self.model.add(source, amount, rank, expires_at),
            {"amount": amount, "source": source, "priority": priority, "expires_at": expires_at},
        )

    @rule(amount=AMOUNTS, priority=st.sampled_from([0, 100]))
    def add_what_expires_at_once(self, amount: Decimal, priority: int) -> None:
        """Add a grant of an hour, and let its hour pass; the next write sweeps it."""
        expires_at = datetime.now(UTC) + timedelta(hours=1)
        answer = self.keyed(
            "add_credits",
            lambda: self.model.add("bonus", amount, priority, expires_at),
            {"amount": amount, "source": "bonus", "priority": priority, "expires_at": expires_at},
        )
        assert answer is not None
        self.conn.execute(
            """
            with g as (
                update credits.grants set expires_at = clock_timestamp()
                where account_id = %s and id = %s
                returning *
            )
            update credits.accounts as a set next_expiry_at = g.expires_at
            from g where a.id = g.account_id
            """,
            [self.account_id, answer["grant_id"]],
        )
        self.model.pass_by(answer["grant_id"])

    @rule(package=st.sampled_from(["plain", "thirds"]))
    def buy(self, package: str) -> None:
        """Buy a pack, and pay."""
        self.purchases.append(bought(self.conn, self.account_id, package))
        pack = PACKS[package]
        self.model.buy(
            pack["price_cents"], Decimal(pack["credits"]), Decimal(pack.get("bonus_credits", 0))
        )

    @precondition(lambda self: self.purchases)
    @rule(data=st.data(), part=st.sampled_from([1, 2, 3]))
    def refund(self, data: st.DataObject, part: int) -> None:
        """Tell that so many thirds of a purchase are refunded in all, perhaps less than before."""
        number = data.draw(st.integers(0, len(self.purchases) - 1))
        purchase = self.purchases[number]
        cents = purchase.order["total_cents"] * part // 3
        tell(self.conn, purchase, Told("charge.refunded", cents))
        self.model.refund(number, cents)

    @rule(amount=AMOUNTS)
    def deduct(self, amount: Decimal) -> None:
        """Charge an amount, also one that is not there."""
        self.keyed("check_and_deduct_credits", lambda: self.model.spend(amount), {"amount": amount})

    @precondition(lambda self: self.model.balance)
    @rule(parts=st.sampled_from([1, 1, 2, 3]))
    def deduct_a_part(self, parts: int) -> None:
        """Charge all that is there, to the last fraction, or a part of it."""
        amount = (self.model.balance / parts).quantize(PLACES, ROUND_UP)
        self.keyed("check_and_deduct_credits", lambda: self.model.spend(amount), {"amount": amount})

    @rule(
        service=st.sampled_from(["sms", "third", "ping"]),
        quantity=st.sampled_from(["1", "2", "7", "0.5"]).map(Decimal),
    )
    def use(self, service: str, quantity: Decimal) -> None:
        """Use a service by quantity."""
        self.keyed(
            "use_credits",
            lambda: self.model.spend(price(service, quantity, [])),
            {"service": service, "quantity": quantity},
        )

    @rule(tools=st.lists(st.sampled_from(["docs", "web", "mail"]), unique=True))
    def use_tools(self, tools: list[str]) -> None:
        """Use a service whose price depends on the tools."""
        self.keyed(
            "use_credits",
            lambda: self.model.spend(price("query", Decimal(1), tools)),
            {"service": "query", "usage": {"tools": tools}},
        )

    @rule(plan=PLAN_CODES)
    def change_plan(self, plan: str) -> None:
        """Change the plan; the first one with an allowance sets the anchor."""
        before, now = self.model.anchor, datetime.now(UTC)
        self.keyed("change_credit_plan", lambda: self.model.change_plan(plan, now), {"plan": plan})
        if self.model.anchor is not before:
            query = "select period_anchor_at from credits.accounts where id = %s"
            ((anchor,),) = self.conn.execute(query, [self.account_id]).fetchall()
            assert self.model.anchor is not None
            assert abs(anchor - self.model.anchor) < timedelta(seconds=60)
            self.take_anchor(anchor)

    def take_anchor(self, anchor: datetime) -> None:
        """Let the model count from the database's anchor, a few milliseconds after its own."""
        model = self.model
        model.anchor = anchor
        newest = model.grants[-1]
        if newest.id >= len(model.moves) - 2 and newest.expires_at is not None:
            months = 1 + PLANS[model.plan].get("rollover_months", 0)
            newest.expires_at = month_after(anchor, months)

    @rule(days=DAYS)
    def expire(self, days: int) -> None:
        """Run the job of expiry with a clock ahead; grants expire exactly at such times."""
        at = self.start + timedelta(days=days)
        self.both("expire_credits", lambda: self.model.sweep(at), {"at": at})

    @rule(days=st.sampled_from([20, 31, 40, 62, 80, 400]))
    def renew(self, days: int) -> None:
        """Run the job of renewals with a clock ahead, also with one that steps back."""
        at = self.start + timedelta(days=days)
        self.both("reset_monthly_credits", lambda: self.model.renew(at), {"at": at})

    @precondition(lambda self: self.model.answers)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """Repeat a call, whatever has happened since."""
        key = data.draw(st.sampled_from(sorted(self.model.answers)))
        function, arguments = self.model.answers[key][0]
        self.keyed(function, self.never, arguments, key)

    @precondition(lambda self: self.model.answers)
    @rule(data=st.data(), amount=AMOUNTS)
    def reuse_a_key(self, data: st.DataObject, amount: Decimal) -> None:
        """Use a key again for another request."""
        key = data.draw(st.sampled_from(sorted(self.model.answers)))
        arguments = {"amount": amount, "reference": "another"}
        assert self.keyed("check_and_deduct_credits", self.never, arguments, key) is None

    def never(self) -> Row:
        """Stand in for an act that must not happen."""
        raise AssertionError("the model knows the key")

    @invariant()
    def agrees(self) -> None:
        """Compare balances, what remains of each grant, and all new transactions."""
        shown = balance_of(self.conn, self.account_id)
        balance = self.model.balance
        assert (shown["balance"], shown["available"], shown["held"]) == (balance, balance, 0)
        assert (shown["plan"], shown["debt"]) == (self.model.plan, self.model.debt)
        query = """
            select id, remaining from public.credit_grants
            where account_id = %s and remaining > 0
            and (expires_at is null or expires_at > clock_timestamp())
        """
        found = dict(self.conn.execute(query, [self.account_id]).fetchall())
        assert found == self.model.open_grants()
        moves = [
            (
                row["type"],
                row["amount"],
                row["balance_after"],
                {int(id_): Decimal(str(part)) for id_, part in row["grants"].items()},
            )
            for row in history(self.conn, self.account_id)
        ]
        assert moves[self.checked :] == self.model.moves[self.checked :]
        self.checked = len(moves)
        assert find_violations(self.conn) == []


@pytest.mark.timeout(3600)
def test_histories_agree_with_the_model_step_by_step(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn, changed_catalog(packages=PACKAGES))
        conn.commit()
        Histories.conn = conn
        run_state_machine_as_test(
            Histories,
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=PHASES,
                suppress_health_check=list(HealthCheck),
            ),
        )
