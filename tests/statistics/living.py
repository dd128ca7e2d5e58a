"""Accounts that use credits of every kind over many days: bought, given, held, refunded, gifts.

An account's time only goes forward, so its days lie ahead of the database's clock: reports of them
name their time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from tests.gifts.giving import accept, send
from tests.referral.referring import person
from tests.support import Connection
from tests.teams.people import create, join
from tests.usage import batches
from tests.usage.charges import capture, charge, clock, hold, refund
from tests.wallets import add, balance_of, call, changed_catalog, use_catalog

SERVICES: list[dict[str, Any]] = [
    {"code": "film", "unit": "film", "cost": 0.03, "credits": 4},
    {"code": "sms", "unit": "message", "cost": 0.007, "credits": 1},
    {"code": "ping", "unit": "call", "cost": 0.001, "credits": 0, "free": True},
]
NAMES = ("film", "sms", None)
DAY = timedelta(days=1)


def open_shop(conn: Connection) -> None:
    """Put a catalog in force whose services cost us something."""
    use_catalog(conn, changed_catalog(services=SERVICES, plans=[]))


def buy(conn: Connection, account_id: UUID, amount: Any, cents: int, currency: str = "usd") -> int:
    """Add credits for which so many cents were paid, as a payment would; returns the grant."""
    grant_id = int(add(conn, account_id, amount, "purchase")["grant_id"])
    conn.execute(
        "update credits.grants set paid_cents = %s, currency = %s"
        " where account_id = %s and id = %s",
        [cents, currency, account_id, grant_id],
    )
    return grant_id


def pass_days(conn: Connection, account_id: UUID, days: float = 1) -> None:
    """Let an account's time go forward."""
    conn.execute(
        "update credits.accounts set last_transaction_at = last_transaction_at + %s where id = %s",
        [days * DAY, account_id],
    )


def end_grant(conn: Connection, account_id: UUID, grant_id: int) -> None:
    """Let a grant's time pass as the account reckons it; nothing sweeps it yet."""
    pass_days(conn, account_id, 1e-6)
    conn.execute(
        """
        with ended as (
            update credits.grants as g set expires_at = a.last_transaction_at
            from credits.accounts as a
            where a.id = %s and g.account_id = a.id and g.id = %s
            returning g.account_id, g.expires_at
        )
        update credits.accounts as a set next_expiry_at = e.expires_at
        from ended as e where a.id = e.account_id
        """,
        [account_id, grant_id],
    )


def set_clock(conn: Connection, account_id: UUID, at: datetime) -> None:
    """Let an account's time be a moment that lies ahead: what it does next is stamped there."""
    conn.execute(
        "update credits.accounts set last_transaction_at = %s where id = %s", [at, account_id]
    )


def use(conn: Connection, account_id: UUID, service: str, quantity: Any = 1, **more: Any) -> int:
    """Use a service at the catalog's price, as the back end; returns the transaction."""
    more.setdefault("key", f"use-{uuid4()}")
    row = call(
        conn, "use_credits", account_id=account_id, service=service, quantity=quantity, **more
    )
    return int(row["transaction_id"])


def roll_up(conn: Connection, limit: int = 1000) -> int:
    """Roll up, and return how many accounts had something new."""
    found = conn.execute("select credits.roll_up(%s)", [limit]).fetchone()
    assert found is not None
    return int(found[0])


def rebuild(conn: Connection, account_id: UUID | None = None) -> int:
    """Reckon the daily usage anew, and return of how many accounts."""
    found = conn.execute("select credits.rebuild_usage(%s)", [account_id]).fetchone()
    assert found is not None
    return int(found[0])


def today(conn: Connection) -> date:
    """Return the database's day (UTC)."""
    return clock(conn).astimezone(UTC).date()


