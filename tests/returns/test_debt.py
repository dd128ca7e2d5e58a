"""What could not be taken back is debt: it blocks spending; what comes in repays it first."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from tests.events.shop import moves, rows, subscribe
from tests.returns.model import Told
from tests.returns.sales import bought, open_shop, tell
from tests.support import Connection, as_user, sign_up
from tests.wallets import add, balance_of, call, change_plan, deduct, history, refused

REFUNDED = Told("charge.refunded", 1000)


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


@pytest.fixture
def debtor(db: Connection) -> UUID:
    """An account that owes 120: it used them of a purchase that was refunded."""
    purchase = bought(db)
    deduct(db, purchase.account_id, 120)
    tell(db, purchase, REFUNDED)
    return purchase.account_id


def has(conn: Connection, account_id: UUID) -> tuple[int, int, int]:
    """Return an account's balance, what is available and its debt."""
    shown = balance_of(conn, account_id)
    return shown["balance"], shown["available"], shown["debt"]


def test_a_refund_after_credits_are_used_leaves_debt(db: Connection, debtor: UUID) -> None:
    assert has(db, debtor) == (0, 0, 120)
    assert sum(amount for _, amount in moves(db, debtor)) == 0
    assert rows(
        db, "select sum(amount) as amount, sum(debt) as debt from credits.clawbacks"
    ) == [{"amount": 1100, "debt": 120}]  # fmt: skip


def test_who_owes_can_spend_nothing(db: Connection, debtor: UUID) -> None:
    with refused(db, "PT402", "insufficient_credits") as detail:
        deduct(db, debtor, "0.000000001")
    assert detail["available"] == 0
    assert has(db, debtor) == (0, 0, 120)


def test_who_owes_everything_has_not_enough_for_anything(db: Connection, debtor: UUID) -> None:
    add(db, debtor, 119)
    with as_user(db, debtor):
        summary = call(db, "get_credit_balance")
    assert (summary["available"], summary["debt"]) == (0, 1)


INCOME: dict[str, tuple[Callable[[Connection, UUID], object], int]] = {
    "a purchase": (lambda conn, id_: bought(conn, id_), 1100),
    "a small purchase": (lambda conn, id_: bought(conn, id_, "plain"), 100),
    "welcome credits": (lambda conn, id_: change_plan(conn, id_, "guest"), 50),
    "an allowance": (lambda conn, id_: change_plan(conn, id_, "member"), 80),
    "a paid allowance": (lambda conn, id_: subscribe(conn, "pro", account_id=id_), 200),
    "the back end's credits": (lambda conn, id_: add(conn, id_, 120), 120),
}


@pytest.mark.parametrize("what", INCOME)
def test_whatever_comes_in_repays_the_debt_first(db: Connection, debtor: UUID, what: str) -> None:
    act, amount = INCOME[what]
    act(db, debtor)
    left = max(amount - 120, 0)
    assert has(db, debtor) == (left, left, max(120 - amount, 0))


def test_a_repayment_is_a_clawback_keyed_by_the_grant(db: Connection, debtor: UUID) -> None:
    granted = add(db, debtor, 200)
    repaid = history(db, debtor)[-1]
    assert (repaid["type"], repaid["amount"], repaid["scope"], repaid["key"]) == (
        "clawback", -120, "system", f"repayment:{granted['grant_id']}",
    )  # fmt: skip
    assert {int(id_): amount for id_, amount in repaid["grants"].items()} == {
        granted["grant_id"]: 120
    }


def test_the_answer_shows_what_is_left_after_the_repayment_also_again(
    db: Connection, debtor: UUID
) -> None:
    key = f"key-{uuid4()}"
    first = add(db, debtor, 200, key=key)
    assert (first["amount"], first["balance"], first["held"], first["available"]) == (
        200,
        80,
        0,
        80,
    )
    deduct(db, debtor, 30)
    assert add(db, debtor, 200, key=key) == first
    assert has(db, debtor) == (50, 50, 0)


def test_the_answer_of_a_grant_that_does_not_cover_the_debt_shows_nothing(
    db: Connection, debtor: UUID
) -> None:
    key = f"key-{uuid4()}"
    first = add(db, debtor, 20, key=key)
    assert (first["amount"], first["balance"], first["available"]) == (20, 0, 0)
    add(db, debtor, 500)
    assert add(db, debtor, 20, key=key) == first


def test_the_debt_is_repaid_once(db: Connection, debtor: UUID) -> None:
    for left in (70, 20, 0):
        add(db, debtor, 50)
        assert has(db, debtor)[2] == left
    assert has(db, debtor) == (30, 30, 0)
    deduct(db, debtor, 30)
    add(db, debtor, 7)
    assert has(db, debtor) == (7, 7, 0)


def test_a_change_of_plan_tells_what_it_granted_though_it_went_to_the_debt(
    db: Connection, debtor: UUID
) -> None:
    assert change_plan(db, debtor, "guest")["granted"] == 50
    assert has(db, debtor) == (0, 0, 70)


def test_a_purchase_that_repaid_a_debt_can_itself_be_refunded(db: Connection, debtor: UUID) -> None:
    second = bought(db, debtor)
    assert has(db, debtor) == (980, 980, 0)
    tell(db, second, REFUNDED)
    assert has(db, debtor) == (0, 0, 120)


def test_a_debt_of_one_account_is_no_other_accounts(db: Connection, debtor: UUID) -> None:
    other = sign_up(db)
    add(db, other, 10)
    assert has(db, other) == (10, 10, 0)
    assert has(db, debtor) == (0, 0, 120)


def test_what_is_held_is_not_touched(db: Connection) -> None:
    purchase = bought(db, package="plain")
    hold(db, purchase.account_id, 40)
    tell(db, purchase, Told("charge.refunded", 700))
    assert has(db, purchase.account_id) == (40, 0, 40)
    assert moves(db, purchase.account_id) == [("purchase", 100), ("clawback", -60)]


def hold(conn: Connection, account_id: UUID, amount: int) -> None:
    """Hold credits of an account whose only grant is its first."""
    conn.execute(
        """
        with a as (
            update credits.accounts
            set held = %(amount)s, head_remaining = head_remaining - %(amount)s
            where id = %(id)s
        )
        insert into credits.holds (
            account_id, scope, key, request, amount, state, grants, created_at, expires_at
        )
        values (
            %(id)s, 'service', 'hold', '', %(amount)s, 'open',
            jsonb_build_object('1', %(amount)s::numeric), now(), now() + interval '1 hour'
        )
        """,
        {"id": account_id, "amount": amount},
    )
