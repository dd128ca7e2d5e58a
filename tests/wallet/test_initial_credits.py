"""``grant_initial_credits``: users who were there before get their accounts and credits, once."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import (
    add,
    balance_of,
    call,
    deduct,
    history,
    refused,
    use_catalog,
    with_plan,
)


def earlier_users(conn: Connection, count: int) -> list[UUID]:
    """Sign users up as before pgcredits was installed: without its trigger."""
    conn.execute("alter table auth.users disable trigger credits_on_auth_user_change")
    users = [sign_up(conn, f"user{n}@example.org") for n in range(count)]
    conn.execute("alter table auth.users enable trigger credits_on_auth_user_change")
    return users


def test_users_who_were_there_before_get_their_credits_once(db: Connection) -> None:
    users = earlier_users(db, 3)
    use_catalog(db)
    with as_service(db):
        assert [call(db, "grant_initial_credits") for _ in range(2)] == [3, 0]
    assert [balance_of(db, user_id)["balance"] for user_id in users] == [5] * 3
    assert [len(history(db, user_id)) for user_id in users] == [1] * 3


def test_accounts_that_opened_before_the_catalog_are_started(db: Connection) -> None:
    user_id = sign_up(db)
    add(db, user_id, 100)
    deduct(db, user_id, 1)
    use_catalog(db)
    assert call(db, "grant_initial_credits") == 1
    shown = balance_of(db, user_id)
    assert (shown["plan"], shown["balance"]) == ("free", 104)


def test_a_batch_is_as_large_as_it_says_and_the_next_goes_on(db: Connection) -> None:
    earlier_users(db, 5)
    use_catalog(db)
    assert [call(db, "grant_initial_credits", batch_size=2) for _ in range(4)] == [2, 2, 1, 0]


def test_deleted_and_anonymous_users_get_nothing(db: Connection) -> None:
    use_catalog(db)
    deleted, anonymous = earlier_users(db, 2)
    db.execute("update auth.users set deleted_at = now() where id = %s", [deleted])
    db.execute("update auth.users set is_anonymous = true where id = %s", [anonymous])
    call(db, "grant_initial_credits")
    assert call(db, "grant_initial_credits") == 0
    query = "select balance from credits.accounts"
    assert db.execute(query).fetchall() == [(0,)]


def test_without_a_free_plan_accounts_open_empty_and_the_job_ends(db: Connection) -> None:
    (user_id,) = earlier_users(db, 1)
    use_catalog(db, with_plan("free", code="trial"))
    assert [call(db, "grant_initial_credits") for _ in range(2)] == [1, 0]
    assert balance_of(db, user_id)["plan"] is None


def test_a_plan_chosen_before_is_kept(db: Connection) -> None:
    use_catalog(db)
    (user_id,) = earlier_users(db, 1)
    call(db, "open_credit_account", user_id=user_id, plan="top")
    assert call(db, "grant_initial_credits") == 0
    assert balance_of(db, user_id)["balance"] == 20


@pytest.mark.parametrize("size", [0, -1, 10001, None])
def test_a_batch_of_another_size_is_refused(db: Connection, size: int | None) -> None:
    with refused(db, "22023", "invalid_batch_size"):
        call(db, "grant_initial_credits", batch_size=size)


def test_a_user_cannot_run_it(db: Connection) -> None:
    denied = "permission denied for function grant_initial_credits"
    with refused(db, "42501", denied), as_user(db, sign_up(db)):
        call(db, "grant_initial_credits")


def test_maintenance_opens_missing_accounts_and_leaves_a_heartbeat(db: Connection) -> None:
    earlier_users(db, 2)
    use_catalog(db)
    idle = (
        "catalogs", "renewed", "subscribed", "released", "expired", "retried", "learnt",
        "reminded", "expired_acts", "rolled_up", "forgotten",
    )  # fmt: skip
    counts = {**dict.fromkeys(idle, 0), "started": 2}
    assert call(db, "run_credit_maintenance") == counts
    assert call(db, "run_credit_maintenance")["started"] == 0
    query = "select job, counts, finished_at >= started_at from credits.job_runs order by id"
    beats = db.execute(query).fetchall()
    again = {**counts, "started": 0, "rolled_up": 2, "learnt": None}
    assert beats == [("maintenance", counts, True), ("maintenance", again, True)]


def test_a_committed_back_fill_survives_a_sign_up_at_the_same_time(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn, psycopg.connect(fresh_db) as other:
        users = earlier_users(conn, 2)
        use_catalog(conn)
        conn.commit()
        assert call(conn, "grant_initial_credits") == 2
        users.append(sign_up(other))
        other.commit()
        conn.commit()
        assert [balance_of(conn, user_id)["balance"] for user_id in users] == [5] * 3
