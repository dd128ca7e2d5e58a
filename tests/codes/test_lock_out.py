"""Guessing codes in bulk: all refusals look alike, and the tenth wrong one locks the user out.

A wrong code does not raise, or its attempt would be undone with it: the refusal is the answer.
"""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from psycopg.errors import InsufficientPrivilege

from tests.billing.purchases import buyer, open_order, promote, quote, shop
from tests.codes.redeeming import ATTEMPTS, INVALID, attempts, credit_code, let_pass, redeem
from tests.limits.buying import open_shop
from tests.limits.calls import refused_unchanged
from tests.support import Connection, as_caller, as_user, sign_up
from tests.wallets import Row, balance_of, refused, use_catalog


@pytest.fixture
def user_id(db: Connection) -> UUID:
    use_catalog(db, shop())
    return buyer(db)


def fail(conn: Connection, user_id: UUID, times: int = ATTEMPTS) -> None:
    """Guess so many codes that do not exist."""
    for number in range(times):
        assert redeem(conn, user_id, f"GUESS{number}") == INVALID


def test_unknown_ended_and_used_up_codes_answer_alike_to_the_byte(db: Connection) -> None:
    use_catalog(db, shop())
    credit_code(db, "USEDUP", maximum_uses=1)
    redeem(db, sign_up(db), "USEDUP")
    credit_code(db, "ENDED", starts_at="2026-01-01T00:00:00Z", ends_at="2026-02-01T00:00:00Z")
    credit_code(db, "LATER", starts_at="2126-01-01T00:00:00Z")
    credit_code(db, "SWITCHEDOFF")
    db.execute("update credits.promotions set is_active = false where code = 'SWITCHEDOFF'")
    promote(db, "OLDSALE", starts_at="2026-01-01T00:00:00Z", ends_at="2026-02-01T00:00:00Z")
    credit_code(db, "MINE")
    codes = ["USEDUP", "ENDED", "LATER", "SWITCHEDOFF", "OLDSALE", "MINE"]
    texts = [*codes, "UNKNOWN", "-", "x" * 1000, "' or ''='", "\u200b", "%", "", None]
    answers = set()
    for code in texts:
        user_id = sign_up(db)
        if code == "MINE":
            assert redeem(db, user_id, code)["ok"]
        with as_user(db, user_id):
            query = "select to_jsonb(redeem_credit_code(%s))::text"
            answers.update(db.execute(query, [code]).fetchall())
        assert attempts(db, user_id) == 1
    ((answer,),) = answers
    assert json.loads(answer) == INVALID


def test_of_100_guesses_in_a_row_ten_are_answered(db: Connection, user_id: UUID) -> None:
    credit_code(db)
    fail(db, user_id)
    for number in range(90):
        with refused_unchanged(db, "PT429", "rate_limited") as detail:
            redeem(db, user_id, f"MORE{number}")
        assert detail["limit"] == ATTEMPTS
        assert 3500 < detail["retry_after_seconds"] <= 3600
        assert detail.keys() == {"limit", "retry_after_seconds"}


def test_the_right_code_is_refused_while_locked_out(db: Connection, user_id: UUID) -> None:
    credit_code(db)
    fail(db, user_id)
    with refused_unchanged(db, "PT429", "rate_limited"):
        redeem(db, user_id)
    assert balance_of(db, user_id)["balance"] == 0
    let_pass(db, "1 hour")
    assert redeem(db, user_id)["ok"]


def test_the_right_code_at_the_tenth_attempt_is_taken_and_leaves_one(
    db: Connection, user_id: UUID
) -> None:
    credit_code(db)
    fail(db, user_id, ATTEMPTS - 1)
    assert redeem(db, user_id)["ok"]
    assert attempts(db, user_id) == ATTEMPTS - 1
    assert redeem(db, user_id, "ANOTHER") == INVALID
    with refused_unchanged(db, "PT429", "rate_limited"):
        redeem(db, user_id, "ANOTHER")


def test_right_codes_are_never_counted(db: Connection, user_id: UUID) -> None:
    credit_code(db, maximum_uses_per_account=None)
    for _ in range(2 * ATTEMPTS):
        assert redeem(db, user_id)["ok"]


def test_the_window_ends_an_hour_after_its_first_attempt(db: Connection, user_id: UUID) -> None:
    fail(db, user_id, 1)
    let_pass(db, "59 minutes")
    fail(db, user_id, ATTEMPTS - 1)
    with refused_unchanged(db, "PT429", "rate_limited") as detail:
        redeem(db, user_id, "ANOTHER")
    assert 50 < detail["retry_after_seconds"] <= 60
    let_pass(db, f"{detail['retry_after_seconds']} seconds")
    fail(db, user_id)
    with refused_unchanged(db, "PT429", "rate_limited") as detail:
        redeem(db, user_id, "ANOTHER")
    assert detail["retry_after_seconds"] > 3500


