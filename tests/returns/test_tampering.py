"""Books in which debt, clawbacks, chargebacks or invoices do not fit each other are found wrong."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.events.payloads import charge, day, event
from tests.events.shop import new_subscriber
from tests.events.shop import tell as deliver
from tests.events.subscription_payloads import invoice_payment
from tests.returns.model import Told
from tests.returns.sales import bought, open_shop, tell
from tests.support import Connection, find_violations
from tests.wallets import add, deduct

pytestmark = pytest.mark.breaks_books

OPENED = Told("charge.dispute.created", 300, "du_1", "needs_response", 10)
WON = Told("charge.dispute.closed", 300, "du_2", "won", 20)

# What is done to the books that _books writes, and a rule that must then be named.
CASES = {
    "a debt forgiven": ("update credits.accounts set debt = 0 where debt > 0", "debt"),
    "a debt invented": ("update credits.accounts set debt = debt + 1 where debt > 0", "debt"),
    "a debt beside credits": (
        "update credits.accounts set debt = 1 where balance > 0",
        "debt_beside_credits",
    ),
    "a refund forgotten": ("update credits.payments set refunded_cents = 0", "returned"),
    "a refund made larger": ("update credits.payments set refunded_cents = 700", "returned"),
    "a refund that failed in silence": (
        "insert into credits.refunds (account_id, provider, id, payment_id, amount_cents, status) "
        "select account_id, provider, 're_1', id, 100, 'failed' from credits.payments",
        "returned",
    ),
    "a chargeback deleted": ("delete from credits.chargebacks where id like 'du_1%'", "returned"),
    "a chargeback said to be won": (
        "update credits.chargebacks set status = 'won' where id like 'du_1%'",
        "returned",
    ),
    "a chargeback made larger": ("update credits.chargebacks set amount_cents = 301", "returned"),
    "a chargeback lost in silence": ("update credits.chargebacks set status = 'lost'", "returned"),
    "a clawback deleted": ("delete from credits.clawbacks where debt > 0", "returned"),
    "a clawback made smaller": (
        "update credits.clawbacks set amount = amount - 1 where debt = 0 and reinstated = 0",
        "clawback",
    ),
    "a clawback without its debt": ("update credits.clawbacks set debt = 0", "clawback"),
    "a clawback of another grant": (
        "update credits.clawbacks set grant_id = 2 where grant_id = 1 and debt > 0",
        "clawback",
    ),
    "a clawback forgotten with what it was for": (
        "delete from credits.clawbacks where reinstated = 0; "
        "update credits.payments set refunded_cents = 0; delete from credits.chargebacks",
        "clawback",
    ),
    "credits said to be given back": (
        "update credits.clawbacks set reinstated = amount where reinstated = 0; "
        "update credits.payments set refunded_cents = 0; delete from credits.chargebacks",
        "reinstatement",
    ),
    "a reinstatement forgotten": (
        "update credits.clawbacks set reinstated = 0",
        "reinstatement",
    ),
    "an allowance made larger": ("update credits.allowances set credits = 201", "allowance"),
    "an allowance of another subscription": (
        "update credits.allowances set subscription_id = 'sub_other'",
        "allowance",
    ),
    "an allowance forgotten": ("delete from credits.allowances", "allowance"),
    "an invoice forgotten": (
        "delete from credits.allowances; delete from credits.payments where order_id is null",
        "allowance",
    ),
}


def _books(conn: Connection) -> None:
    """Write a debtor, one who lost a part and won another, and a refunded subscriber."""
    debtor = bought(conn)
    deduct(conn, debtor.account_id, 200)
    tell(conn, debtor, Told("charge.refunded", 1000))

    disputed = bought(conn)
    add(conn, disputed.account_id, 5)
    first = Told("charge.dispute.created", 300, "du_2", "needs_response", 10)
    tell(conn, disputed, OPENED, first, WON)

    subscriber = new_subscriber(conn)
    bill = subscriber.bill("subscription_create")
    payment = {
        "id": "pi_1", "latest_charge": "ch_1", "amount": 1999, "currency": "usd", "customer": None,
        "metadata": {}, "livemode": False,
    }  # fmt: skip
    for told in (
        subscriber.news("created", day(-1)),
        bill,
        event("invoice_payment.paid", invoice_payment(bill["data"]["object"], "pi_1")),
        event("charge.refunded", charge(payment, 500)),
    ):
        assert deliver(conn, told) == "applied"


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


@pytest.mark.parametrize("what", CASES)
def test_tampering_with_returns_is_named_by_its_rule(db: Connection, what: str) -> None:
    statements, rule = CASES[what]
    _books(db)
    assert find_violations(db) == []
    db.execute("alter table credits.accounts disable trigger user")
    db.execute(statements.encode())
    assert rule in _rules(db)


def test_other_accounts_are_not_blamed(db: Connection) -> None:
    _books(db)
    ((debtor,),) = db.execute("select id from credits.accounts where debt > 0").fetchall()
    db.execute("update credits.accounts set debt = 0 where debt > 0")
    assert _blamed(db) == {debtor}


def _rules(conn: Connection) -> set[str]:
    return {rule for _, rule, _ in find_violations(conn)}


def _blamed(conn: Connection) -> set[UUID]:
    return {account_id for account_id, _, _ in find_violations(conn)}
