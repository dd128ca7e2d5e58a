"""Administrators' reports of usage, top accounts and margin, against a plain reckoning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from psycopg.errors import InsufficientPrivilege

from tests.statistics.living import DAY, Life, buy, open_shop, roll_up, set_clock, use
from tests.statistics.reckoning import Usage, percent, reckon, rounded, summed
from tests.support import Connection, as_admin, as_anon, as_service, as_user, sign_up
from tests.usage.charges import charge
from tests.wallets import Row, call_all, funded_account, refused

USAGE, TOP, MARGIN = (
    "admin_get_usage_by_service", "admin_list_top_accounts", "admin_get_margin",
)  # fmt: skip
REPORTS = [USAGE, TOP, MARGIN, "admin_get_revenue", "admin_get_system_summary"]
MIDNIGHT = datetime(2027, 2, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def lived(db: Connection) -> Life:
    """Accounts that have used a lot, all of it rolled up."""
    open_shop(db)
    life = Life(db, 7)
    life.live(120)
    roll_up(db)
    return life


def spans(usage: Usage) -> list[tuple[date, date]]:
    """Return some first and last days: all there is, the middle, one day."""
    days = sorted({key.day for key in usage})
    assert len(days) > 4
    return [(days[0], days[-1]), (days[1], days[-2]), (days[2], days[2])]


def within(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def asked(first: date, last: date) -> dict[str, Any]:
    """Return a report's arguments for whole days."""
    return {"since": f"{first} 00:00+00", "until": f"{last + DAY} 00:00+00"}


def test_usage_by_service_is_that_of_a_plain_reckoning(db: Connection, lived: Life) -> None:
    del lived
    usage = reckon(db)
    for first, last in spans(usage):
        expected = summed(usage, lambda key: key.service, within(first, last))
        everything = sum((sums.credits for sums in expected.values()), Fraction(0))
        found = call_all(db, USAGE, **asked(first, last))
        assert {row["service"] or "": row for row in found} == {
            name: {
                "service": name or None,
                "calls": sums.calls,
                "quantity": sums.quantity,
                "credits": sums.credits,
                "refunded": sums.refunded,
                "share_percent": percent(sums.credits, everything),
            }
            for name, sums in expected.items()
        }
        used = [row["credits"] for row in found]
        assert used == sorted(used, reverse=True)


def test_the_top_accounts_are_those_of_a_plain_reckoning(db: Connection, lived: Life) -> None:
    usage = reckon(db)
    owner = lived.people[0]
    for first, last in spans(usage):
        by_account = summed(usage, lambda key: key.account_id, within(first, last))
        everything = sum((sums.credits for sums in by_account.values()), Fraction(0))
        found = call_all(db, TOP, **asked(first, last))
        assert [
            (row["account_id"], row["calls"], row["credits"], row["share_percent"]) for row in found
        ] == [
            (id_, sums.calls, sums.credits, percent(sums.credits, everything))
            for id_, sums in sorted(by_account.items(), key=lambda it: (-it[1].credits, it[0]))
        ]
        top_two = call_all(db, TOP, **asked(first, last), page_size=2)
        assert top_two == found[:2]
    found = call_all(db, TOP, **asked(*spans(usage)[0]))
    emails = {row["account_id"]: row["email"] for row in found}
    ((email,),) = db.execute("select email from auth.users where id = %s", [owner]).fetchall()
    assert emails[owner] == emails[lived.team] == email


def test_the_margin_is_that_of_a_plain_reckoning(db: Connection, lived: Life) -> None:
    del lived
    usage = reckon(db)
    for first, last in spans(usage):
        expected = summed(
            usage, lambda key: (key.service, key.currency or "usd"), within(first, last)
        )
        found = call_all(db, MARGIN, **asked(first, last))
        assert {(row["service"] or "", row["currency"]): row for row in found} == {
            (name, currency): {
                "service": name or None,
                "currency": currency,
                "calls": sums.calls,
                "credits": sums.credits,
                "free_credits": sums.free_credits,
                **cents_of(sums.earned_cents, 100 * sums.provider_cost),
            }
            for (name, currency), sums in expected.items()
        }
        margins = [row["margin_cents"] for row in found]
        assert margins == sorted(margins, reverse=True)