def test_each_user_has_attempts_of_their_own(db: Connection, user_id: UUID) -> None:
    credit_code(db)
    fail(db, user_id)
    assert redeem(db, sign_up(db))["ok"]


def test_attempts_follow_the_user_to_every_account(db: Connection, user_id: UUID) -> None:
    query = "select public.open_credit_account(external_id => 'team')"
    team = db.execute(query.encode()).fetchone()
    assert team is not None
    query = "insert into credits.members (account_id, user_id, role) values (%s, %s, 'owner')"
    db.execute(query, [team[0], user_id])
    fail(db, user_id, 5)
    for _ in range(5):
        assert redeem(db, user_id, "GUESS", account_id=team[0]) == INVALID
    for account_id in (team[0], None):
        with refused_unchanged(db, "PT429", "rate_limited"):
            redeem(db, user_id, "GUESS", account_id=account_id)


def test_quotes_with_a_wrong_code_count_and_with_a_right_one_do_not(
    db: Connection, user_id: UUID
) -> None:
    promote(db)
    for _ in range(ATTEMPTS + 1):
        assert quote(db, user_id, package="starter", promotion_code="spring")["ok"]
        assert quote(db, user_id, package="starter")["ok"]
    assert attempts(db, user_id) == 0
    for number in range(ATTEMPTS):
        answer = quote(db, user_id, package="starter", promotion_code=f"GUESS{number}")
        assert answer["message"] == "promotion_code_invalid"
        assert attempts(db, user_id) == number + 1
    for code in ("GUESS", "SPRING"):
        with refused_unchanged(db, "PT429", "rate_limited"):
            quote(db, user_id, package="starter", promotion_code=code)
    with refused_unchanged(db, "PT429", "rate_limited"):
        redeem(db, user_id, "GUESS")
    assert quote(db, user_id, package="starter", promotion_code="")["ok"]
    assert quote(db, user_id, package="starter")["ok"]


def test_a_good_code_that_is_not_for_this_item_counts_like_a_wrong_one(
    db: Connection, user_id: UUID
) -> None:
    promote(db, packages=["growth"])
    quote(db, user_id, package="starter", promotion_code="SPRING")
    assert attempts(db, user_id) == 1
    quote(db, user_id, package="growth", promotion_code="SPRING")
    assert attempts(db, user_id) == 1


def test_a_good_code_at_the_purchase_cap_is_no_wrong_one(db: Connection) -> None:
    open_shop(db, 519)
    promote(db)
    user_id = buyer(db)
    answer = quote(db, user_id, package="starter", promotion_code="SPRING")
    assert (answer["message"], answer["total_cents"]) == ("purchase_cap_reached", 520)
    assert attempts(db, user_id) == 0


@pytest.mark.parametrize(
    ("item", "token"),
    [
        ({"package": "absent"}, "unknown_package"),
        ({"quantity": -1}, "invalid_quantity"),
        ({}, "invalid_purchase"),
    ],
)
def test_what_is_no_purchase_counts_nothing(
    db: Connection, user_id: UUID, item: Row, token: str
) -> None:
    with refused_unchanged(db, "22023", token):
        quote(db, user_id, **item, promotion_code="GUESS")


def count_attempt(conn: Connection, user_id: UUID) -> None:
    """Count an attempt as the edge does before it opens an order with a code."""
    with as_caller(conn, "credits_edge", None):
        conn.execute("select credits.count_code_attempt(%s)", [user_id])


def test_the_checkout_counts_before_it_orders_and_an_order_gives_the_attempt_back(
    db: Connection, user_id: UUID
) -> None:
    promote(db)
    count_attempt(db, user_id)
    assert attempts(db, user_id) == 1
    open_order(db, user_id, package="starter", promotion_code="SPRING")
    assert attempts(db, user_id) == 0
    for number in range(ATTEMPTS):
        count_attempt(db, user_id)
        with refused(db, "22023", "promotion_code_invalid"):
            open_order(db, user_id, package="starter", promotion_code="GUESS")
        assert attempts(db, user_id) == number + 1
    with refused_unchanged(db, "PT429", "rate_limited") as detail:
        count_attempt(db, user_id)
    assert detail["limit"] == ATTEMPTS


def test_an_order_without_a_code_gives_no_attempt_back(db: Connection, user_id: UUID) -> None:
    fail(db, user_id, 3)
    open_order(db, user_id, package="starter")
    assert attempts(db, user_id) == 3


def test_users_cannot_count_or_clear_attempts_themselves(db: Connection, user_id: UUID) -> None:
    for query in (
        "select credits.count_code_attempt(%s)",
        "delete from credits.code_attempts where user_id = %s",
        "select * from credits.code_attempts where user_id = %s",
    ):
        with pytest.raises(InsufficientPrivilege), as_user(db, user_id):
            db.execute(query.encode(), [user_id])
