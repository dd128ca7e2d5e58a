"""Caps and allowances of accounts follow a catalog that takes effect at a time, by maintenance."""

from __future__ import annotations

from tests.pricing.charges import version_in_force
from tests.pricing.scheduled import apply, caps, due, let_pass, maintain
from tests.support import Connection, sign_up
from tests.wallets import CATALOG, balance_of, change_plan, use_catalog, with_plan


def test_maintenance_fits_the_accounts_once(db: Connection) -> None:
    use_catalog(db)
    capped, basic, free = sign_up(db), sign_up(db), sign_up(db)
    change_plan(db, capped, "capped")
    change_plan(db, basic, "basic")
    plans = [
        {**plan, **{"capped": {"monthly_spend_cap": 70}, "free": {"monthly_credits": 9}}.get(
            plan["code"], {}
        )}
        for plan in CATALOG["plans"]
    ]  # fmt: skip
    apply(db, due(10, plans=plans))
    assert maintain(db) == 0
    assert caps(db, capped, basic) == [50, None]
    let_pass(db, days=11)
    assert [maintain(db) for _ in range(3)] == [1, 0, 0]
    assert caps(db, capped, basic) == [70, None]
    found = [balance_of(db, account)["balance"] for account in (capped, basic, free)]
    assert found == [5, 105, 14]
    let_pass(db, days=11)
    assert maintain(db) == 0


def test_of_two_that_came_meanwhile_the_later_one_is_started(db: Connection) -> None:
    use_catalog(db)
    capped = sign_up(db)
    change_plan(db, capped, "capped")
    for days, cap in ((10, 60), (20, 70)):
        apply(db, due(days, with_plan("capped", monthly_spend_cap=cap)))
    assert maintain(db) == 0
    let_pass(db, days=30)
    assert [maintain(db), maintain(db)] == [1, 0]
    assert caps(db, capped) == [70]


def test_a_start_in_the_very_moment_of_maintenance_is_not_missed(db: Connection) -> None:
    use_catalog(db)
    capped = sign_up(db)
    change_plan(db, capped, "capped")
    apply(db, due(1, with_plan("capped", monthly_spend_cap=60)))
    # Within one statement, between its beginning and the call: not due by the statement's time.
    db.execute(
        """
        do $$
        begin
            execute 'alter table credits.catalogs disable trigger catalogs_refuse_change';
            update credits.catalogs
            set applied_at = now() - interval '1 day', effective_at = clock_timestamp()
            where version = 2;
            execute 'alter table credits.catalogs enable always trigger catalogs_refuse_change';
            perform public.run_credit_maintenance();
        end
        $$
        """
    )
    maintain(db)
    assert caps(db, capped) == [60]


def test_a_time_that_comes_while_it_is_applied_is_not_missed(db: Connection) -> None:
    use_catalog(db)
    capped = sign_up(db)
    change_plan(db, capped, "capped")
    # Our transaction began before that time, which has passed nevertheless.
    row = db.execute("select (now() + interval '1 microsecond')::text").fetchone()
    assert row is not None
    apply(db, {**with_plan("capped", monthly_spend_cap=60), "effective_at": row[0]})
    assert version_in_force(db) == 2
    maintain(db)
    assert caps(db, capped) == [60]
