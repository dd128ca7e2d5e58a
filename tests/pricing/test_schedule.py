"""Catalogs that take effect at a time: prices stay until then, and count from then on.

Time passes by moving the catalogs' times back: nothing here waits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.pricing.charges import (
    charge,
    check_price,
    customer,
    listed,
    nothing_changes,
    version_in_force,
)
from tests.pricing.scheduled import apply, caps, due, let_pass, maintain, sms_price
from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import (
    CATALOG,
    call,
    call_all,
    change_plan,
    changed_catalog,
    history,
    refused,
    use_catalog,
    with_plan,
    with_service,
)


def test_prices_stay_until_their_time_and_count_from_then_on(db: Connection) -> None:
    use_catalog(db)
    user_id = customer(db)
    assert apply(db, due(10, sms=7)) == [
        ("catalog", "small", "changed"),
        ("service", "sms", "changed"),
    ]
    for _ in range(2):
        check_price(db, user_id, "sms", 1)
        assert version_in_force(db) == 1
        let_pass(db, days=4.9)
    let_pass(db, days=1)
    check_price(db, user_id, "sms", 7)
    assert version_in_force(db) == 2
    assert [row["price_version"] for row in history(db, user_id)[-3:]] == [1, 1, 2]


def test_a_version_counts_from_its_time_to_the_microsecond(db: Connection) -> None:
    use_catalog(db)
    apply(db, due(10, sms=7))
    found = db.execute(
        """
        select array(
            select credits.version_in_force(c.effective_at + t.difference)
            from unnest(array[
                interval '-1 microsecond', interval '0', interval '1 microsecond'
            ]) as t (difference)
        )
        from credits.catalogs as c
        where c.version = 2
        """
    ).fetchone()
    assert found == ([1, 2, 2],)


def test_old_charges_keep_their_version_and_price(db: Connection) -> None:
    use_catalog(db)
    user_id = customer(db)
    old = charge(db, user_id, "sms", quantity=3)
    apply(db, due(10, sms=7))
    let_pass(db, days=11)
    charge(db, user_id, "sms", quantity=3)
    rows = history(db, user_id)[-2:]
    assert rows[0] == old
    assert [(row["amount"], row["price_version"]) for row in rows] == [(-3, 1), (-21, 2)]


def test_all_that_a_catalog_says_waits_for_its_time(db: Connection) -> None:
    pack = {"code": "new", "name": "New", "credits": 5, "price_cents": 100}
    plan = {"code": "new", "name": "New", "monthly_credits": 5}
    service = {"code": "new", "unit": "unit", "credits": 2}
    use_catalog(db)
    user_id = sign_up(db)
    lists = ("list_credit_packages", "list_credit_plans", "list_credit_prices")
    before = [listed(db, name) for name in lists]
    apply(
        db,
        due(
            5,
            packages=[pack],
            plans=[*CATALOG["plans"], plan],
            services=[*CATALOG["services"], service],
        ),
    )
    assert [listed(db, name) for name in lists] == before
    with refused(db, "22023", "unknown_plan"):
        change_plan(db, user_id, "new")
    with refused(db, "22023", "unknown_service"):
        charge(db, user_id, "new")
    with refused(db, "22023", "unknown_package"), as_user(db, user_id):
        call(db, "quote_credit_purchase", package="new")
    let_pass(db, days=5.1)
    after = [[row for row in listed(db, name) if row[0] == "new"] for name in lists]
    assert [len(rows) for rows in after] == [1, 1, 1]
    assert change_plan(db, user_id, "new")["granted"] == 5
    charge(db, user_id, "new")
    with as_user(db, user_id):
        assert call(db, "quote_credit_purchase", package="new")["total_cents"] == 100


def test_versions_follow_each_other_at_their_times(db: Connection) -> None:
    use_catalog(db)
    apply(db, due(10, sms=2))
    apply(db, due(20, sms=3))
    found = []
    for _ in range(4):
        found.append(sms_price(db))
        let_pass(db, days=6)
    assert found == [1, 1, 2, 2]
    assert sms_price(db) == 3


@pytest.mark.parametrize("days", [-1, -10_000, 0])
def test_a_time_that_has_passed_means_at_once(db: Connection, days: int) -> None:
    use_catalog(db)
    user_id = customer(db)
    change_plan(db, user_id, "capped")
    apply(db, due(days, with_plan("capped", monthly_spend_cap=60)))
    assert version_in_force(db) == 2
    assert caps(db, user_id) == [60]
    assert maintain(db) == 0


def test_the_time_is_the_same_in_any_zone(db: Connection) -> None:
    use_catalog(db)
    apply(db, {**CATALOG, "effective_at": "2126-12-01T00:00:00+02:00"})
    again = {**CATALOG, "effective_at": "2126-11-30T22:00:00Z"}
    with nothing_changes(db):
        assert apply(db, again) == []


def test_the_same_file_again_makes_no_version(db: Connection) -> None:
    use_catalog(db)
    apply(db, due(10, sms=2))
    for days in (10, -1):  # once in force, a time that has passed is no difference
        with nothing_changes(db):
            assert apply(db, due(days, sms=2)) == []
            assert apply(db, due(days, sms=2), dry_run=True) == []
        let_pass(db, days=11)
    assert (version_in_force(db), sms_price(db)) == (2, 2)


def test_another_time_is_another_version(db: Connection) -> None:
    use_catalog(db)
    apply(db, due(10, sms=2))
    assert apply(db, due(20, sms=2)) == [
        ("catalog", "small", "changed"),
    ]
    assert apply(db, due(5, sms=2))[-2:] == [
        ("version", "2", "removed"),
        ("version", "3", "removed"),
    ]
    let_pass(db, days=6)
    assert version_in_force(db) == 4


def test_a_dry_run_of_a_later_catalog_keeps_nothing(db: Connection) -> None:
    use_catalog(db)
    apply(db, due(10, sms=2))
    for catalog in (due(5, sms=3), with_service("sms", credits=4)):
        with nothing_changes(db):
            told = apply(db, catalog, dry_run=True)
        assert ("version", "2", "removed") in told
        assert apply(db, catalog, dry_run=True) == told


def test_a_catalog_at_once_withdraws_one_that_was_to_come(db: Connection) -> None:
    use_catalog(db)
    later = due(10, sms=2)
    apply(db, later)
    with as_service(db):
        rows = call_all(db, "apply_credit_catalog", catalog=with_service("sms", credits=3))
    assert [row["kind"] for row in rows] == ["service", "version"]
    before = rows[-1].pop("before")
    assert rows[-1] == {"kind": "version", "code": "2", "change": "removed", "after": None}
    assert datetime.fromisoformat(before.pop("effective_at")) == datetime.fromisoformat(
        later["effective_at"]
    )
    assert before == {}
    assert sms_price(db) == 3
    let_pass(db, days=20)
    assert (version_in_force(db), sms_price(db)) == (3, 3)
    assert maintain(db) == 0


def test_the_catalog_in_force_applied_again_withdraws_too(db: Connection) -> None:
    use_catalog(db)
    apply(db, due(10, sms=2))
    assert apply(db, CATALOG) == [("version", "2", "removed")]
    let_pass(db, days=20)
    assert sms_price(db) == 1


def test_a_version_is_withdrawn_once(db: Connection) -> None:
    use_catalog(db)
    apply(db, due(10, sms=2))
    assert ("version", "2", "removed") in apply(db, with_service("sms", credits=3))
    assert apply(db, with_service("sms", credits=4)) == [("service", "sms", "changed")]


def test_only_what_comes_later_is_withdrawn(db: Connection) -> None:
    use_catalog(db)
    apply(db, due(10, sms=2))
    apply(db, due(20, sms=3))
    apply(db, due(30, sms=4))
    told = [row for row in apply(db, due(20, sms=5)) if row[0] == "version"]
    assert told == [("version", "3", "removed"), ("version", "4", "removed")]
    found = []
    for _ in range(4):
        let_pass(db, days=10.1)
        found.append(sms_price(db))
    assert found == [2, 5, 5, 5]


def test_a_plan_is_not_dropped_later(db: Connection) -> None:
    use_catalog(db)
    without = [plan for plan in CATALOG["plans"] if plan["code"] != "basic"]
    for dry_run in (False, True):
        with nothing_changes(db), refused(db, "22023", "invalid_catalog") as detail:
            apply(db, due(10, plans=without), dry_run=dry_run)
        assert "basic" in detail["problem"]
    # Nor what only the version before it adds.
    new = {"code": "new", "name": "New"}
    apply(db, due(10, plans=[*CATALOG["plans"], new]))
    with nothing_changes(db), refused(db, "22023", "invalid_catalog") as detail:
        apply(db, due(20))
    assert "new" in detail["problem"]
    apply(db, changed_catalog(plans=without))
    assert version_in_force(db) == 3


@pytest.mark.parametrize(
    "time",
    [
        "infinity", "-infinity", "now", "tomorrow", "soon", "", 5, [], {}, None, "2126-12-01",
        "2126-12-01T00:00:00", "2026-13-01T00:00:00Z", "2126-12-01T00:00:00 Europe/Berlin",
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(db: Connection, time: Any) -> None:
    use_catalog(db)
    with nothing_changes(db), refused(db, "22023", "invalid_catalog") as detail:
        apply(db, {**with_service("sms", credits=2), "effective_at": time})
    assert detail["problem"]


def test_the_first_catalog_cannot_wait(db: Connection) -> None:
    with nothing_changes(db), refused(db, "22023", "invalid_catalog") as detail:
        apply(db, due(10))
    assert detail == {"problem": "the first catalog takes effect at once"}
    apply(db, due(-10))
    assert version_in_force(db) == 1


def test_catalogs_of_before_are_in_force_and_followed_as_ever(db: Connection) -> None:
    use_catalog(db)
    db.execute("alter table credits.catalogs disable trigger catalogs_refuse_change")
    db.execute("update credits.catalogs set effective_at = '-infinity'")
    db.execute("alter table credits.catalogs enable always trigger catalogs_refuse_change")
    assert (version_in_force(db), sms_price(db), maintain(db)) == (1, 1, 0)
    with nothing_changes(db):
        assert apply(db, CATALOG) == []
    apply(db, due(10, sms=2))
    assert sms_price(db) == 1
    apply(db, with_service("sms", credits=3))
    assert (version_in_force(db), sms_price(db)) == (3, 3)
