"""An owner is told once for each time that the balance passes the threshold downwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.events.shop import let_pass, maintain
from tests.notify.notifying import notices
from tests.returns.model import Told
from tests.returns.sales import bought, open_shop, tell
from tests.support import Connection, as_service
from tests.usage.batches import event, send
from tests.wallets import add, call, changed_catalog, deduct, funded_account, use_catalog


def told(conn: Connection, account_id: UUID) -> list[tuple[Any, ...]]:
    """Return what the owner was told: level, balance, threshold."""
    found = notices(conn, "low_balance", account_id)
    return [(it["level"], it["balance"], it["threshold"]) for it in found]


def hold(conn: Connection, account_id: UUID, amount: Any) -> Any:
    return call(conn, "hold_credits", account_id=account_id, key=str(uuid4()), amount=amount)


def set_alerts(conn: Connection, account_id: UUID, low_balance: Any) -> Any:
    with as_service(conn):
        return call(conn, "set_credit_alerts", low_balance=low_balance, account_id=account_id)


def test_a_new_account_is_told_nothing(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db)
    with as_service(db):
        call(db, "open_credit_account", user_id=account_id)
    assert told(db, account_id) == []


def test_it_is_told_below_a_fifth_of_the_last_grant_and_again_when_empty(db: Connection) -> None:
    account_id = funded_account(db, 100)
    deduct(db, account_id, 80)
    assert told(db, account_id) == [], "20 is not less than 20"
    deduct(db, account_id, "0.000000001")
    low = ("low", 19.999999999, 20)
    assert told(db, account_id) == [low]
    deduct(db, account_id, 10)
    assert told(db, account_id) == [low], "once per crossing"
    deduct(db, account_id, "9.999999999")
    assert told(db, account_id) == [low, ("empty", 0, 20)]


def test_who_falls_from_enough_to_nothing_is_told_once(db: Connection) -> None:
    account_id = funded_account(db, 100)
    deduct(db, account_id, 100)
    assert told(db, account_id) == [("empty", 0, 20)]


def test_up_and_down_again_is_another_crossing(db: Connection) -> None:
    account_id = funded_account(db, 100)
    deduct(db, account_id, 95)
    add(db, account_id, 95)
    assert told(db, account_id) == [("low", 5, 20)]
    deduct(db, account_id, 95)
    assert told(db, account_id) == [("low", 5, 20), ("low", 5, 20)]


def test_the_threshold_is_of_the_balance_after_the_last_grant(db: Connection) -> None:
    account_id = funded_account(db, 100)
    add(db, account_id, 900)
    deduct(db, account_id, 801)
    assert told(db, account_id) == [("low", 199, 200)]


def test_what_is_held_counts_as_there(db: Connection) -> None:
    account_id = funded_account(db, 100)
    placed = hold(db, account_id, 100)
    assert told(db, account_id) == []
    call(db, "release_credits", account_id=account_id, hold_id=placed["hold_id"])
    assert told(db, account_id) == []
    placed = hold(db, account_id, 95)
    call(db, "capture_credits", account_id=account_id, hold_id=placed["hold_id"], amount=95)
    assert told(db, account_id) == [("low", 5, 20)]


def test_a_batch_tells_once_where_it_ends(db: Connection) -> None:
    account_id, other = funded_account(db, 100), funded_account(db, 100)
    send(db, [event(account_id, str(number), 30) for number in range(3)] + [event(other, "1", 99)])
    assert told(db, account_id) == [("low", 10, 20)]
    assert told(db, other) == [("low", 1, 20)]


def test_a_refund_above_the_threshold_makes_the_next_fall_a_crossing(db: Connection) -> None:
    account_id = funded_account(db, 100)
    charge = deduct(db, account_id, 90)["transaction_id"]
    refund = {"account_id": account_id, "transaction_id": charge, "reason": "bad"}
    call(db, "refund_credits", **refund, amount=5, key="r1")
    deduct(db, account_id, 1)
    assert told(db, account_id) == [("low", 10, 20)], "15 was still low"
    call(db, "refund_credits", **refund, amount=50, key="r2")
    deduct(db, account_id, 50)
    assert told(db, account_id) == [("low", 10, 20), ("low", 14, 20)]


def test_a_refund_of_expired_credits_does_not_move_the_threshold(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at="2100-01-01")
    charge = deduct(db, account_id, 10)["transaction_id"]
    add(db, account_id, 90)
    db.execute("update credits.grants set expires_at = clock_timestamp() where id = 1")
    before = call(db, "set_credit_alerts", account_id=account_id)["default_low_balance"]
    call(
        db, "refund_credits",
        account_id=account_id, transaction_id=charge, reason="bad", key="r",
    )  # fmt: skip
    assert before == 18
    assert call(db, "set_credit_alerts", account_id=account_id)["default_low_balance"] == 18


def test_credits_that_expire_may_make_it_low(db: Connection) -> None:
    account_id = funded_account(db, 10)
    add(db, account_id, 90, expires_at=datetime.now(UTC) + timedelta(days=1))
    let_pass(db, 2)
    maintain(db)
    assert told(db, account_id) == [("low", 10, 20)]


@pytest.mark.parametrize(
    ("spent", "expected"), [(49, []), (50, []), (51, [("low", 49, 50)]), (100, [("empty", 0, 50)])]
)
def test_the_catalog_may_say_another_share(
    db: Connection, spent: int, expected: list[tuple[Any, ...]]
) -> None:
    use_catalog(db, changed_catalog(plans=[], low_balance_percent=50))
    account_id = funded_account(db, 100)
    deduct(db, account_id, spent)
    assert told(db, account_id) == expected


def test_with_a_share_of_nothing_only_the_end_is_told(db: Connection) -> None:
    use_catalog(db, changed_catalog(plans=[], low_balance_percent=0))
    account_id = funded_account(db, 100)
    deduct(db, account_id, "99.999999999")
    assert told(db, account_id) == []
    deduct(db, account_id, "0.000000001")
    assert told(db, account_id) == [("empty", 0, 0)]


def test_the_owner_s_own_threshold_goes_before_the_share(db: Connection) -> None:
    account_id = funded_account(db, 100)
    set_alerts(db, account_id, 50)
    deduct(db, account_id, 50)
    assert told(db, account_id) == []
    deduct(db, account_id, 1)
    assert told(db, account_id) == [("low", 49, 50)]
    add(db, account_id, 951)
    deduct(db, account_id, 900)
    assert len(told(db, account_id)) == 1, "100 is not less than 50, whatever was granted last"


def test_zero_tells_the_end_only_and_minus_one_goes_back_to_the_share(db: Connection) -> None:
    account_id = funded_account(db, 100)
    set_alerts(db, account_id, 0)
    deduct(db, account_id, 99)
    assert told(db, account_id) == []
    add(db, account_id, 99)
    set_alerts(db, account_id, -1)
    deduct(db, account_id, 81)
    assert told(db, account_id) == [("low", 19, 20)]


def test_a_threshold_above_the_balance_is_not_a_crossing(db: Connection) -> None:
    """The owner sees the balance while setting it."""
    account_id = funded_account(db, 100)
    set_alerts(db, account_id, 500)
    deduct(db, account_id, 1)
    assert told(db, account_id) == []
    set_alerts(db, account_id, 50)
    deduct(db, account_id, 50)
    assert told(db, account_id) == [("low", 49, 50)]


def test_a_charge_that_is_refused_or_replayed_tells_nothing(db: Connection) -> None:
    account_id = funded_account(db, 100)
    deduct(db, account_id, 95, key="k")
    deduct(db, account_id, 95, key="k")
    with pytest.raises(Exception, match="insufficient_credits"), db.transaction():
        deduct(db, account_id, 95)
    assert told(db, account_id) == [("low", 5, 20)]


def test_a_reinstatement_does_not_move_the_threshold(db: Connection) -> None:
    open_shop(db)
    account_id = funded_account(db, 900)
    purchase = bought(db, account_id)
    deduct(db, account_id, 500)
    begun = Told("charge.dispute.created", 1000, "du_1", "needs_response", 10)
    won = Told("charge.dispute.closed", 1000, "du_1", "won", 30)
    tell(db, purchase, begun, won)
    settings = call(db, "set_credit_alerts", account_id=account_id)
    assert settings["default_low_balance"] == 400, "a fifth of 2000, as after the purchase"
