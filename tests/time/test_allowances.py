"""What a renewal does to credits: the old allowance goes, the new one comes, the rest stays."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.support import Connection, sign_up
from tests.time.calendar_months import month_after
from tests.wallets import (
    add,
    balance_of,
    call,
    change_plan,
    deduct,
    history,
    remaining,
    use_catalog,
    with_plan,
)


def subscriber(conn: Connection, plan: str) -> UUID:
    """Return an account on a plan, without the welcome credits of the free one."""
    use_catalog(conn)
    user_id = sign_up(conn)
    deduct(conn, user_id, 5)
    change_plan(conn, user_id, plan)
    return user_id


def renew(conn: Connection, account_id: UUID) -> datetime:
    """Renew an account at the end of its period and return that moment."""
    query = "select period_end_at from credits.accounts where id = %s"
    found = conn.execute(query, [account_id]).fetchone()
    assert found is not None
    ends_at: datetime = found[0]
    assert call(conn, "reset_monthly_credits", at=ends_at) == 1
    return ends_at


def test_an_unused_allowance_does_not_pile_up(db: Connection) -> None:
    account_id = subscriber(db, "basic")
    balances = []
    for _ in range(3):
        renew(db, account_id)
        balances.append(balance_of(db, account_id)["balance"])
    assert balances == [100, 100, 100]


def test_the_old_allowance_expires_before_the_new_one_comes(db: Connection) -> None:
    account_id = subscriber(db, "basic")
    deduct(db, account_id, 30)
    renew(db, account_id)
    moves = [(row["type"], row["amount"], row["balance_after"]) for row in history(db, account_id)]
    assert moves[-2:] == [("expiry", -70, 0), ("allowance", 100, 100)]


def test_a_used_up_allowance_leaves_nothing_to_expire(db: Connection) -> None:
    account_id = subscriber(db, "basic")
    deduct(db, account_id, 100)
    renew(db, account_id)
    assert [row["type"] for row in history(db, account_id)][-2:] == ["usage", "allowance"]


def test_a_renewal_never_touches_bought_credits(db: Connection) -> None:
    account_id = subscriber(db, "basic")
    bought = add(db, account_id, 500, "purchase")["grant_id"]
    deduct(db, account_id, 130)
    for _ in range(4):
        renew(db, account_id)
    assert remaining(db, account_id)[bought] == 470
    assert balance_of(db, account_id)["balance"] == 570


def test_an_allowance_burns_before_bought_credits(db: Connection) -> None:
    account_id = subscriber(db, "basic")
    bought = add(db, account_id, 500, "purchase")["grant_id"]
    renew(db, account_id)
    deduct(db, account_id, 40)
    assert remaining(db, account_id)[bought] == 500


def test_what_rolls_over_lives_as_many_months_more_as_the_plan_says(db: Connection) -> None:
    account_id = subscriber(db, "saver")
    balances = []
    for _ in range(5):
        renew(db, account_id)
        balances.append(balance_of(db, account_id)["balance"])
    assert balances == [200, 300, 300, 300, 300]


def test_what_rolled_over_is_spent_first_and_expires_in_its_time(db: Connection) -> None:
    account_id = subscriber(db, "saver")
    renew(db, account_id)
    ((anchor,),) = db.execute("select period_anchor_at from credits.accounts").fetchall()
    assert balance_of(db, account_id)["expires_at"] == month_after(anchor, 3)
    deduct(db, account_id, 130)
    assert [left for left in remaining(db, account_id).values() if left] == [70]
    renew(db, account_id)
    renew(db, account_id)
    assert balance_of(db, account_id)["balance"] == 270
    renew(db, account_id)
    assert balance_of(db, account_id)["balance"] == 300


def test_the_allowance_of_the_next_period_is_the_catalogs_of_then(db: Connection) -> None:
    account_id = subscriber(db, "basic")
    use_catalog(db, with_plan("basic", monthly_credits=40))
    assert balance_of(db, account_id)["balance"] == 100
    renew(db, account_id)
    assert balance_of(db, account_id)["balance"] == 40
    assert history(db, account_id)[-1]["price_version"] == 2


def test_a_plan_whose_allowance_ends_renews_nothing(db: Connection) -> None:
    account_id = subscriber(db, "basic")
    use_catalog(db, with_plan("basic", monthly_credits=0))
    for _ in range(2):
        assert call(db, "reset_monthly_credits", at=month_after(datetime.now(UTC), 2)) == 0
    call(db, "expire_credits", at=month_after(datetime.now(UTC), 2))
    assert balance_of(db, account_id)["balance"] == 0
    assert "allowance" not in [row["type"] for row in history(db, account_id)][3:]


def test_an_account_that_left_the_plan_is_not_renewed(db: Connection) -> None:
    account_id = subscriber(db, "basic")
    change_plan(db, account_id, "free")
    assert call(db, "reset_monthly_credits", at=month_after(datetime.now(UTC), 2)) == 0


@pytest.mark.parametrize("months", [1, 2, 14])
def test_a_change_of_plan_after_missed_renewals_gives_the_current_period(
    db: Connection, months: int
) -> None:
    account_id = subscriber(db, "basic")
    db.execute(
        """
        update credits.accounts
        set
            period_anchor_at = period_anchor_at - make_interval(months => %s),
            period_end_at = period_end_at - make_interval(months => %s)
        """,
        [months, months],
    )
    assert change_plan(db, account_id, "plus")["granted"] == 1000
    assert history(db, account_id)[-2]["reference"] == f"period:{months}"
    assert call(db, "reset_monthly_credits") == 0


def test_a_plan_that_begins_to_give_credits_gives_them_to_who_is_on_it(db: Connection) -> None:
    account_id = subscriber(db, "free")
    assert balance_of(db, account_id)["balance"] == 0
    use_catalog(db, with_plan("free", monthly_credits=70))
    for _ in range(2):
        call(db, "run_credit_maintenance")
    assert balance_of(db, account_id)["balance"] == 70
