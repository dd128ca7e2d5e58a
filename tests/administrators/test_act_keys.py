"""An act with money is done once per key, whichever administrator sends it again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.administrators.acting import (
    act,
    administrator,
    approve,
    as_actor,
    audit,
    decline,
    let_wait,
    limit_alone,
    notices,
)
from tests.support import Connection, as_service
from tests.wallets import Row, add, call, deduct, funded_account, history, refused

# An act of each kind, and the same with something else in it.
ACTS: dict[str, tuple[Row, list[Row]]] = {
    "add_credits": (
        {"amount": 5},
        [
            {"amount": 6},
            {"reason": "another reason"},
            {"source": "promotion"},
            {"expires_at": "2099-01-01Z"},
        ],
    ),
    "remove_credits": ({"amount": 5}, [{"amount": 6}, {"reason": "another reason"}]),
    "void_grant": ({"grant_id": 1}, [{"grant_id": 2}, {"reason": "another reason"}]),
    "refund_transaction": (
        {"transaction_id": 3},
        [{"amount": 5}, {"transaction_id": 4}, {"reason": "another reason"}],
    ),
}
EACH = pytest.mark.parametrize(
    ("name", "asked"), [(name, asked) for name, (asked, _) in ACTS.items()], ids=ACTS.keys()
)
OTHERS = [(name, {**asked, **change}) for name, (asked, changes) in ACTS.items()
          for change in changes]  # fmt: skip


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def account(db: Connection) -> UUID:
    """An account with grants 1 and 2, and with charges 3 and 4 of 10 each."""
    account_id = funded_account(db, 100)
    add(db, account_id, 50)
    deduct(db, account_id, 10)
    deduct(db, account_id, 10)
    return account_id


@EACH
def test_the_same_again_changes_nothing_and_answers_the_same(
    db: Connection, admin: UUID, account: UUID, name: str, asked: Row
) -> None:
    done = act(db, admin, name, account, key="k", **asked)
    before = history(db, account), audit(db)
    assert act(db, admin, name, account, key="k", **asked)["transaction_id"] == 5
    other = act(db, administrator(db), name, account, key="k", **asked)
    assert other["transaction_id"] == done["transaction_id"] == 5
    assert {key: other[key] for key in ("state", "amount", "balance", "reason")} == {
        key: done[key] for key in ("state", "amount", "balance", "reason")
    }
    with as_service(db):
        again = {"account_id": account, "key": "k", "reason": done["reason"], **asked}
        assert call(db, f"admin_{name}", **again)["transaction_id"] == done["transaction_id"]
    assert (history(db, account), audit(db)) == before
    assert len(before[1]) == 1


@pytest.mark.parametrize(("name", "other"), OTHERS)
def test_a_key_belongs_to_one_request(
    db: Connection, admin: UUID, account: UUID, name: str, other: Row
) -> None:
    act(db, admin, name, account, key="k", **ACTS[name][0])
    before = history(db, account), audit(db)
    with refused(db, "PT409", "idempotency_key_reused") as detail:
        act(db, admin, name, account, key="k", **other)
    assert detail["key"] == "k"
    assert (history(db, account), audit(db)) == before


def test_all_acts_share_their_keys(db: Connection, admin: UUID, account: UUID) -> None:
    act(db, admin, "add_credits", account, key="k", amount=5)
    for name, (asked, _) in list(ACTS.items())[1:]:
        with refused(db, "PT409", "idempotency_key_reused"):
            act(db, admin, name, account, key="k", **asked)


def test_two_spellings_of_a_number_are_one_request(
    db: Connection, admin: UUID, account: UUID
) -> None:
    first = act(db, admin, "add_credits", account, key="k", amount=Decimal("5.00"), reason="why")
    again = act(db, admin, "add_credits", account, key="k", amount=5, reason=" why ")
    assert again["transaction_id"] == first["transaction_id"]


def test_keys_of_others_are_not_in_the_way(db: Connection, admin: UUID, account: UUID) -> None:
    """The back end, the user and another account have key spaces of their own."""
    add(db, account, 1, key="k")
    deduct(db, account, 1, key="mine")
    other = funded_account(db, 10)
    act(db, admin, "add_credits", other, key="k", amount=5)
    assert act(db, admin, "add_credits", account, key="k", amount=5)["state"] == "done"
    assert act(db, admin, "add_credits", account, key="mine", amount=5)["state"] == "done"
    assert add(db, account, 1, key="k")["grant_id"] == 5


@pytest.mark.parametrize("key", [None, "", "x" * 256])
def test_a_key_that_is_none_is_refused(
    db: Connection, admin: UUID, account: UUID, key: Any
) -> None:
    for name, (asked, _) in ACTS.items():
        with refused(db, "22023", "invalid_key"):
            act(db, admin, name, account, key=key, **asked)


def test_a_refusal_uses_no_key(db: Connection, admin: UUID, account: UUID) -> None:
    with refused(db, "PT402", "insufficient_credits"):
        act(db, admin, "remove_credits", account, key="k", amount=1000)
    assert act(db, admin, "remove_credits", account, key="k", amount=10)["state"] == "done"


@EACH
def test_an_act_that_waits_is_asked_for_once(
    db: Connection, admin: UUID, account: UUID, name: str, asked: Row
) -> None:
    limit_alone(db, 1)
    waiting = act(db, admin, name, account, key="k", **asked)
    assert (waiting["state"], waiting["transaction_id"]) == ("pending", None)
    other = administrator(db)
    assert act(db, other, name, account, key="k", **asked) == waiting
    with refused(db, "PT409", "idempotency_key_reused") as detail:
        act(db, other, name, account, key="k", **{**asked, "reason": "another reason"})
    assert detail == {"key": "k", "act_id": str(waiting["act_id"])}
    assert [entry["act"] for entry in audit(db)] == [f"request_{name}"]
    assert len(notices(db, "act_pending")) == 1
    done = approve(db, other, waiting)
    before = history(db, account), audit(db)
    assert act(db, admin, name, account, key="k", **asked) == done
    assert (history(db, account), audit(db)) == before


@pytest.mark.parametrize("end", [decline, None])
def test_a_key_whose_act_was_declined_or_waited_too_long_is_used(
    db: Connection, admin: UUID, account: UUID, end: Any
) -> None:
    limit_alone(db, 1)
    waiting = act(db, admin, "add_credits", account, key="k", amount=5)
    if end:
        end(db, admin, waiting)
    else:
        let_wait(db, waiting)
    limit_alone(db, 100)
    again = act(db, admin, "add_credits", account, key="k", amount=5)
    assert (again["state"], again["act_id"]) == (
        "declined" if end else "expired", waiting["act_id"],
    )  # fmt: skip
    assert act(db, admin, "add_credits", account, key="k2", amount=5)["state"] == "done"


def test_the_answer_to_a_replay_names_who_did_it(
    db: Connection, admin: UUID, account: UUID
) -> None:
    """Not the colleague who asks again, and not now."""
    done = act(db, admin, "add_credits", account, key="k", amount=5)
    again = act(db, administrator(db), "add_credits", account, key="k", amount=5)
    assert again == done
    assert again["requested_by"] == as_actor(admin)
