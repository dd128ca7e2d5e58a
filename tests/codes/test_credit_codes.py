"""A code that grants credits at once: what it gives, to whom, how often, and as what."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.billing.purchases import buyer, promote, quote, shop
from tests.codes.redeeming import INVALID, attempts, credit_code, redeem
from tests.limits.buying import buy, give_back
from tests.limits.calls import refused_unchanged
from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    call_all,
    deduct,
    history,
    refused,
    remaining,
    use_catalog,
)


@pytest.fixture
def user_id(db: Connection) -> UUID:
    """A user with 5 welcome credits."""
    use_catalog(db)
    return sign_up(db, "ada@example.org")


def test_a_code_grants_its_credits_at_once(db: Connection, user_id: UUID) -> None:
    credit_code(db)
    answer = redeem(db, user_id)
    assert answer == {"ok": True, "message": None, "credits": 25, "balance": 30}
    granted = history(db, user_id)[-1]
    assert (granted["type"], granted["amount"], granted["reference"]) == (
        "promotion",
        25,
        "HELLO25",
    )
    query = """
        select source, amount, is_paid, expires_at - created_at from credits.grants
        where account_id = %s and id = %s
    """
    assert db.execute(query, [user_id, granted["id"]]).fetchall() == [
        ("promotion", 25, False, timedelta(days=30))
    ]
    query = "select code, account_id, order_id, transaction_id from credits.redemptions"
    assert db.execute(query).fetchall() == [("HELLO25", user_id, None, granted["id"])]
    assert attempts(db, user_id) == 0


def test_credits_without_days_never_expire(db: Connection, user_id: UUID) -> None:
    credit_code(db, credits_days=None)
    redeem(db, user_id)
    query = "select expires_at from credits.grants where source = 'promotion'"
    assert db.execute(query).fetchall() == [(None,)]


@pytest.mark.parametrize("value", ["0.5", "0.0001", 1_000_000])
def test_a_code_may_grant_parts_and_plenty(db: Connection, user_id: UUID, value: str | int) -> None:
    credit_code(db, discount_value=value)
    assert redeem(db, user_id)["credits"] == Decimal(value)
    assert balance_of(db, user_id)["balance"] == 5 + Decimal(value)


def test_the_seeds_word_for_it_is_bonus(db: Connection, user_id: UUID) -> None:
    credit_code(db)
    redeem(db, user_id)
    with as_user(db, user_id):
        row, *_ = call_all(db, "list_credit_transactions")
    assert (row["type"], row["transaction_type"]) == ("promotion", "bonus")
    assert balance_of(db, user_id)["total_purchased"] == 0


@pytest.mark.parametrize(
    "spelling", ["HELLO25", "hello25", "Hello-25", " hello 25 ", "h.e.l.l.o/2_5", "hello25\n"]
)
def test_every_spelling_is_the_same_code_and_its_one_use(
    db: Connection, user_id: UUID, spelling: str
) -> None:
    credit_code(db)
    assert redeem(db, user_id, spelling)["ok"]
    for again in ("HELLO25", "hello-25", spelling):
        assert redeem(db, user_id, again) == INVALID
    assert balance_of(db, user_id)["balance"] == 30


@pytest.mark.parametrize(("uses", "found"), [(1, [1, 0]), (3, [3, 0]), (None, [4, 4])])
def test_an_account_may_use_a_code_so_often(
    db: Connection, uses: int | None, found: list[int]
) -> None:
    credit_code(db, maximum_uses_per_account=uses, maximum_uses=uses)
    users = [sign_up(db) for _ in found]
    counts = [sum(redeem(db, user_id)["ok"] for _ in range(4)) for user_id in users]
    assert counts == found
    assert [balance_of(db, user_id)["balance"] for user_id in users] == [25 * n for n in found]


def test_the_uses_of_all_together_are_counted(db: Connection) -> None:
    credit_code(db, maximum_uses=2)
    users = [sign_up(db) for _ in range(4)]
    assert [redeem(db, user_id)["ok"] for user_id in users] == [True, True, False, False]


def test_the_credits_repay_debt_first(db: Connection) -> None:
    use_catalog(db, shop())
    user_id = buyer(db)
    order = buy(db, user_id)
    deduct(db, user_id, 40)
    give_back(db, order, 650)
    credit_code(db)
    assert redeem(db, user_id)["ok"]
    shown = balance_of(db, user_id)
    assert (shown["available"], shown["debt"]) == (0, 15)


def test_the_credits_burn_like_other_free_ones(db: Connection, user_id: UUID) -> None:
    add(db, user_id, 100, "purchase")
    credit_code(db)
    redeem(db, user_id)
    deduct(db, user_id, 25)
    assert 100 in remaining(db, user_id).values()


def test_an_account_without_a_plan_may_redeem(db: Connection) -> None:
    credit_code(db)
    user_id = sign_up(db)
    assert redeem(db, user_id) == {"ok": True, "message": None, "credits": 25, "balance": 25}


def test_a_manager_redeems_for_the_team_and_a_member_does_not(db: Connection) -> None:
    credit_code(db)
    team: UUID = call(db, "open_credit_account", external_id="team")
    people = {role: sign_up(db) for role in ("owner", "admin", "member", "viewer")}
    for role, user_id in people.items():
        query = "insert into credits.members (account_id, user_id, role) values (%s, %s, %s)"
        db.execute(query, [team, user_id, role])
    for role in ("member", "viewer"):
        with refused_unchanged(db, "PT404", "account_not_found"):
            redeem(db, people[role], account_id=team)
    with refused_unchanged(db, "PT404", "account_not_found"):
        redeem(db, sign_up(db), account_id=team)
    assert redeem(db, people["admin"], account_id=team)["balance"] == 25
    assert redeem(db, people["owner"], account_id=team) == INVALID


def test_nobody_and_the_closed_redeem_nothing(db: Connection, user_id: UUID) -> None:
    credit_code(db)
    denied = "permission denied for function redeem_credit_code"
    with refused_unchanged(db, "42501", denied), as_anon(db):
        call(db, "redeem_credit_code", code="HELLO25")
    db.execute("update credits.accounts set status = 'closed'")
    with refused_unchanged(db, "PT403", "account_closed"):
        redeem(db, user_id)
    db.execute("update auth.users set banned_until = now() + interval '1 day'")
    with refused(db, "42501", "user_unknown"):
        redeem(db, user_id)


def test_a_code_for_purchases_says_so_and_takes_no_use(db: Connection, user_id: UUID) -> None:
    promote(db, "SPRING", maximum_uses=1)
    for _ in range(15):
        answer = redeem(db, user_id, "spring")
        assert answer == {**INVALID, "message": "enter_code_at_purchase"}
    assert attempts(db, user_id) == 0
    assert db.execute("select count(*) from credits.redemptions").fetchone() == (0,)


@pytest.mark.parametrize(
    "keys",
    [
        {"discount_value": 0},
        {"discount_value": -1},
        {"discount_value": "NaN"},
        {"discount_value": None},
        {"credits_days": 0},
        {"credits_days": 3651},
        {"currency": "usd"},
        {"discount_type": "percent", "credits_days": 30},
    ],
    ids=str,
)
def test_a_promotion_that_makes_no_sense_is_refused(db: Connection, keys: Row) -> None:
    with refused(db, "22023", "invalid_promotion"):
        credit_code(db, **keys)


def test_a_code_that_grants_credits_takes_nothing_off_a_purchase(db: Connection) -> None:
    use_catalog(db, shop())
    credit_code(db)
    answer = quote(db, buyer(db), package="starter", promotion_code="HELLO25")
    assert (answer["message"], answer["total_cents"]) == ("promotion_code_invalid", 650)


def test_the_back_end_may_redeem_for_an_account(db: Connection, user_id: UUID) -> None:
    credit_code(db)
    with as_service(db):
        answer = call(db, "redeem_credit_code", code="HELLO25", account_id=user_id)
    assert answer["balance"] == 30