def cents_of(earned: Fraction, cost: Fraction) -> Row:
    """Return what a report says of these cents, each figure rounded to two places."""
    shown, costs = rounded(earned, 2), rounded(cost, 2)
    left = Fraction(shown) - Fraction(costs)
    return {
        "earned_cents": shown,
        "provider_cost_cents": costs,
        "margin_cents": left,
        "margin_percent": percent(left, Fraction(shown)),
    }


def test_a_service_that_earns_nothing_has_no_percent_and_a_loss(db: Connection) -> None:
    open_shop(db)
    account_id = funded_account(db, 10)
    use(db, account_id, "film", quantity=2)
    use(db, account_id, "ping")
    roll_up(db)
    found = {row["service"]: row for row in call_all(db, MARGIN)}
    film, ping = found["film"], found["ping"]
    assert (film["earned_cents"], film["provider_cost_cents"], film["margin_cents"]) == (0, 6, -6)
    assert film["margin_percent"] is None
    assert (film["credits"], film["free_credits"]) == (8, 8)
    assert (ping["credits"], ping["provider_cost_cents"]) == (0, rounded(Fraction(1, 10), 2))


@pytest.mark.parametrize("report", [USAGE, TOP, MARGIN])
@pytest.mark.parametrize(
    ("since", "until", "used"),
    [
        (MIDNIGHT - INSTANT, MIDNIGHT, 1),
        (MIDNIGHT - INSTANT, MIDNIGHT + INSTANT, 3),
        (MIDNIGHT, MIDNIGHT + DAY, 2),
        (MIDNIGHT + DAY, MIDNIGHT + 9 * DAY, None),
        (MIDNIGHT, MIDNIGHT - DAY, None),
        (None, MIDNIGHT + DAY, 3),
        (None, MIDNIGHT + 30 * DAY, 2),
        (None, None, None),
    ],
)
def test_since_and_until_count_with_their_whole_days(
    db: Connection, report: str, since: Any, until: Any, used: int | None
) -> None:
    account_id = funded_account(db, 10)
    for at, amount in ((MIDNIGHT - 2 * INSTANT, 1), (MIDNIGHT, 2)):
        set_clock(db, account_id, at)
        charge(db, account_id, amount)
    roll_up(db)
    found = call_all(db, report, since=since, until=until)
    assert [row["credits"] for row in found] == ([] if used is None else [used])


@pytest.mark.parametrize("report", [USAGE, TOP, MARGIN])
def test_what_is_not_rolled_up_yet_is_not_there_yet(db: Connection, report: str) -> None:
    charge(db, funded_account(db, 10), 1)
    assert call_all(db, report) == []
    roll_up(db)
    assert len(call_all(db, report)) == 1


def test_a_top_account_shows_its_plan_and_an_address_of_its_own(db: Connection) -> None:
    open_shop(db)
    db.execute(
        "select public.open_credit_account(external_id => 'app-1', email => 'a@example.com')"
    )
    ((account_id,),) = db.execute(
        "select id from credits.accounts where external_id = 'app-1'"
    ).fetchall()
    buy(db, account_id, 10, 100)
    charge(db, account_id, 3)
    roll_up(db)
    (row,) = call_all(db, TOP)
    assert (row["email"], row["calls"], row["share_percent"]) == ("a@example.com", 1, 100)
    ((plan,),) = db.execute("select plan from credits.accounts").fetchall()
    assert row["plan"] == plan


@pytest.mark.parametrize("size", [0, 201, None])
def test_a_page_of_top_accounts_has_1_to_200(db: Connection, size: int | None) -> None:
    with refused(db, "22023", "invalid_page_size"):
        call_all(db, TOP, page_size=size)


@pytest.mark.parametrize("report", REPORTS)
def test_administrators_the_back_end_and_the_owner_read_reports_and_nobody_else(
    db: Connection, report: str
) -> None:
    admin_id, user_id = sign_up(db), sign_up(db)
    ways: list[Callable[[], Any]] = [
        lambda: as_admin(db, admin_id), lambda: as_service(db), db.transaction,
    ]  # fmt: skip
    for way in ways:
        with way():
            call_all(db, report)
    with refused(db, "PT403", "admin_only"), as_user(db, user_id):
        call_all(db, report)
    with pytest.raises(InsufficientPrivilege), as_anon(db):
        call_all(db, report)
    with db.transaction(force_rollback=True):
        db.execute("set transaction read only")
        call_all(db, report)
