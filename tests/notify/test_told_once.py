"""A batch tells an owner once for each level that it falls to, however often it is written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.notify.test_low_balance import told
from tests.support import Connection
from tests.usage.batches import event, outcomes
from tests.wallets import add, balance_of, funded_account

LOW = ("low", 15, 21)


def sent(conn: Connection, account_id: Any, *charges: tuple[str, Any]) -> list[Any]:
    """Send a batch of keys and amounts; one that comes again is written before it is answered."""
    return outcomes(conn, *(event(account_id, key, amount) for key, amount in charges))


@pytest.mark.parametrize("again", [0, 1, 5])
def test_keys_that_come_again_tell_it_no_more(db: Connection, again: int) -> None:
    account_id = funded_account(db, 105)
    charges = [("a", 90), *[("a", 90)] * again]
    for key in ("b", "c"):
        charges += [(key, 1)] + [(key, 1)] * again
    assert sent(db, account_id, *charges) == [90] * (again + 1) + [1] * 2 * (again + 1)
    assert balance_of(db, account_id)["balance"] == 13
    found = told(db, account_id)
    assert [(level, threshold) for level, _, threshold in found] == [("low", 21)]
    assert found == ([LOW] if again else [("low", 13, 21)])


def test_low_and_then_empty_are_two(db: Connection) -> None:
    account_id = funded_account(db, 105)
    sent(db, account_id, ("a", 90), ("a", 90), ("b", 15), ("b", 15), ("c", 1), ("c", 1))
    assert told(db, account_id) == [LOW, ("empty", 0, 21)]


def test_the_next_batch_tells_it_no_more_and_after_a_rise_again(db: Connection) -> None:
    account_id = funded_account(db, 105)
    sent(db, account_id, ("a", 90), ("a", 90))
    sent(db, account_id, ("b", 1), ("b", 1), ("c", 1))
    assert told(db, account_id) == [LOW]
    add(db, account_id, 87)
    sent(db, account_id, ("d", 85), ("d", 85), ("e", 1))
    assert len(told(db, account_id)) == 2


def test_each_account_of_a_batch_is_told(db: Connection) -> None:
    accounts = [funded_account(db, 105) for _ in range(2)]
    events = [event(it, key, 90) for it in accounts for key in ("a", "a")]
    events += [event(it, "b", 1) for it in accounts]
    assert outcomes(db, *events) == [90] * 4 + [1] * 2
    assert [told(db, it) for it in accounts] == [[LOW], [LOW]]
