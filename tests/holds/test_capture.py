"""A capture charges less than the hold, all of it, or more, once; the rest is available again."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from tests.holds.holding import (
    capture,
    ended_hold,
    has,
    hold,
    log,
    numbers,
    refused_ended,
    stored,
)
from tests.support import Connection, sign_up
from tests.wallets import (
    Row,
    add,
    deduct,
    funded_account,
    history,
    refused,
    remaining,
    use_catalog,
)


@pytest.mark.parametrize("amount", ["0.000000001", "12", "12.5", "29.999999999", "30"])
def test_a_capture_keeps_what_it_charges_and_returns_the_rest(db: Connection, amount: str) -> None:
    account_id = funded_account(db, 100)
    charged = capture(db, account_id, hold(db, account_id, 30), amount)
    cost = Decimal(amount)
    assert (charged["transaction_id"], charged["cost"], charged["released"]) == (2, cost, 30 - cost)
    assert numbers(charged) == has(db, account_id) == (100 - cost, 0, 100 - cost)


def test_without_an_amount_and_usage_the_whole_hold_is_charged(db: Connection) -> None:
    account_id = funded_account(db, 100)
    charged = capture(db, account_id, hold(db, account_id, 30))
    assert (charged["cost"], charged["released"], charged["balance"]) == (30, 0, 70)


def test_a_capture_by_usage_is_priced_with_the_service_of_the_hold(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 1000)
    held = hold(db, account_id, 500, service="gpt-4", usage={"input_tokens": 1000})
    charged = capture(db, account_id, held, usage={"input_tokens": 1000, "output_tokens": 500})
    assert (charged["cost"], charged["released"]) == (90, 410)


def test_an_amount_beside_usage_is_what_is_charged(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 1000)
    usage = {"input_tokens": 1000, "output_tokens": 500}
    charged = capture(db, account_id, hold(db, account_id, 500, service="gpt-4"), 7, usage=usage)
    assert charged["cost"] == 7
    assert history(db, account_id)[-1]["usage"] == usage


def test_usage_of_a_hold_without_a_service_has_no_price(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    with refused(db, "22023", "unknown_service"):
        capture(db, account_id, held, usage={"input_tokens": 1})
    assert capture(db, account_id, held)["cost"] == 30


def test_usage_that_the_service_does_not_count_is_refused_and_the_hold_stands(
    db: Connection,
) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30, service="gpt-4")
    for usage in ({"minutes": 1}, {"input_tokens": -1}, {"input_tokens": 0}):
        with refused(db, "22023", "invalid_usage") as detail:
            capture(db, account_id, held, usage=usage)
        assert detail["service"] == "gpt-4"
    assert has(db, account_id) == (105, 30, 75)
    assert capture(db, account_id, held, usage={"output_tokens": 100})["cost"] == 6


def test_the_charge_is_a_usage_that_tells_everything_of_the_hold(db: Connection) -> None:
    use_catalog(db)
    account_id, user_id = funded_account(db, 1000), sign_up(db)
    held = hold(
        db,
        account_id,
        service="gpt-4",
        quantity=1,
        usage={"input_tokens": 1000, "output_tokens": 4000},
        reference="chat-7",
        user_id=user_id,
        metadata={"feature": "chat", "try": 1},
    )
    assert held["amount"] == 300
    usage = {"input_tokens": 1000, "output_tokens": 200}
    capture(
        db, account_id, held, usage=usage, description="A chat", metadata={"try": 2, "stop": "end"}
    )
    charge = history(db, account_id)[-1]
    expected = {
        "type": "usage",
        "amount": -72,
        "held_after": 0,
        "scope": "system",
        "key": f"capture:{held['hold_id']}",
        "service": "gpt-4",
        "quantity": 1,
        "usage": usage,
        "reference": "chat-7",
        "user_id": user_id,
        "description": "A chat",
        "metadata": {"feature": "chat", "try": 2, "stop": "end"},
    }
    assert {name: charge[name] for name in expected} == expected
    ((version,),) = db.execute("select max(version) from credits.catalogs").fetchall()
    assert charge["price_version"] == version


def test_the_charge_has_the_usage_that_was_priced(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 1000)
    sized = {"input_tokens": 1000, "output_tokens": 4000}
    part = {"output_tokens": 500}
    for told, priced, cost in ((part, part, 30), ({}, sized, 300)):
        held = hold(db, account_id, service="gpt-4", usage=sized)
        assert capture(db, account_id, held, usage=told)["cost"] == cost
        assert history(db, account_id)[-1]["usage"] == priced


def test_the_hold_knows_the_charge_that_ended_it(db: Connection) -> None:
    account_id = funded_account(db, 100)
    charged = capture(db, account_id, hold(db, account_id, 30), 12)
    (row,) = log(db, account_id)
    assert (row["state"], row["transaction_id"]) == ("captured", charged["transaction_id"])
    assert row["created_at"] < row["ended_at"] == history(db, account_id)[-1]["created_at"]


def test_the_part_kept_is_the_first_in_burn_down_order(db: Connection) -> None:
    account_id = funded_account(db, 10, source="purchase")
    add(db, account_id, 10, expires_at="2100-01-01")
    add(db, account_id, 10)
    held = hold(db, account_id, 25)
    assert stored(db, held)["grants"] == {"2": 10, "3": 10, "1": 5}
    capture(db, account_id, held, 12)
    assert history(db, account_id)[-1]["grants"] == {"2": 10, "3": 2}
    assert remaining(db, account_id) == {1: 10, 2: 0, 3: 8}


def test_more_than_the_hold_takes_the_rest_from_what_is_available(db: Connection) -> None:
    account_id = funded_account(db, 100, expires_at="2100-01-01")
    add(db, account_id, 50)
    charged = capture(db, account_id, hold(db, account_id, 90), 120)
    assert (charged["cost"], charged["released"]) == (120, 0)
    assert numbers(charged) == has(db, account_id) == (30, 0, 30)
    assert history(db, account_id)[-1]["grants"] == {"1": 100, "2": 20}


def test_more_than_there_is_is_refused_and_the_hold_stands(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held, other = hold(db, account_id, 30), hold(db, account_id, 40)
    with refused(db, "PT402", "insufficient_credits") as detail:
        capture(db, account_id, held, "60.000000001")
    assert detail["required"] - detail["available"] == pytest.approx(1e-9)
    assert has(db, account_id) == (100, 70, 30)
    assert stored(db, held)["state"] == "open"
    assert capture(db, account_id, held, 60)["balance"] == 40
    assert capture(db, account_id, other)["balance"] == 0


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_stopped_account_pays_what_it_holds_and_no_more(db: Connection, status: str) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    db.execute("update credits.accounts set status = %s where id = %s", [status, account_id])
    with refused(db, "PT403", f"account_{status}"):
        capture(db, account_id, held, "30.000000001")
    assert has(db, account_id) == (100, 30, 70)
    assert capture(db, account_id, held, 30)["balance"] == 70


def test_an_identical_capture_is_answered_as_the_first_was(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    same = {"description": "A chat", "metadata": {"a": 1}}
    for more in ({"amount": 12}, {"amount": 40}, {}, {"usage": {"output_tokens": 100}}):
        held = hold(db, account_id, 30, service="gpt-4")
        first = capture(db, account_id, held, **more, **same)
        length = len(history(db, account_id))
        add(db, account_id, 100)
        assert capture(db, account_id, held, **more, **same) == first
        assert len(history(db, account_id)) == length + 1


def test_a_replay_is_answered_although_the_account_was_closed_and_its_credits_are_spent(
    db: Connection,
) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    first = capture(db, account_id, held, 35)
    deduct(db, account_id, 65)
    db.execute("update credits.accounts set status = 'closed' where id = %s", [account_id])
    assert capture(db, account_id, held, 35) == first


@pytest.mark.parametrize(
    "other",
    [{"amount": 13}, {}, {"amount": 12, "description": "x"}, {"amount": 12, "metadata": {"a": 1}}],
    ids=str,
)
def test_any_other_capture_of_a_captured_hold_is_refused(db: Connection, other: Row) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    capture(db, account_id, held, 12)
    with refused_ended(db, "captured"):
        capture(db, account_id, held, **other)
    assert has(db, account_id) == (88, 0, 88)


@pytest.mark.parametrize("state", ["released", "expired", "expired, not swept"])
def test_a_hold_that_ended_otherwise_is_not_captured(db: Connection, state: str) -> None:
    account_id, held = ended_hold(db, state)
    with refused_ended(db, state.partition(",")[0]):
        capture(db, account_id, held, 12)
    assert has(db, account_id) == (100, 0, 100)
    assert len(history(db, account_id)) == 1


def test_a_hold_is_captured_by_its_own_account_only(db: Connection) -> None:
    account_id, other_id = funded_account(db, 100), funded_account(db, 100)
    held = hold(db, account_id, 30)
    absent = {"hold_id": UUID(int=7)}
    for owner_id, wanted in ((other_id, held), (account_id, absent), (other_id, absent)):
        with refused(db, "PT404", "hold_not_found") as detail:
            capture(db, owner_id, wanted, 12)
        assert detail == {}
    assert has(db, account_id) == (100, 30, 70)
    assert has(db, other_id) == (100, 0, 100)
