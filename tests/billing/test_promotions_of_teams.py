"""Uses of a code by who buys for several accounts, and by several who buy for one."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.billing.purchases import (
    buyer,
    let_pass,
    nothing_is_written,
    open_order,
    pay,
    promote,
    quote,
    shop,
)
from tests.support import Connection, sign_up
from tests.teams.people import create, join
from tests.wallets import Row, refused, use_catalog

WISH: Row = {"package": "starter", "promotion_code": "SPRING"}


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    use_catalog(db, shop())


def accounts_of(conn: Connection, user_id: UUID, teams: int = 2) -> list[UUID]:
    """Return a user's own account, and teams that are made for it."""
    return [user_id, *(create(conn, user_id, f"Team {number}") for number in range(teams))]


def is_sold(conn: Connection, user_id: UUID, account_id: UUID) -> bool:
    """Tell whether an order with the code opens; its quote says the same."""
    quoted = quote(conn, user_id, account_id=account_id, **WISH)
    if quoted["ok"]:
        return bool(open_order(conn, user_id, account_id=account_id, **WISH)["order_id"])
    assert quoted["message"] == "promotion_code_invalid"
    with nothing_is_written(conn), refused(conn, "22023", "promotion_code_invalid"):
        open_order(conn, user_id, account_id=account_id, **WISH)
    return False


@pytest.mark.parametrize("is_paid", [False, True], ids=["open", "paid"])
@pytest.mark.parametrize("used_by", range(3), ids=["oneself", "a team", "another team"])
def test_who_buys_for_several_accounts_has_one_accounts_uses(
    db: Connection, used_by: int, is_paid: bool
) -> None:
    promote(db, maximum_uses_per_account=1)
    user_id = buyer(db)
    accounts = accounts_of(db, user_id)
    used = accounts.pop(used_by)
    order = open_order(db, user_id, account_id=used, **WISH)
    if is_paid:
        assert pay(db, order) is None
    assert [is_sold(db, user_id, account_id) for account_id in accounts] == [False, False]
    assert is_sold(db, user_id, used) is not is_paid, "an open order is given once more"


@pytest.mark.parametrize(("limit", "sold"), [(2, 2), (3, 3), (None, 4)])
def test_the_uses_for_several_accounts_are_counted_together(
    db: Connection, limit: int | None, sold: int
) -> None:
    promote(db, maximum_uses_per_account=limit)
    user_id = buyer(db)
    found = [is_sold(db, user_id, account_id) for account_id in accounts_of(db, user_id, 3)]
    assert found == [True] * sold + [False] * (4 - sold)


def test_a_team_has_one_accounts_uses_whoever_buys_for_it(db: Connection) -> None:
    promote(db, maximum_uses_per_account=1)
    ann, bob = sign_up(db, "ann@example.com"), sign_up(db, "bob@example.com")
    team = create(db, ann)
    join(db, team, ann, bob, "owner")
    assert is_sold(db, ann, team)
    assert not is_sold(db, bob, team)
    assert is_sold(db, bob, bob), "this use was not theirs"


def test_an_order_that_lapsed_frees_the_use_for_every_account(db: Connection) -> None:
    promote(db, maximum_uses_per_account=1)
    user_id = buyer(db)
    own, team, _ = accounts_of(db, user_id)
    open_order(db, user_id, **WISH)
    let_pass(db, "23 hours 59 minutes")
    assert not is_sold(db, user_id, team)
    let_pass(db, "1 minute")
    assert is_sold(db, user_id, team)
    assert not is_sold(db, user_id, own)
