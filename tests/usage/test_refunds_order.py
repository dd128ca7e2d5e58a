"""What comes back goes to the grants that paid, the last that paid first, exact to nine places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import Connection, find_violations
from tests.usage.charges import Parts, charge, last_move, refund, went_to
from tests.wallets import Row, add, balance_of, funded_account, history, refused, remaining

PLACE = Decimal("0.000000001")
SOON = datetime.now(UTC) + timedelta(days=10)
LATE = SOON + timedelta(days=10)
# The terms of grants in the order in which they burn down.
BURN_DOWN: list[Row] = [
    {"priority": 50},
    {"expires_at": SOON},
    {"expires_at": SOON, "source": "purchase"},
    {"expires_at": LATE},
    {},
    {"source": "purchase"},
    {"priority": 500, "expires_at": SOON},
]


@pytest.mark.parametrize("stride", [1, 3, 5])
def test_the_last_grant_that_paid_is_paid_back_first(db: Connection, stride: int) -> None:
    account_id = funded_account(db)
    arrivals = [stride * number % 7 for number in range(7)]
    ids = {rank: add(db, account_id, 2, **BURN_DOWN[rank])["grant_id"] for rank in arrivals}
    paid = charge(db, account_id, 13)
    back: list[int] = []
    for _ in range(13):
        refund(db, account_id, paid, 1)
        back += last_move(db, account_id)
    assert back == [ids[6]] + [ids[rank] for rank in range(5, -1, -1) for _ in range(2)]
    assert remaining(db, account_id) == dict.fromkeys(range(1, 8), 2)


def test_one_refund_goes_to_as_many_grants_as_it_fills(db: Connection) -> None:
    account_id = funded_account(db)
    for _ in range(20):
        add(db, account_id, 2)
    paid = charge(db, account_id, 40)
    refund(db, account_id, paid, 25)
    assert last_move(db, account_id) == {**dict.fromkeys(range(9, 21), 2), 8: 1}
    refund(db, account_id, paid)
    assert last_move(db, account_id) == {**dict.fromkeys(range(1, 8), 2), 8: 1}


def test_grants_that_did_not_pay_get_nothing(db: Connection) -> None:
    account_id = funded_account(db, 5, source="purchase")
    paid = charge(db, account_id, 4)
    add(db, account_id, 5)
    charge(db, account_id, 3)
    refund(db, account_id, paid)
    assert remaining(db, account_id) == {1: 5, 3: 2}


def test_what_came_back_burns_down_in_its_old_place(db: Connection) -> None:
    account_id = funded_account(db, 5, priority=1)
    paid = charge(db, account_id, 5)
    add(db, account_id, 5, priority=2)
    charge(db, account_id, 1)
    refund(db, account_id, paid)
    charge(db, account_id, 6)
    assert last_move(db, account_id) == {1: 5, 3: 1}


@pytest.mark.parametrize("order", list(permutations([0, 1])))
def test_charges_of_one_grant_come_back_each_for_itself(
    db: Connection, order: tuple[int, int]
) -> None:
    account_id = funded_account(db, 10)
    paid = [charge(db, account_id, amount) for amount in (4, 6)]
    for number in order:
        assert refund(db, account_id, paid[number])["amount"] == (4, 6)[number]
        with refused(db, "PT409", "refund_exceeds_paid"):
            refund(db, account_id, paid[number])
    assert remaining(db, account_id) == {1: 10}


@pytest.mark.parametrize("whole", ["1", "10", "0.000000001", "14.29", "3.4296", "999999999999.1"])
def test_three_thirds_are_the_whole_at_nine_places(db: Connection, whole: str) -> None:
    total = Decimal(whole)
    account_id = funded_account(db, total)
    add(db, account_id, total)
    charge(db, account_id, PLACE)
    paid = charge(db, account_id, total)
    assert last_move(db, account_id)[2] == PLACE
    before = balance_of(db, account_id)["balance"]
    third = (total / 3).quantize(PLACE)
    amounts = [refund(db, account_id, paid, third)["amount"] for _ in range(2) if third]
    last = refund(db, account_id, paid)["amount"]
    assert amounts == [third] * 2 if third else amounts == []
    assert sum(amounts) + last == total
    assert balance_of(db, account_id)["balance"] == before + total
    with refused(db, "PT409", "refund_exceeds_paid"):
        refund(db, account_id, paid, PLACE)


AMOUNTS = st.one_of(
    st.integers(1, 50).map(Decimal),
    st.decimals("0.000000001", "50", places=9),
    st.sampled_from(["0.000000001", "0.333333333", "3.4296"]).map(Decimal),
)


@given(
    grants=st.lists(st.tuples(AMOUNTS, st.sampled_from(BURN_DOWN)), min_size=1, max_size=6),
    spends=st.lists(AMOUNTS, min_size=1, max_size=3),
    parts=st.lists(st.tuples(st.integers(0, 2), st.one_of(AMOUNTS, st.none())), max_size=8),
)
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_refunds_in_any_order_fill_up_what_was_taken(
    db: Connection,
    grants: list[tuple[Decimal, Row]],
    spends: list[Decimal],
    parts: list[tuple[int, Decimal | None]],
) -> None:
    with db.transaction(force_rollback=True):
        account_id = funded_account(db)
        ids = [add(db, account_id, amount, **terms)["grant_id"] for amount, terms in grants]
        order = [ids[n] for n in sorted(range(len(grants)), key=lambda n: burn_rank(grants, n))]
        left = {id_: amount for id_, (amount, _) in zip(ids, grants, strict=True)}
        paid: dict[int, Parts] = {}
        for amount in spends:
            amount = min(amount, sum(left.values(), Decimal(0)))
            if amount:
                paid[charge(db, account_id, amount)] = take(left, order, amount)
        for number, part in parts:
            if number < len(paid):
                give_back(db, account_id, list(paid)[number], paid, left, order, part)
            assert remaining(db, account_id) == left
        assert find_violations(db) == []


def burn_rank(grants: list[tuple[Decimal, Row]], number: int) -> tuple[int, int]:
    """Sort grants by the published order, of equal terms the oldest first."""
    return BURN_DOWN.index(grants[number][1]), number


def take(left: Parts, order: list[int], amount: Decimal) -> Parts:
    """Take an amount out of what is left, in an order, and return each part."""
    taken: Parts = {}
    for id_ in order:
        part = min(left.get(id_, Decimal(0)), amount - sum(taken.values()))
        if part:
            left[id_] -= part
            taken[id_] = part
    return taken


def give_back(
    conn: Connection,
    account_id: UUID,
    transaction_id: int,
    paid: dict[int, Parts],
    left: Parts,
    order: list[int],
    amount: Decimal | None,
) -> None:
    """Refund as the rule says, in the database and in what is left of each grant."""
    owed = paid[transaction_id]
    total = sum(owed.values(), Decimal(0))
    if (amount or total) > total or not total:
        with refused(conn, "PT409", "refund_exceeds_paid"):
            refund(conn, account_id, transaction_id, amount)
        return
    answer = refund(conn, account_id, transaction_id, amount)
    assert answer["amount"] == (amount or total)
    back = take(owed, order[::-1], amount or total)
    for id_, part in back.items():
        left[id_] += part
    assert went_to(history(conn, account_id)[-1]) == back
    assert (answer["balance"], answer["grant_id"]) == (sum(left.values()), None)
