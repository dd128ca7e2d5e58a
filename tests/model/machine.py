"""What all rules stand on: the database and the model, and every act played to both."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_UP, Decimal
from random import Random
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from hypothesis.stateful import RuleBasedStateMachine

from tests.model.books import Account
from tests.model.clock import set_clock
from tests.model.entries import PLACES, Clock, RefusedError, Shown
from tests.model.holds import NO_ID
from tests.model.spending import may_spend
from tests.model.world import World
from tests.returns.sales import Purchase
from tests.support import Connection, as_user, sign_up
from tests.wallets import Row, call

START = datetime(2031, 1, 20, 12, tzinfo=UTC)
# The last two are the same person.
EMAILS = {"ann": "ann@example.org", "bob": "bob@example.org", "cat": "bob+cat@example.org"}
PEOPLE = tuple(EMAILS)
# Most of what happens, happens to the same two.
NAMES = ["ann", "ann", "team", "team", "bob", "cat"]
USERS = PEOPLE
MEMBERS = [None, "ann", "bob", "bob", "cat"]
NUMBERS = ["1", "2", "5", "10", "17", "30", "45", "60", "12.345678901", "0.333333333", "1000"]
TINY = Decimal("0.000000001")
AMOUNTS = [*map(Decimal, NUMBERS), TINY]
# So much, or all that there is, a half or a third of it.
SIZES = [*map(Decimal, NUMBERS), TINY, 1, 1, 1, 2, 2, 3]


@dataclass(frozen=True)
class Call:
    """A call under a key, to be repeated."""

    function: str
    account_id: UUID
    key: str
    arguments: Row
    caller: str | None


class Machine(RuleBasedStateMachine):
    """One history, in one transaction of ``conn`` which is undone at its end.

    Attributes:
        tally: how often each act ended how, over all histories.
        chance: what is drawn, is drawn from it.
        calls: keys are numbered.
        log: what was called under each key.
        purchases: what pays each order.
        past: the balances at the times that were.
    """

    conn: ClassVar[Connection]
    chance: Random
    tally: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        set_clock(self.conn, START)
        ids = {name: sign_up(self.conn, email) for name, email in EMAILS.items()}
        with as_user(self.conn, ids["ann"]):
            ids["team"] = call(self.conn, "create_credit_team", name="Team")["account_id"]
        self.world = World(Clock(START), ids, {ids[name]: email for name, email in EMAILS.items()})
        self.calls = 0
        self.log: list[Call] = []
        self.purchases: dict[UUID, Purchase] = {}
        self.past: dict[datetime, dict[UUID, Decimal]] = {}

    def teardown(self) -> None:
        """Undo the history."""
        self.conn.rollback()

    def move_clock(self, time: timedelta) -> None:
        """Let time pass for both."""
        self.world.clock.now += time
        set_clock(self.conn, self.world.clock.now)

    def account(self, name: str) -> Account:
        """Return the account of a name, as the model has it now."""
        return self.world.accounts[self.world.ids[name]]

    def user_id(self, name: str | None) -> UUID | None:
        """Return the id of a person."""
        return self.world.ids[name] if name else None

    def amount(self, name: str, size: Decimal | int) -> Decimal:
        """Return an amount, or a part of what an account has, rounded up to nine places."""
        if isinstance(size, Decimal):
            return size
        part = (self.account(name).available / size).quantize(PLACES, ROUND_UP)
        return part or PLACES

    @contextmanager
    def attempt(self, act: Callable[[], Any]) -> Iterator[Row]:
        """Play an act to the model; a block that does the same must be refused or answer alike.

        The block puts what it was answered into the yielded dict under "answer". What the model
        cannot know is ``NO_ID`` in what it expects.
        """
        before = pickle.dumps(self.world)
        expected = refusal = found = None
        try:
            expected = act()
        except RefusedError as error:
            refusal = error.args
            self.world = pickle.loads(before)  # noqa: S301
        came: Row = {"answer": None}
        try:
            with self.conn.transaction():
                yield came
        except psycopg.Error as error:
            found = (error.sqlstate, error.diag.message_primary)
        assert found == refusal
        assert as_expected(came["answer"], expected) == expected
        came["token"] = refusal and refusal[1]

    def both(
        self, function: str, act: Callable[[], Any], arguments: Row, caller: str | None = None
    ) -> Any:
        """Call a function of the public API, perhaps as a user; return the answer, if any."""
        with self.attempt(act) as came, self.calling(caller):
            came["answer"] = call(self.conn, function, **arguments)
        self.count(function, came["token"])
        return came["answer"] if came["token"] is None else None

    def calling(self, caller: str | None) -> Any:
        """Run a block as a person, or as the back end."""
        return as_user(self.conn, self.world.ids[caller]) if caller else nullcontext()

    def count(self, what: str, token: str | None = None) -> None:
        """Count how an act ended."""
        self.tally[f"{what}: {token or 'done'}"] += 1

    def keyed(
        self,
        function: str,
        account: Account,
        act: Callable[[], Row | Shown],
        arguments: Row,
        caller: str | None = None,
        key: str | None = None,
    ) -> Any:
        """Call a function under a new key, or under one that the model may know."""
        id_, scope = account.id, str(self.user_id(caller) or "service")
        request = (function, arguments)
        key = key or self.new_key()

        def once() -> Row:
            # The account of now: the model may have gone back to a copy since.
            account = self.world.accounts[id_]
            if caller and not may_spend(account, self.world.ids[caller]):
                raise RefusedError("PT404", "account_not_found")
            account.settle()
            found = account.replay(scope, key, request)
            return found if found is not None else account.keep(scope, key, request, act())

        given = {"key": key, **arguments}
        if function != "send_credit_gift":
            given["account_id"] = id_
        answer = self.both(function, once, given, caller)
        if answer is not None:
            self.log.append(Call(function, id_, key, arguments, caller))
        return answer

    def new_key(self) -> str:
        """Return a key that nothing has used."""
        self.calls += 1
        return f"key-{self.calls}"


def as_expected(answer: Any, expected: Any) -> Any:
    """Return an answer as far as the model says something, without what it cannot know."""
    if not isinstance(answer, dict) or not isinstance(expected, dict):
        return answer
    return {name: NO_ID if it == NO_ID else answer[name] for name, it in expected.items()}