class Life:
    """Some accounts, one of them a team's, and random things that they do day by day."""

    def __init__(self, conn: Connection, seed: int) -> None:
        self.conn, self.random = conn, Random(seed)  # noqa: S311 - to be the same each time
        people = [person(conn, f"life-{uuid4().hex[:8]}") for _ in range(3)]
        self.team = create(conn, people[0])
        join(conn, self.team, people[0], people[1])
        self.people = people
        self.accounts = [*people, self.team]
        self.charges: list[tuple[UUID, int]] = []

    def live(self, steps: int) -> None:
        """Let so many things happen."""
        for account_id in self.accounts:
            buy(self.conn, account_id, 10, 333, "eur")
            buy(self.conn, account_id, 100, 1000)
        acts = (self.spend, self.spend, self.use, self.hold, self.batch, self.refund, self.refund,
                self.buy, self.give, self.lend, self.pass_on, self.sleep)  # fmt: skip
        for _ in range(steps):
            self.random.choice(acts)(self.random.choice(self.accounts))

    def amount(self, account_id: UUID) -> Any:
        """Return an amount that the account can pay, or none."""
        wanted = self.random.choice(["1", "7", "0.333333333", "20"])
        available = balance_of(self.conn, account_id)["available"]
        return min(type(available)(wanted), available)

    def actor(self, account_id: UUID) -> dict[str, UUID]:
        """Return who acts: in the team one of two, else nobody is named."""
        return {"user_id": self.random.choice(self.people[:2])} if account_id == self.team else {}

    def spend(self, account_id: UUID) -> None:
        """Charge an amount, perhaps of a service."""
        if amount := self.amount(account_id):
            more = {"service": self.random.choice(NAMES), "quantity": self.random.choice([None, 2])}
            id_ = charge(self.conn, account_id, amount, **more, **self.actor(account_id))
            self.charges.append((account_id, id_))

    def use(self, account_id: UUID) -> None:
        """Use a service at its price."""
        service = self.random.choice(["film", "sms", "ping"])
        if balance_of(self.conn, account_id)["available"] >= 4:
            self.charges.append((account_id, use(self.conn, account_id, service)))

    def hold(self, account_id: UUID) -> None:
        """Hold an amount, and capture one less."""
        if (amount := self.amount(account_id)) > 1:
            terms = {"service": "film", **self.actor(account_id)}
            held = hold(self.conn, account_id, amount, **terms)
            self.charges.append((account_id, capture(self.conn, account_id, held, amount - 1)))

    def batch(self, account_id: UUID) -> None:
        """Charge two events at once."""
        if balance_of(self.conn, account_id)["available"] >= 5:
            events = [
                batches.event(account_id, f"b-{uuid4()}", 1, service="sms"),
                batches.event(account_id, f"b-{uuid4()}", service="film"),
            ]
            assert batches.outcomes(self.conn, *events) == [1, 4]

    def refund(self, _: UUID) -> None:
        """Refund what is left of some charge, or a third of it."""
        if self.charges:
            account_id, id_ = self.charges.pop(self.random.randrange(len(self.charges)))
            query = (
                "select credits.refundable_credits(t) from credits.transactions as t"
                " where account_id = %s and id = %s"
            )
            ((left,),) = self.conn.execute(query, [account_id, id_]).fetchall()
            if left:
                refund(self.conn, account_id, id_, round(left / self.random.choice([1, 3]), 9))
                self.charges.append((account_id, id_))

    def buy(self, account_id: UUID) -> None:
        """Buy credits, for nothing perhaps."""
        cents, currency = self.random.choice([(500, "usd"), (299, "eur"), (1, "usd"), (0, "usd")])
        buy(self.conn, account_id, self.random.choice([7, 30, "33.3"]), cents, currency)

    def give(self, account_id: UUID) -> None:
        """Give credits that last."""
        add(self.conn, account_id, self.random.choice([3, "10.5"]))

    def lend(self, account_id: UUID) -> None:
        """Give credits that burn first; what is used of them may come back when they are over."""
        given = add(self.conn, account_id, 5, expires_at="2100-01-01")
        self.charges.append((account_id, charge(self.conn, account_id, 4, service="sms")))
        if self.random.random() < 0.7:
            end_grant(self.conn, account_id, given["grant_id"])

    def pass_on(self, _: UUID) -> None:
        """Send a gift of bought credits from one to another."""
        giver, taker = self.random.sample(self.people, 2)
        buy(self.conn, giver, 10, 77, self.random.choice(["usd", "eur"]))
        accept(self.conn, taker, send(self.conn, giver, taker, 10))

    def sleep(self, account_id: UUID) -> None:
        """Let some days pass, or a part of one."""
        pass_days(self.conn, account_id, self.random.choice([0.3, 1, 9]))
