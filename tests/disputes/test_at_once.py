"""Disputes filed, resolved, withdrawn and refunded from many connections at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import (
    Job,
    Outcome,
    connect,
    count_deadlocks,
    request,
    request_as,
    run_at_once,
    wait_for_lock,
)
from tests.disputes.disputing import (
    ALONE,
    DESCRIPTION,
    NOTE,
    OPEN_DISPUTES,
    REASON,
    administrator,
    disputed,
    notices,
    pending_acts,
    resolve,
    stored,
    user_with_charge,
)
from tests.support import Connection, as_admin
from tests.usage.charges import charge
from tests.wallets import Row, balance_of, funded_account, history

SESSIONS = 12
ROUNDS = 4
RESOLVE = "select (r).* from public.admin_resolve_dispute(%s, %s, %s) as r"
WITHDRAW = "select status from public.withdraw_credit_dispute(%s)"
REFUND = "select amount from public.refund_credits(%s, %s, %s)"
SUBMIT = "select id from public.submit_credit_dispute(%s, %s, %s)"
APPROVE = "select state from public.admin_approve_act(%s)"


def resolves(dispute: Row, outcome: str = "approved") -> Job[Outcome]:
    return partial(request, query=RESOLVE, arguments=[dispute["id"], outcome, NOTE])


def withdraws(dispute: Row) -> Job[Outcome]:
    user_id = dispute["account_id"]
    return partial(request_as, user_id=user_id, query=WITHDRAW, arguments=[dispute["id"]])


def refunds(dispute: Row) -> Job[Outcome]:
    terms = [dispute["account_id"], dispute["transaction_id"], "at once"]
    return partial(request, query=REFUND, arguments=terms)


def submits(user_id: UUID, charged: int) -> Job[Outcome]:
    terms = [charged, REASON, DESCRIPTION]
    return partial(request_as, user_id=user_id, query=SUBMIT, arguments=terms)


def codes(outcomes: list[Outcome]) -> Counter[Any]:
    """Count the outcomes: ``ok``, or the token of a refusal."""
    return Counter("ok" if code == "ok" else answer[0] for code, answer in outcomes)


def test_a_resolution_sent_many_times_at_once_is_one(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        dispute = disputed(conn, 30)
    outcomes = run_at_once(fresh_db, [resolves(dispute)] * SESSIONS)
    assert codes(outcomes) == {"ok": SESSIONS}
    assert len({answer for _, answer in outcomes}) == 1
    with psycopg.connect(fresh_db) as conn:
        assert [row["type"] for row in history(conn, dispute["account_id"])] == [
            "bonus", "usage", "refund",
        ]  # fmt: skip
        assert [status for *_, status in notices(conn, dispute)] == ["pending", "approved"]
    assert count_deadlocks(fresh_db) == 0


def test_of_two_outcomes_at_once_the_first_stands(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        dispute = disputed(conn, 30)
    outcomes = ["approved", "rejected"] * (SESSIONS // 2)
    done = run_at_once(fresh_db, [resolves(dispute, outcome) for outcome in outcomes])
    assert codes(done) == {"ok": SESSIONS // 2, "dispute_not_open": SESSIONS // 2}
    with psycopg.connect(fresh_db) as conn:
        status = stored(conn, dispute)["status"]
        assert {o for o, (code, _) in zip(outcomes, done, strict=True) if code == "ok"} == {status}
        balance = balance_of(conn, dispute["account_id"])["balance"]
    assert balance == (100 if status == "approved" else 70)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_resolution_a_withdrawal_and_a_refund_at_once_give_back_once(
    fresh_db: str, number: int
) -> None:
    with psycopg.connect(fresh_db) as conn:
        disputes = [disputed(conn, 30) for _ in range(3)]
    jobs: list[Job[Outcome]] = []
    for dispute in disputes:
        jobs += [resolves(dispute), withdraws(dispute), refunds(dispute), withdraws(dispute)]
    jobs = jobs[number:] + jobs[:number]
    found = codes(run_at_once(fresh_db, jobs))
    assert found.keys() <= {"ok", "dispute_not_open", "refund_exceeds_paid"}
    with psycopg.connect(fresh_db) as conn:
        for dispute in disputes:
            row = stored(conn, dispute)
            assert (row["status"], row["refunded"]) in {("approved", 30), ("withdrawn", 0)}
            moves = history(conn, dispute["account_id"])
            assert [move["type"] for move in moves] == ["bonus", "usage", "refund"]
            assert moves[-1]["balance_after"] == 100
            is_its_own = row["status"] == "approved"
            assert (row["refund_transaction_id"] == 3) is is_its_own
    assert count_deadlocks(fresh_db) == 0


def test_a_charge_disputed_many_times_at_once_is_disputed_once(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        user_id, charged = user_with_charge(conn)
    outcomes = run_at_once(fresh_db, [submits(user_id, charged)] * SESSIONS, role="authenticated")
    assert codes(outcomes) == {"ok": SESSIONS}
    assert len({answer for _, answer in outcomes}) == 1


def test_many_charges_disputed_at_once_are_20_at_most(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        user_id = funded_account(conn, 100)
        charges = [charge(conn, user_id, 1) for _ in range(OPEN_DISPUTES + 4)]
    outcomes = run_at_once(
        fresh_db, [submits(user_id, charged) for charged in charges], role="authenticated"
    )
    assert codes(outcomes) == {"ok": OPEN_DISPUTES, "too_many_disputes": 4}


def approves(conn: Connection, admin_id: UUID, act_id: UUID) -> Outcome:
    try:
        with as_admin(conn, admin_id):
            return "ok", conn.execute(APPROVE, [act_id]).fetchone()
    except psycopg.Error as error:
        return error.sqlstate or "", (error.diag.message_primary, None)


def test_an_act_approved_many_times_at_once_is_done_once(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        dispute = disputed(conn, ALONE + 1)
        resolve(conn, dispute, by=administrator(conn))
        (act,) = pending_acts(conn, dispute)
        others = [administrator(conn) for _ in range(SESSIONS // 2)]
    jobs = [partial(approves, admin_id=id_, act_id=act["act_id"]) for id_ in others]
    outcomes = run_at_once(fresh_db, jobs, role="authenticated")
    assert codes(outcomes) == {"ok": 1, "act_not_pending": len(jobs) - 1}
    with psycopg.connect(fresh_db) as conn:
        assert balance_of(conn, dispute["account_id"])["balance"] == ALONE + 1


# What the first does and has not committed, what the second asks meanwhile, and its refusal.
WAITING = {
    ("approved", "rejected"): "dispute_not_open",
    ("rejected", "approved"): "dispute_not_open",
    ("approved", "withdrawn"): "dispute_not_open",
    ("rejected", "withdrawn"): "dispute_not_open",
    ("withdrawn", "approved"): "dispute_not_open",
    ("withdrawn", "rejected"): "dispute_not_open",
    ("refunded", "approved"): "refund_exceeds_paid",
    ("approved", "refunded"): "refund_exceeds_paid",
}


def asks(dispute: Row, what: str) -> Job[Outcome]:
    """Return the call that does so with a dispute."""
    if what in ("withdrawn", "refunded"):
        return (withdraws if what == "withdrawn" else refunds)(dispute)
    return resolves(dispute, what)


@pytest.mark.parametrize(("first", "second"), WAITING)
def test_the_second_waits_for_the_first_and_sees_what_it_did(
    fresh_db: str, first: str, second: str
) -> None:
    with psycopg.connect(fresh_db) as conn:
        dispute = disputed(conn, 30)
    with (
        connect(fresh_db, "postgres", autocommit=False) as early,
        connect(fresh_db, "postgres") as late,
        ThreadPoolExecutor(1) as pool,
    ):
        early.execute("select")  # begins the transaction, which stays open
        assert asks(dispute, first)(early)[0] == "ok"
        waits = pool.submit(asks(dispute, second), late)
        wait_for_lock(fresh_db, late.info.backend_pid)
        early.commit()
        assert codes([waits.result(60)]) == {WAITING[first, second]: 1}
    with psycopg.connect(fresh_db) as conn:
        status = stored(conn, dispute)["status"]
        balance = balance_of(conn, dispute["account_id"])["balance"]
    assert status == ("pending" if first == "refunded" else first)
    assert balance == (100 if first in ("approved", "refunded") else 70)
