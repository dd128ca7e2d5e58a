"""A shop that sells packs and plans, the buyers and subscribers in it, and events told to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from tests.billing.purchases import nothing_is_written, open_order
from tests.events import payloads
from tests.events.payloads import Json, day
from tests.events.subscription_payloads import invoice, price, subscription, subscription_item
from tests.support import Connection, as_caller, as_service, sign_up
from tests.wallets import Row, call, use_catalog

PLANS: list[Row] = [
    {"code": "free", "name": "Free"},
    {"code": "basic", "name": "Basic", "price_cents": 999, "monthly_credits": 100},
    {"code": "pro", "name": "Pro", "price_cents": 1999, "monthly_credits": 200},
    {"code": "team", "name": "Team", "price_cents": 4999, "monthly_credits": 1000},
    {
        "code": "tried",
        "name": "Tried",
        "price_cents": 1999,
        "monthly_credits": 200,
        "trial_days": 14,
        "trial_credits": 30,
    },
    {
        "code": "saver",
        "name": "Saver",
        "price_cents": 1500,
        "monthly_credits": 150,
        "rollover_months": 1,
    },
    {
        "code": "yearly",
        "name": "Yearly",
        "price_cents": 19900,
        "billing_interval": "year",
        "monthly_credits": 200,
    },
    {"code": "sales", "name": "Sales", "contact_only": True},
]
SHOP: Row = {
    "code": "shop",
    "name": "Shop",
    "currency": "usd",
    "list_price_per_credit": 0.1,
    "plans": [
        plan | {"billing_interval": plan.get("billing_interval", "month")}
        if "price_cents" in plan
        else plan
        for plan in PLANS
    ],
    "packages": [
        {
            "code": "starter",
            "name": "Starter Pack",
            "credits": 50,
            "bonus_credits": 5,
            "price_cents": 650,
        },
        {"code": "growth", "name": "Growth Pack", "credits": 1000, "price_cents": 9000},
    ],
}
SOLD = {plan["code"]: plan for plan in SHOP["plans"] if "price_cents" in plan}
PRICES = {
    code: price(f"price_{code}", plan["price_cents"], plan["billing_interval"])
    for code, plan in SOLD.items()
}


def rows(conn: Connection, query: str, *values: Any) -> list[Row]:
    """Run a query as the owner and return its rows."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), values).fetchall()


def rule(conn: Connection, function: str, /, *values: Any) -> list[Row]:
    """Call a rule of schema ``credits`` with the service key and return its rows."""
    slots = sql.SQL(", ").join(sql.Placeholder() * len(values))
    query = sql.SQL("select * from {}({})").format(sql.Identifier("credits", function), slots)
    with as_service(conn), conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def store_prices(conn: Connection) -> None:
    """Store the provider's prices of all plans, as the command that syncs them does."""
    for code, plan in SOLD.items():
        rule(
            conn, "store_provider_price", "stripe", "plan", code, f"prod_{code}", f"price_{code}",
            plan["price_cents"], "usd", plan["billing_interval"],
        )  # fmt: skip


def open_shop(conn: Connection, **keys: Any) -> None:
    """Put the shop's catalog in force, with some keys replaced, and store its prices."""
    use_catalog(conn, SHOP | keys)
    store_prices(conn)


def with_plan(code: str, **keys: Any) -> list[Row]:
    """Return the shop's plans, of which one differs."""
    return [plan | keys if plan["code"] == code else plan for plan in SHOP["plans"]]


def tell(conn: Connection, told: Json | str) -> str:
    """Deliver an event (or the text of one) as the edge does, and return its state."""
    text = told if isinstance(told, str) else json.dumps(told, indent=2)
    with as_caller(conn, "credits_edge", None):
        answer = conn.execute("select credits.apply_stripe_event(%s)", [text]).fetchone()
    assert answer is not None
    return str(answer[0])


def stored(conn: Connection, told: Json) -> Row:
    """Return what is stored of an event."""
    (row,) = rows(conn, "select * from credits.stripe_events where id = %s", told["id"])
    return row


def notices(conn: Connection, topic: str) -> list[Row]:
    """Return what the outbox holds of a topic."""
    return rows(conn, "select * from credits.outbox where topic = %s order by id", topic)


def moves(conn: Connection, account_id: UUID) -> list[tuple[str, Any]]:
    """Return the types and amounts of an account's transactions, oldest first, zeros left out."""
    query = "select type, amount from credits.transactions where account_id = %s order by id"
    return [(row["type"], row["amount"]) for row in rows(conn, query, account_id) if row["amount"]]


def account_of(conn: Connection, account_id: UUID) -> Row:
    """Return what an account's row says of its plan and its credits."""
    query = """
        select plan, plan_subscription_id, period_end_at, balance, debt
        from credits.accounts where id = %s
    """
    (row,) = rows(conn, query, account_id)
    return row


def order_of(conn: Connection, order: Row) -> Row:
    """Return the stored row of an order."""
    query = "select * from credits.orders where account_id = %s and id = %s"
    (row,) = rows(conn, query, order["account_id"], order["order_id"])
    return row


