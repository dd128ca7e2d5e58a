"""What charges and refunds count for: what was paid for the credits, their cost, and whose."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.gifts.giving import accept, send
from tests.referral.referring import person
from tests.statistics.living import buy, end_grant, open_shop, roll_up, use
from tests.statistics.reckoning import FIGURES, differences, rolled_up
from tests.support import Connection
from tests.teams.people import create, join
from tests.usage import batches
from tests.usage.charges import capture, charge, hold, refund
from tests.wallets import add, funded_account

Figures = dict[str, Any]


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def counted(conn: Connection, account_id: UUID) -> dict[tuple[str, str | None], Figures]:
    """Return the figures that are not 0, by service and currency, after a roll-up."""
    roll_up(conn)
    assert differences(conn) == []
    return {
        (key.service, key.currency): {
            name: float(sums.values[name]) for name in FIGURES if sums.values[name]
        }
        for key, sums in rolled_up(conn).items()
        if key.account_id == account_id
    }


def test_bought_credits_earn_what_was_paid_for_them(db: Connection) -> None:
    account_id = funded_account(db)
    buy(db, account_id, 200, 1000)
    charge(db, account_id, 30, service="sms", quantity=3)
    assert counted(db, account_id) == {
        ("sms", "usd"): {"calls": 1, "credits": 30, "quantity": 3, "earned_cents": 150},
    }


def test_given_credits_are_free_and_earn_nothing(db: Connection) -> None:
    account_id = funded_account(db, 50)
    charge(db, account_id, 30)
    assert counted(db, account_id) == {("", None): {"calls": 1, "credits": 30, "free_credits": 30}}


def test_a_charge_of_given_and_bought_credits_is_one_call(db: Connection) -> None:
    account_id = funded_account(db, 50)
    buy(db, account_id, 100, 1000)
    charge(db, account_id, 60, service="sms")
    assert counted(db, account_id) == {
        ("sms", None): {"calls": 1, "credits": 50, "free_credits": 50},
        ("sms", "usd"): {"credits": 10, "earned_cents": 100},
    }


def test_each_currency_counts_for_itself(db: Connection) -> None:
    account_id = funded_account(db)
    buy(db, account_id, 10, 100, "eur")
    buy(db, account_id, 10, 400)
    charge(db, account_id, 15, service="sms")
    assert counted(db, account_id) == {
        ("sms", "eur"): {"calls": 1, "credits": 10, "earned_cents": 100},
        ("sms", "usd"): {"credits": 5, "earned_cents": 200},
    }


def test_what_it_cost_us_counts_with_a_call_even_one_for_nothing(db: Connection) -> None:
    account_id = funded_account(db, 50)
    for service in ("film", "sms", "ping"):
        use(db, account_id, service, quantity=2)
    found = counted(db, account_id)
    assert found["film", None] == {
        "calls": 1, "credits": 8, "free_credits": 8, "quantity": 2, "provider_cost": 0.06,
    }  # fmt: skip
    assert found["ping", None] == {"calls": 1, "quantity": 2, "provider_cost": 0.002}


def test_a_refund_takes_back_what_the_credits_earned(db: Connection) -> None:
    account_id = funded_account(db, 10)
    buy(db, account_id, 100, 1000)
    charged = charge(db, account_id, 30, service="sms")
    refund(db, account_id, charged, 25)
    # The bought ones burned last, and come back first: 20 of them, and 5 of the given ones.
    assert counted(db, account_id) == {
        ("sms", None): {"calls": 1, "credits": 10, "free_credits": 10, "refunded": 5},
        ("sms", "usd"): {"credits": 20, "refunded": 20},
    }


def test_a_refund_of_credits_that_are_over_takes_back_what_they_earned(db: Connection) -> None:
    account_id = funded_account(db)
    grant_id = buy(db, account_id, 100, 1000)
    charged = charge(db, account_id, 30, service="sms")
    end_grant(db, account_id, grant_id)
    refund(db, account_id, charged)
    assert counted(db, account_id) == {
        ("sms", "usd"): {"calls": 1, "credits": 30, "refunded": 30},
    }
    charge(db, account_id, 30, service="film")
    assert counted(db, account_id)["film", None] == {
        "calls": 1, "credits": 30, "free_credits": 30,
    }  # fmt: skip


def test_a_hold_counts_when_it_is_captured(db: Connection) -> None:
    account_id = funded_account(db)
    buy(db, account_id, 100, 1000)
    held = hold(db, account_id, 40, service="film")
    assert counted(db, account_id) == {}
    capture(db, account_id, held, 15)
    assert counted(db, account_id) == {
        ("film", "usd"): {"calls": 1, "credits": 15, "earned_cents": 150},
    }


def test_each_event_of_a_batch_is_a_call(db: Connection) -> None:
    account_id = funded_account(db, 100)
    events = [batches.event(account_id, f"e{n}", service="film", quantity=n) for n in (1, 2, 3)]
    assert batches.outcomes(db, *events) == [4, 8, 12]
    assert counted(db, account_id)["film", None] == {
        "calls": 3, "credits": 24, "free_credits": 24, "quantity": 6, "provider_cost": 0.18,
    }  # fmt: skip


def test_a_gift_is_no_usage_and_earns_where_it_is_used(db: Connection) -> None:
    giver, taker = person(db, "giver"), person(db, "taker")
    buy(db, giver, 100, 1000)
    accept(db, taker, send(db, giver, taker, 40))
    assert counted(db, giver) == counted(db, taker) == {}
    charge(db, taker, 10, service="sms")
    assert counted(db, taker) == {
        ("sms", "usd"): {"calls": 1, "credits": 10, "earned_cents": 100},
    }


def test_what_comes_and_goes_otherwise_is_no_usage(db: Connection) -> None:
    account_id = funded_account(db, 10)
    add(db, account_id, 5, "refund")
    db.execute("select public.admin_remove_credits(%s, 3, 'A mistake', 'key')", [account_id])
    assert counted(db, account_id) == {}


def test_usage_is_of_who_acted(db: Connection) -> None:
    owner, member = person(db, "own"), person(db, "mem")
    team = create(db, owner)
    join(db, team, owner, member)
    add(db, team, 100)
    charged = charge(db, team, 5, service="sms", user_id=member)
    charge(db, team, 7, service="sms", user_id=owner)
    charge(db, team, 9, service="sms")
    refund(db, team, charged, 2)
    roll_up(db)
    assert differences(db) == []
    found = {
        key.user_id: (int(sums.credits), int(sums.refunded)) for key, sums in rolled_up(db).items()
    }
    assert found == {member: (5, 2), owner: (7, 0), None: (9, 0)}
