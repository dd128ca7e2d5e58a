"""Grants burn down by priority, soonest expiry, free before paid, oldest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.support import Connection
from tests.wallets import Row, add, balance_of, deduct, funded_account, history, refused, remaining

SOON = datetime.now(UTC) + timedelta(days=10)
LATE = SOON + timedelta(days=10)


def spent_grants(conn: Connection, account_id: UUID, amount: object) -> dict[int, Decimal]:
    """Charge an amount and return what each grant gave for it, in the order of the grants' ids."""
    deduct(conn, account_id, amount)
    grants = history(conn, account_id)[-1]["grants"]
    return {int(grant_id): Decimal(str(given)) for grant_id, given in grants.items()}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"priority": 1}, {"priority": 2, "expires_at": SOON}),
        ({"priority": 0, "source": "purchase"}, {"expires_at": SOON}),
        ({"expires_at": SOON}, {"expires_at": LATE}),
        ({"expires_at": LATE}, {}),
        ({"expires_at": SOON, "source": "purchase"}, {"expires_at": LATE}),
        ({}, {"source": "purchase"}),
        ({"expires_at": SOON}, {"expires_at": SOON, "source": "purchase"}),
        ({"source": "bonus"}, {"source": "promotion"}),
    ],
    ids=[
        "priority before expiry",
        "priority before free",
        "soonest expiry",
        "expiring before lasting",
        "expiry before free",
        "free before paid",
        "free before paid of one expiry",
        "oldest",
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_grants_burn_in_the_published_order(
    db: Connection, first: Row, second: Row, swapped: bool
) -> None:
    account_id = funded_account(db)
    terms = [second, first] if swapped else [first, second]
    ids = [add(db, account_id, 10, **term)["grant_id"] for term in terms]
    oldest_decides = second.get("source") == "promotion"
    winner = ids[0] if oldest_decides or not swapped else ids[1]
    assert spent_grants(db, account_id, 4) == {winner: 4}
    assert remaining(db, account_id) == {id_: 6 if id_ == winner else 10 for id_ in ids}


PUBLISHED_ORDER: list[Row] = [
    {"priority": 1, "expires_at": LATE, "source": "purchase"},
    {"priority": 1},
    {"priority": 1, "source": "purchase"},
    {"expires_at": SOON},
    {"expires_at": SOON, "source": "purchase"},
    {"expires_at": LATE},
    {"expires_at": LATE, "source": "purchase"},
    {},
    {"source": "purchase"},
    {"priority": 500, "expires_at": SOON},
]


@pytest.mark.parametrize("stride", [1, 3, 7, 9])
def test_many_grants_burn_in_the_published_order_whenever_they_came(
    db: Connection, stride: int
) -> None:
    account_id = funded_account(db)
    arrivals = [stride * n % 10 for n in range(10)]
    ids = {rank: add(db, account_id, 2, **PUBLISHED_ORDER[rank])["grant_id"] for rank in arrivals}
    spent = [grant_id for _ in range(20) for grant_id in spent_grants(db, account_id, 1)]
    assert spent == [ids[rank] for rank in range(10) for _ in range(2)]


@pytest.mark.parametrize("term", PUBLISHED_ORDER, ids=lambda term: "+".join(term) or "no terms")
def test_of_equal_grants_the_oldest_burns_first(db: Connection, term: Row) -> None:
    account_id = funded_account(db)
    ids = [add(db, account_id, 1, **term)["grant_id"] for _ in range(4)]
    assert [list(spent_grants(db, account_id, 1)) for _ in ids] == [[id_] for id_ in ids]


def test_the_default_priority_is_100(db: Connection) -> None:
    account_id = funded_account(db)
    for priority in (101, None, 99):
        add(db, account_id, 1, priority=priority)
    assert [list(spent_grants(db, account_id, 1)) for _ in range(3)] == [[3], [2], [1]]


def test_a_better_grant_that_arrives_is_spent_at_once(db: Connection) -> None:
    account_id = funded_account(db, 10, source="purchase")
    assert spent_grants(db, account_id, 4) == {1: 4}
    add(db, account_id, 5, expires_at=SOON)
    assert remaining(db, account_id) == {1: 6, 3: 5}
    assert spent_grants(db, account_id, 2) == {3: 2}
    add(db, account_id, 1, priority=0)
    assert spent_grants(db, account_id, 5) == {5: 1, 3: 3, 1: 1}
    assert remaining(db, account_id) == {1: 5, 3: 0, 5: 0}


def test_a_worse_grant_that_arrives_waits_its_turn(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=SOON)
    add(db, account_id, 10, source="purchase")
    assert spent_grants(db, account_id, 9) == {1: 9}
    assert spent_grants(db, account_id, 2) == {1: 1, 2: 1}


def test_a_grant_that_arrives_when_all_is_spent_is_spent_next(db: Connection) -> None:
    account_id = funded_account(db, 10, priority=0)
    deduct(db, account_id, 10)
    add(db, account_id, 3, priority=900)
    assert spent_grants(db, account_id, 3) == {3: 3}
    assert balance_of(db, account_id)["balance"] == 0


def test_one_spend_takes_from_as_many_grants_as_it_needs(db: Connection) -> None:
    account_id = funded_account(db)
    for _ in range(30):
        add(db, account_id, 2)
    assert spent_grants(db, account_id, 57) == {**dict.fromkeys(range(1, 29), 2), 29: 1}
    assert remaining(db, account_id) == {**dict.fromkeys(range(1, 29), 0), 29: 1, 30: 2}


def test_one_spend_over_hundreds_of_grants_takes_exactly_what_each_has(db: Connection) -> None:
    account_id = funded_account(db)
    db.execute(
        "select public.add_credits(%s, n * 0.001, 'bonus', n::text) from generate_series(1, 300) n",
        [account_id],
    )
    there = remaining(db, account_id)
    given = spent_grants(db, account_id, "45.1")
    *emptied, last = there
    assert given == {**{id_: there[id_] for id_ in emptied}, last: Decimal("0.25")}
    assert sum(given.values()) == Decimal("45.1")
    assert remaining(db, account_id) == {**dict.fromkeys(emptied, 0), last: Decimal("0.05")}


def test_a_spend_of_all_that_is_there_leaves_nothing(db: Connection) -> None:
    account_id = funded_account(db, 7)
    add(db, account_id, 5)
    assert spent_grants(db, account_id, 12) == {1: 7, 2: 5}
    assert remaining(db, account_id) == {1: 0, 2: 0}


def test_the_last_fraction_can_be_spent_and_no_more(db: Connection) -> None:
    account_id = funded_account(db, "0.000000002")
    assert deduct(db, account_id, "0.000000001")["balance"] == Decimal("0.000000001")
    with refused(db, "PT402", "insufficient_credits") as detail:
        deduct(db, account_id, "0.000000002")
    assert detail == {"required": 2e-9, "available": 1e-9, "balance": 1e-9, "held": 0}
    assert deduct(db, account_id, "0.000000001")["balance"] == 0


def test_a_spend_beyond_all_grants_is_refused_and_takes_nothing(db: Connection) -> None:
    account_id = funded_account(db, 7)
    add(db, account_id, 5)
    with refused(db, "PT402", "insufficient_credits") as detail:
        deduct(db, account_id, "12.000000001")
    assert detail == {"required": 12.000000001, "available": 12, "balance": 12, "held": 0}
    assert remaining(db, account_id) == {1: 7, 2: 5}
