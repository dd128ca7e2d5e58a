"""An event's key is charged once: within a batch, across batches, and by single calls."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support import Connection
from tests.usage.batches import event, outcomes, send, send_one
from tests.usage.charges import hold, refund, unchanged
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    deduct,
    funded_account,
    history,
    refused,
    use_catalog,
    with_service,
)


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account with 100 credits and no plan."""
    return funded_account(db, 100)


def test_a_key_that_comes_twice_in_a_batch_is_charged_once(
    db: Connection, account_id: UUID
) -> None:
    once = event(account_id, "a", 10)
    first, between, again = send(db, [once, event(account_id, "b", 1), once])
    assert first == again
    assert (first["transaction_id"], between["transaction_id"]) == (2, 3)
    assert balance_of(db, account_id)["balance"] == 89


def test_a_batch_that_is_sent_again_answers_the_same(db: Connection, account_id: UUID) -> None:
    sent = [event(account_id, f"k{n}", n + 1) for n in range(5)]
    results = send(db, sent)
    with unchanged(db):
        assert send(db, sent) == results
        assert send(db, sent[::-1]) == results[::-1]


def test_another_batch_replays_what_it_shares_and_charges_the_rest(
    db: Connection, account_id: UUID
) -> None:
    send(db, [event(account_id, "a", 10), event(account_id, "b", 20)])
    results = send(db, [event(account_id, "c", 5), event(account_id, "b", 20)])
    assert [row["transaction_id"] for row in results] == [4, 3]
    assert balance_of(db, account_id)["balance"] == 65


def test_a_key_with_another_amount_in_the_batch_is_refused(
    db: Connection, account_id: UUID
) -> None:
    _, refusal = send(db, [event(account_id, "a", 10), event(account_id, "a", 11)])
    assert (refusal["error"]["code"], refusal["error"]["message"]) == (
        "PT409", "idempotency_key_reused",
    )  # fmt: skip
    assert refusal["error"]["details"] == {"key": "a", "transaction_id": 2}
    assert balance_of(db, account_id)["balance"] == 90


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"service": "video", "quantity": 2, "usage": {"minutes": 3}},
        {"reference": "r", "description": "d", "metadata": {"m": 1}},
    ],
    ids=["bare", "used", "said"],
)
def test_an_event_and_a_single_call_are_one_request(
    db: Connection, account_id: UUID, more: Row
) -> None:
    charged = deduct(db, account_id, 10, key="a", **more)
    with unchanged(db):
        row = send_one(db, event(account_id, "a", 10, **more))
    assert (row["transaction_id"], row["cost"]) == (charged["transaction_id"], 10)

    row = send_one(db, event(account_id, "b", 20, **more))
    with unchanged(db):
        charged = deduct(db, account_id, 20, key="b", **more)
    assert (charged["transaction_id"], charged["balance"]) == (row["transaction_id"], 70)


@pytest.mark.parametrize(
    "other", [{"amount": 11}, {"reference": "r"}, {"service": "s"}, {"metadata": {"m": 1}}]
)
def test_an_event_that_differs_from_the_single_call_is_refused(
    db: Connection, account_id: UUID, other: Row
) -> None:
    deduct(db, account_id, 10, key="a")
    with unchanged(db):
        row = send_one(db, event(account_id, "a", 10) | other)
    assert row["error"]["message"] == "idempotency_key_reused"


def test_keys_of_grants_holds_and_refunds_are_taken(db: Connection, account_id: UUID) -> None:
    add(db, account_id, 10, key="add")
    hold(db, account_id, 10, key="hold")
    refund(db, account_id, deduct(db, account_id, 10)["transaction_id"], key="back")
    with unchanged(db):
        assert (
            outcomes(db, *(event(account_id, key, 10) for key in ("add", "hold", "back")))
            == ["idempotency_key_reused"] * 3
        )
    send(db, [event(account_id, "event", 10)])
    with refused(db, "PT409", "idempotency_key_reused"):
        hold(db, account_id, 10, key="event")
    with refused(db, "PT409", "idempotency_key_reused"):
        add(db, account_id, 10, key="event")


def test_equal_numbers_are_one_request_however_they_are_written(
    db: Connection, account_id: UUID
) -> None:
    results = [send_one(db, event(account_id, "a", amount)) for amount in (10, 10.0, "10.000")]
    assert [row["transaction_id"] for row in results] == [2, 2, 2]


def test_the_same_key_of_two_accounts_is_two_events(db: Connection, account_id: UUID) -> None:
    other = funded_account(db, 50)
    assert outcomes(db, event(account_id, "a", 10), event(other, "a", 20)) == [10, 20]


def test_an_account_is_the_same_in_small_and_capital_letters(
    db: Connection, account_id: UUID
) -> None:
    results = send(db, [event(account_id, "a", 10, spelled) for spelled in (str, str.upper)])
    assert {row["account_id"] for row in results} == {account_id}
    assert {row["transaction_id"] for row in results} == {2}
    assert balance_of(db, account_id)["balance"] == 90


def test_a_refused_event_consumes_no_key(db: Connection, account_id: UUID) -> None:
    sent = event(account_id, "a", 150)
    assert outcomes(db, sent) == ["insufficient_credits"]
    add(db, account_id, 60)
    assert outcomes(db, sent) == [150]


def test_a_key_that_was_refused_before_in_the_batch_is_free_for_what_follows(
    db: Connection, account_id: UUID
) -> None:
    assert outcomes(
        db, event(account_id, "a", 101), event(account_id, "a", 40), event(account_id, "b", 70)
    ) == ["insufficient_credits", 40, "insufficient_credits"]


def test_a_priced_event_replays_at_the_price_of_then(db: Connection, account_id: UUID) -> None:
    use_catalog(db)
    sent = event(account_id, "a", service="sms", quantity=2)
    first = send_one(db, sent)
    use_catalog(db, with_service("sms", credits=3))
    with unchanged(db):
        assert send_one(db, sent) == first
    use_catalog(db, with_service("sms", code="text"))
    with unchanged(db):
        assert send_one(db, sent) == first
    assert outcomes(db, event(account_id, "b", service="sms")) == ["unknown_service"]


def test_a_replay_is_answered_although_the_account_was_stopped(
    db: Connection, account_id: UUID
) -> None:
    sent = event(account_id, "a", 10)
    first = send_one(db, sent)
    db.execute("update credits.accounts set status = 'closed' where id = %s", [account_id])
    assert send(db, [sent, event(account_id, "b", 1)])[0] == first


def test_a_replay_counts_against_no_cap(db: Connection, account_id: UUID) -> None:
    use_catalog(db)
    call(db, "change_credit_plan", account_id=account_id, plan="capped", key="plan")
    sent = event(account_id, "a", 50)
    assert outcomes(db, sent, sent, event(account_id, "b", 1), sent) == [
        50, 50, "spend_cap_reached", 50,
    ]  # fmt: skip
    assert [row["amount"] for row in history(db, account_id) if row["type"] == "usage"] == [-50]
