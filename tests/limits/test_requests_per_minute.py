"""A plan's requests per minute: which calls count, which do not, and what the refusal tells."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.limits.calls import (
    LIMIT,
    REQUESTS,
    hold,
    let_pass,
    limited_account,
    refused_unchanged,
    use,
)
from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import add, call, call_all, change_plan, deduct, refused


@pytest.fixture
def account_id(db: Connection) -> UUID:
    return limited_account(db)


def spend_all(conn: Connection, account_id: UUID) -> None:
    """Make as many requests as the limit allows."""
    for _ in range(LIMIT):
        deduct(conn, account_id, 1)


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_plan_allows_so_many_requests_a_minute(
    db: Connection, account_id: UUID, kind: str
) -> None:
    for _ in range(LIMIT):
        REQUESTS[kind](db, account_id)
    with refused_unchanged(db, "PT429", "rate_limited") as detail:
        REQUESTS[kind](db, account_id)
    assert detail == {"limit": LIMIT, "retry_after_seconds": 60}


def test_all_kinds_of_requests_count_together(db: Connection, account_id: UUID) -> None:
    for kind in REQUESTS:
        REQUESTS[kind](db, account_id)
    for kind in REQUESTS:
        with refused_unchanged(db, "PT429", "rate_limited"):
            REQUESTS[kind](db, account_id)


def test_the_users_own_calls_and_the_back_ends_count_together(
    db: Connection, account_id: UUID
) -> None:
    with as_user(db, account_id):
        call(db, "use_credits", service="sms", key="mine")
    with as_service(db):
        use(db, account_id)
        deduct(db, account_id, 1)
    with as_user(db, account_id), refused(db, "PT429", "rate_limited"):
        call(db, "use_credits", service="sms", key="another")


def test_each_account_has_requests_of_its_own(db: Connection, account_id: UUID) -> None:
    other = sign_up(db)
    change_plan(db, other, "pro")
    for each in (account_id, other):
        spend_all(db, each)
        with refused_unchanged(db, "PT429", "rate_limited"):
            deduct(db, each, 1)


def test_a_use_that_costs_nothing_is_a_request(db: Connection, account_id: UUID) -> None:
    for _ in range(LIMIT):
        assert use(db, account_id, "ping")["cost"] == 0
    with refused_unchanged(db, "PT429", "rate_limited"):
        use(db, account_id, "ping")


def test_without_a_limit_there_is_none_and_nothing_is_kept(db: Connection) -> None:
    account_id = limited_account(db)
    change_plan(db, account_id, "free")
    for _ in range(5 * LIMIT):
        deduct(db, account_id, 1)
    query = "select requests_per_minute, requested_at from credits.accounts where id = %s"
    assert db.execute(query, [account_id]).fetchone() == (None, None)


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_replay_is_answered_at_the_limit_and_is_not_counted(
    db: Connection, account_id: UUID, kind: str
) -> None:
    first = REQUESTS[kind](db, account_id, key="first")
    for _ in range(3 * LIMIT):
        assert REQUESTS[kind](db, account_id, key="first") == first
    for _ in range(LIMIT - 1):
        REQUESTS[kind](db, account_id)
    with refused_unchanged(db, "PT429", "rate_limited"):
        REQUESTS[kind](db, account_id)
    assert REQUESTS[kind](db, account_id, key="first") == first


def test_a_refused_request_is_not_counted_and_keeps_its_key(
    db: Connection, account_id: UUID
) -> None:
    for _ in range(3 * LIMIT):
        with refused_unchanged(db, "PT402", "insufficient_credits"):
            deduct(db, account_id, 2000)
        with refused_unchanged(db, "PT402", "insufficient_credits"):
            hold(db, account_id, 2000)
        with refused_unchanged(db, "22023", "unknown_service"):
            use(db, account_id, "absent")
        with refused_unchanged(db, "22023", "invalid_amount"):
            deduct(db, account_id, 0)
    spend_all(db, account_id)
    for _ in range(3):
        with refused_unchanged(db, "PT429", "rate_limited"):
            deduct(db, account_id, 5, key="refused")
    let_pass(db, 60)
    assert deduct(db, account_id, 7, key="refused")["cost"] == 7


def test_captures_and_releases_are_no_requests(db: Connection, account_id: UUID) -> None:
    holds = [hold(db, account_id, 5)["hold_id"] for _ in range(LIMIT)]
    args = {"account_id": account_id}
    assert call(db, "extend_hold", hold_id=holds[0], ttl_seconds=900, **args)["state"] == "open"
    assert call(db, "capture_credits", hold_id=holds[0], amount=2, **args)["cost"] == 2
    assert call(db, "capture_credits", hold_id=holds[1], amount=50, **args)["cost"] == 50
    assert call(db, "release_credits", hold_id=holds[2], **args)["state"] == "released"
    let_pass(db, 60)
    spend_all(db, account_id)


def test_batches_are_no_requests(db: Connection, account_id: UUID) -> None:
    def batch(size: int) -> list[object]:
        query = "select error from deduct_credits_batch((select jsonb_agg(e) from ({}) as e))"
        events = """
            select %s::uuid as account_id, gen_random_uuid()::text as key, 1 as amount
            from generate_series(1, %s)
        """
        return db.execute(query.format(events).encode(), [account_id, size]).fetchall()

    assert batch(3 * LIMIT) == [(None,)] * (3 * LIMIT)
    spend_all(db, account_id)
    assert batch(LIMIT) == [(None,)] * LIMIT
    with refused_unchanged(db, "PT429", "rate_limited"):
        deduct(db, account_id, 1)


def test_grants_plan_changes_and_refunds_are_no_requests(db: Connection, account_id: UUID) -> None:
    charge = deduct(db, account_id, 5)
    for _ in range(LIMIT):
        add(db, account_id, 1)
        change_plan(db, account_id, "pro")
        call(db, "refund_credits", account_id=account_id, key=f"refund-{uuid4()}", amount=1,
             transaction_id=charge["transaction_id"])  # fmt: skip
    for _ in range(LIMIT - 1):
        deduct(db, account_id, 1)
    with refused_unchanged(db, "PT429", "rate_limited"):
        deduct(db, account_id, 1)


def test_status_comes_before_the_rate_and_price_cap_and_credits_come_after(
    db: Connection, account_id: UUID
) -> None:
    spend_all(db, account_id)
    db.execute("update credits.accounts set monthly_spend_cap = 10")
    with refused_unchanged(db, "PT429", "rate_limited"):
        use(db, account_id, "absent")
    with refused_unchanged(db, "PT429", "rate_limited"):
        deduct(db, account_id, 500)
    with refused_unchanged(db, "PT429", "rate_limited"):
        hold(db, account_id, 5000)
    for status in ("paused", "closed"):
        db.execute("update credits.accounts set status = %s", [status])
        for kind in REQUESTS:
            with refused_unchanged(db, "PT403", f"account_{status}"):
                REQUESTS[kind](db, account_id)
    db.execute("update credits.accounts set status = 'active'")
    assert call_all(db, "check_credit_integrity") == []


def test_the_times_of_requests_are_nobodys_to_read_or_change(db: Connection) -> None:
    query = """
        select rolname from pg_roles
        where
            rolname in ('anon', 'authenticated', 'service_role', 'credits_edge')
            and has_column_privilege(oid, 'credits.accounts', 'requested_at', 'select, update')
    """
    assert db.execute(query).fetchall() == []