def buy(conn: Connection, package: str = "starter", **arguments: Any) -> Row:
    """Sign a user up who has opened an order for a pack, and return the order."""
    user_id = arguments.pop("user_id", None) or sign_up(conn)
    return open_order(conn, user_id, package=package, **arguments)


def customer_of(conn: Connection, account_id: UUID) -> str:
    """Create an account's customer, as the edge does, and return its id."""
    rule(conn, "open_customer", account_id, None, "stripe", False)
    customer = payloads.customer(account_id)
    (kept,) = rule(conn, "attach_customer", account_id, "stripe", False, customer["id"])
    return str(kept["attach_customer"])


@dataclass
class Subscriber:
    """An account, and its subscription as Stripe knows it.

    Attributes:
        account_id: whose.
        sub: the newest subscription object; ``advance`` and ``switch`` change it.
    """

    account_id: UUID
    sub: Json

    @property
    def item(self) -> Json:
        """The only item of the subscription."""
        found: Json = self.sub["items"]["data"][0]
        return found

    def news(self, kind: str = "updated", at: int | None = None, **fields: Any) -> Json:
        """Return an event about the subscription, in which some fields differ."""
        told = self.sub | fields
        return payloads.event(f"customer.subscription.{kind}", told, at)

    def bill(self, reason: str = "subscription_cycle", **fields: Any) -> Json:
        """Return the event of the paid invoice of the running period."""
        return payloads.event("invoice.paid", invoice(self.sub, reason, **fields))

    def advance(self, start: int, end: int) -> Subscriber:
        """Let the next period begin."""
        self.item.update(current_period_start=start, current_period_end=end)
        return self

    def switch(self, plan: str) -> Subscriber:
        """Let the subscription be for another plan."""
        self.item.update(price=PRICES[plan])
        return self


def new_subscriber(
    conn: Connection,
    plan: str = "pro",
    start: int | None = None,
    end: int | None = None,
    account_id: UUID | None = None,
    **fields: Any,
) -> Subscriber:
    """Return a subscriber of whose subscription nothing is told yet.

    Args:
        conn: the database, in which the shop is open.
        plan: of the shop.
        start: when the period began, a day ago by default.
        end: when it ends, in 29 days by default.
        account_id: whose, a new user's by default.
        fields: of the subscription object.
    """
    account_id = account_id or sign_up(conn)
    (order,) = rule(conn, "open_subscription_order", account_id, None, "stripe", plan)
    item = subscription_item(PRICES[plan], start or day(-1), end or day(29))
    metadata = payloads.order_metadata(order)
    sub = subscription([item], customer_of(conn, account_id), metadata, **fields)
    return Subscriber(account_id, sub)


def subscribe(conn: Connection, plan: str = "pro", **arguments: Any) -> Subscriber:
    """Return a subscriber whose first period is told and paid."""
    subscriber = new_subscriber(conn, plan, **arguments)
    assert tell(conn, subscriber.news("created")) == "applied"
    assert tell(conn, subscriber.bill("subscription_create")) == "applied"
    return subscriber


def let_pass(conn: Connection, days: float) -> None:
    """Let time pass for all that ends some day: all stored ends come nearer by so many days."""
    columns = {
        "subscriptions": [
            "current_period_start_at", "current_period_end_at", "cancel_at", "trial_end_at",
            "paid_start_at", "paid_until_at", "next_allowance_at", "told_at",
        ],
        "payments": ["period_start_at", "period_end_at"],
        "allowances": ["starts_at", "ends_at"],
        "grants": ["expires_at"],
        "accounts": ["next_expiry_at", "period_anchor_at", "period_end_at"],
        "orders": ["created_at"],
        "stripe_events": ["next_attempt_at"],
    }  # fmt: skip
    for table, names in columns.items():
        sets = ", ".join(f"{name} = {name} - make_interval(secs => %(seconds)s)" for name in names)
        conn.execute(
            f"update credits.{table} set {sets}".encode(), {"seconds": days * payloads.DAY}
        )


def poison(conn: Connection) -> None:
    """Let whatever stores a payment fail, as a fault of our own would."""
    conn.execute(
        """
        create function public.break_down() returns trigger language plpgsql as
        $$ begin raise exception 'poisoned' using errcode = 'P0001'; end $$;
        create trigger poison before insert on credits.payments
        for each row execute function public.break_down();
        """
    )


def mend(conn: Connection) -> None:
    """Undo ``poison``."""
    conn.execute("drop function public.break_down() cascade")


def maintain(conn: Connection, at: datetime | None = None) -> None:
    """Do all that a scheduler has to do by a time: now, which the transaction may be older than."""
    if at is None:
        at = rows(conn, "select clock_timestamp() as at")[0]["at"]
    call(conn, "run_credit_maintenance", at=at)


@contextmanager
def nothing_is_credited(conn: Connection) -> Iterator[None]:
    """Check that a block leaves accounts, history, orders, payments and subscriptions alone."""
    query = "select t::text from credits.subscriptions as t order by 1"
    before = rows(conn, query)
    with nothing_is_written(conn):
        yield
    assert rows(conn, query) == before
