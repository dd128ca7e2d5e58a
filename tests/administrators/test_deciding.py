"""An act that waits: who may approve or decline it, and what becomes of it then."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.administrators.acting import (
    WAIT_DAYS,
    WHY,
    act,
    administrator,
    approve,
    as_actor,
    audit,
    decline,
    let_wait,
    limit_alone,
    waiting_acts,
)
from tests.support import Connection, as_service, sign_up
from tests.teams.people import create, join
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    deduct,
    funded_account,
    history,
    refused,
    remaining,
)


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def second(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def account(db: Connection) -> UUID:
    """An account with 100 credits, of which an administrator moves 10 alone; charge 2 was 20."""
    limit_alone(db, 10)
    account_id = funded_account(db, 120)
    deduct(db, account_id, 20)
    return account_id


@pytest.fixture
def waiting(db: Connection, admin: UUID, account: UUID) -> Row:
    """An addition of 30 that waits."""
    return act(db, admin, "add_credits", account, amount=30, reason="a prize", source="promotion")


def test_another_administrator_approves_it_and_it_is_done(
    db: Connection, admin: UUID, second: UUID, account: UUID, waiting: Row
) -> None:
    done = approve(db, second, waiting)
    assert done.pop("decided_at") >= waiting["requested_at"]
    assert done == {
        **{key: value for key, value in waiting.items() if key != "decided_at"},
        "state": "done", "transaction_id": 3, "balance": 130, "available": 130,
        "decided_by": as_actor(second),
    }  # fmt: skip
    last = history(db, account)[-1]
    assert (last["type"], last["amount"], last["description"]) == ("promotion", 30, "a prize")
    assert waiting_acts(db, admin) == []


@pytest.mark.parametrize(
    ("name", "asked", "left"),
    [
        ("remove_credits", {"amount": 30}, 70),
        ("void_grant", {"grant_id": 1}, 0),
        ("refund_transaction", {"transaction_id": 2}, 120),
        ("refund_transaction", {"transaction_id": 2, "amount": 15}, 115),
    ],
)
def test_each_kind_of_act_is_done(
    db: Connection, admin: UUID, second: UUID, account: UUID, name: str, asked: Row, left: int
) -> None:
    done = approve(db, second, act(db, admin, name, account, **asked))
    assert (done["state"], done["act"], done["balance"]) == ("done", name, left)
    assert done["amount"] == abs(left - 100)


def test_who_asked_does_not_approve(db: Connection, admin: UUID, waiting: Row) -> None:
    with refused(db, "PT403", "second_admin_required"):
        approve(db, admin, waiting)
    assert [found["act_id"] for found in waiting_acts(db, admin)] == [waiting["act_id"]]


def test_whose_account_it_is_does_not_approve(db: Connection, admin: UUID) -> None:
    limit_alone(db, 10)
    owner = administrator(db)
    waiting = act(db, admin, "add_credits", owner, amount=30)
    with refused(db, "PT403", "second_admin_required"):
        approve(db, owner, waiting)


@pytest.mark.parametrize("role", ["owner", "admin", "member", "viewer"])
def test_who_is_in_the_team_does_not_approve(
    db: Connection, admin: UUID, second: UUID, role: str
) -> None:
    limit_alone(db, 10)
    owner = sign_up(db, "owner@example.com")
    team = create(db, owner)
    join(db, team, owner, second, role)
    waiting = act(db, admin, "add_credits", team, amount=30)
    with refused(db, "PT403", "second_admin_required"):
        approve(db, second, waiting)
    assert approve(db, administrator(db), waiting)["state"] == "done"


def test_who_is_no_administrator_any_more_does_not_approve(db: Connection, waiting: Row) -> None:
    demoted = sign_up(db, raw_app_meta_data='{"role": "user"}')
    with refused(db, "PT403", "admin_only"):
        approve(db, demoted, waiting)


def test_the_back_end_is_one_actor_and_the_owner_another(db: Connection, account: UUID) -> None:
    asked: dict[str, Any] = {"account_id": account, "amount": 30, "reason": WHY, "key": "k"}
    with as_service(db):
        waiting = call(db, "admin_add_credits", **asked)
    with refused(db, "PT403", "second_admin_required"), as_service(db):
        call(db, "admin_approve_act", act_id=waiting["act_id"])
    done = call(db, "admin_approve_act", act_id=waiting["act_id"])
    assert (done["requested_by"], done["decided_by"]) == ("service_role", db.info.user)


@pytest.mark.parametrize("who", ["the one who asked", "another one"])
def test_anybody_declines_it(
    db: Connection, admin: UUID, second: UUID, account: UUID, waiting: Row, who: str
) -> None:
    decider = admin if who == "the one who asked" else second
    declined = decline(db, decider, waiting)
    assert declined.pop("decided_at") >= waiting["requested_at"]
    assert (declined["state"], declined["transaction_id"]) == ("declined", None)
    assert declined["decided_by"] == as_actor(decider)
    assert (balance_of(db, account)["balance"], waiting_acts(db, admin)) == (100, [])


@pytest.mark.parametrize("reason", [None, "", "no", "x" * 501])
def test_who_declines_says_why(
    db: Connection, second: UUID, waiting: Row, reason: str | None
) -> None:
    token = "reason_too_long" if reason and len(reason) > 500 else "reason_required"
    with refused(db, "22023", token):
        decline(db, second, waiting, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("end", ["done", "declined", "expired"])
def test_what_is_decided_or_has_waited_too_long_is_not_decided_again(
    db: Connection, admin: UUID, second: UUID, account: UUID, waiting: Row, end: str
) -> None:
    if end == "expired":
        let_wait(db, waiting)
    else:
        (approve if end == "done" else decline)(db, second, waiting)
    before = history(db, account), audit(db)
    for decide in (approve, decline):
        with refused(db, "PT409", "act_not_pending") as detail:
            decide(db, administrator(db), waiting)
        assert detail == {"state": end}
    assert (history(db, account), audit(db)) == before
    assert waiting_acts(db, admin) == []


def test_until_the_seventh_day_is_over_it_can_be_approved(
    db: Connection, second: UUID, waiting: Row
) -> None:
    let_wait(db, waiting, WAIT_DAYS - 0.001)
    assert approve(db, second, waiting)["state"] == "done"


def test_the_sweep_writes_down_what_has_waited_too_long(
    db: Connection, admin: UUID, account: UUID, waiting: Row
) -> None:
    other = act(db, admin, "add_credits", account, amount=40)
    let_wait(db, waiting)
    assert call(db, "run_credit_maintenance")["expired_acts"] == 1
    states = db.execute("select id, state from credits.pending_acts").fetchall()
    assert dict(states) == {waiting["act_id"]: "expired", other["act_id"]: "pending"}
    assert call(db, "run_credit_maintenance")["expired_acts"] == 0


@pytest.mark.parametrize("act_id", [None, uuid4()])
def test_what_nobody_asked_for_is_not_found(
    db: Connection, admin: UUID, act_id: UUID | None
) -> None:
    with refused(db, "PT404", "act_not_found"):
        approve(db, admin, {"act_id": act_id})
    with refused(db, "PT404", "act_not_found"):
        decline(db, admin, {"act_id": act_id})


def test_the_rules_are_those_of_when_it_is_approved_and_it_goes_on_waiting(
    db: Connection, admin: UUID, second: UUID, account: UUID
) -> None:
    waiting = act(db, admin, "remove_credits", account, amount=80)
    deduct(db, account, 30)
    with refused(db, "PT402", "insufficient_credits") as detail:
        approve(db, second, waiting)
    assert (detail["required"], detail["available"]) == (80, 70)
    add(db, account, 10)
    assert approve(db, second, waiting)["balance"] == 0


def test_a_refund_that_came_meanwhile_counts(
    db: Connection, admin: UUID, second: UUID, account: UUID
) -> None:
    waiting = act(db, admin, "refund_transaction", account, transaction_id=2)
    call(db, "refund_credits", account_id=account, transaction_id=2, key="r", amount=1)
    with refused(db, "PT409", "refund_exceeds_paid"):
        approve(db, second, waiting)


def test_a_void_takes_what_is_left_then(
    db: Connection, admin: UUID, second: UUID, account: UUID
) -> None:
    waiting = act(db, admin, "void_grant", account, grant_id=1)
    deduct(db, account, 30)
    done = approve(db, second, waiting)
    assert (waiting["amount"], done["amount"], done["balance"]) == (100, 70, 0)
    assert remaining(db, account)[1] == 0


def test_an_account_that_was_closed_meanwhile_takes_nothing(
    db: Connection, second: UUID, account: UUID, waiting: Row
) -> None:
    db.execute("update credits.accounts set status = 'closed' where id = %s", [account])
    with refused(db, "PT403", "account_closed"):
        approve(db, second, waiting)


def test_an_expiry_that_passed_meanwhile_refuses(
    db: Connection, admin: UUID, second: UUID, account: UUID
) -> None:
    (soon,) = db.execute("select clock_timestamp() + interval '20 milliseconds'").fetchone() or [0]
    waiting = act(db, admin, "add_credits", account, amount=30, expires_at=soon)
    db.execute("select pg_sleep(0.03)")
    with refused(db, "22023", "invalid_expiry"):
        approve(db, second, waiting)


def test_the_limit_of_now_does_not_take_back_that_it_waits(
    db: Connection, admin: UUID, second: UUID, waiting: Row
) -> None:
    limit_alone(db, 1000)
    with refused(db, "PT403", "second_admin_required"):
        approve(db, admin, waiting)
    assert approve(db, second, waiting)["state"] == "done"


def test_what_can_never_be_done_does_not_wait(db: Connection, admin: UUID, account: UUID) -> None:
    """What is refused whoever approves it, and whenever, is refused at once."""
    with refused(db, "22023", "invalid_expiry"):
        act(db, admin, "add_credits", account, amount=30, expires_at="2020-01-01Z")
    assert (audit(db), waiting_acts(db, admin)) == ([], [])
