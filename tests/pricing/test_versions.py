"""Versions of a catalog: a price is never overwritten, and a charge remembers which one it had."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.errors import InsufficientPrivilege

from tests.pricing.charges import charge, customer, listed, nothing_changes, version_in_force
from tests.support import Connection, as_anon, as_caller, as_service, sign_up
from tests.wallets import (
    CATALOG,
    Row,
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


def changes(conn: Connection, catalog: Row, **arguments: Any) -> list[tuple[str, str, str]]:
    """Apply a catalog as the back end does; return kind, code and change of each row."""
    with as_service(conn):
        rows = call_all(conn, "apply_credit_catalog", catalog=catalog, **arguments)
    return [(row["kind"], row["code"], row["change"]) for row in rows]


def test_the_first_catalog_adds_everything(db: Connection) -> None:
    found = changes(db, CATALOG)
    assert {change for _, _, change in found} == {"added"}
    assert ("catalog", "small", "added") in found
    assert ("service", "sms", "added") in found
    assert len(found) == 1 + 7 + 4 + 1
    assert version_in_force(db) == 1


def test_a_changed_price_is_a_new_version_and_old_charges_keep_theirs(db: Connection) -> None:
    use_catalog(db)
    user_id = customer(db)
    old = charge(db, user_id, "sms")
    stored = db.execute("select * from credits.prices where version = 1").fetchall()

    with as_service(db):
        (row,) = call_all(db, "apply_credit_catalog", catalog=with_service("sms", credits=2))
    assert (row["kind"], row["code"], row["change"]) == ("service", "sms", "changed")
    assert (row["before"]["credits"], row["after"]["credits"]) == (1, 2)

    new = charge(db, user_id, "sms")
    assert (old["amount"], old["price_version"]) == (-1, 1)
    assert (new["amount"], new["price_version"]) == (-2, 2)
    assert history(db, user_id)[-2] == old
    assert db.execute("select * from credits.prices where version = 1").fetchall() == stored


def test_the_same_catalog_again_is_no_version_and_no_change(db: Connection) -> None:
    use_catalog(db)
    with nothing_changes(db):
        assert changes(db, CATALOG) == []
        assert changes(db, CATALOG, dry_run=True) == []


def test_going_back_to_an_old_catalog_is_a_new_version(db: Connection) -> None:
    for catalog in (CATALOG, with_service("sms", credits=2), CATALOG):
        use_catalog(db, catalog)
    assert version_in_force(db) == 3
    assert charge(db, customer(db), "sms")["price_version"] == 3


def test_a_dry_run_lists_the_changes_and_keeps_nothing(db: Connection) -> None:
    use_catalog(db)
    dearer = with_service("sms", credits=2)
    with nothing_changes(db):
        assert changes(db, dearer, dry_run=True) == [("service", "sms", "changed")]
    assert changes(db, dearer) == [("service", "sms", "changed")]


def test_what_is_added_removed_and_changed_is_listed(db: Connection) -> None:
    use_catalog(db)
    email = {"code": "email", "unit": "message", "credits": 1}
    services = [s for s in CATALOG["services"] if s["code"] != "ping"]
    found = changes(db, changed_catalog(name="Large", services=[*services, email], models=[]))
    assert found == [
        ("catalog", "small", "changed"),
        ("model", "gpt-4", "removed"),
        ("service", "email", "added"),
        ("service", "ping", "removed"),
    ]
    with refused(db, "22023", "unknown_service"), as_anon(db):
        call(db, "calculate_query_cost", service="gpt-4", usage={"input_tokens": 1000})


def test_a_new_order_is_a_change_that_is_listed(db: Connection) -> None:
    use_catalog(db)
    plans = CATALOG["plans"]
    assert len(changes(db, changed_catalog(plans=plans[::-1]))) == 1
    assert version_in_force(db) == 2
    codes = [row[0] for row in listed(db, "list_credit_plans")]
    assert codes == [plan["code"] for plan in reversed(plans)]


def test_a_plan_that_accounts_have_cannot_be_removed(db: Connection) -> None:
    use_catalog(db)
    user_id = sign_up(db)
    change_plan(db, user_id, "basic")
    without = changed_catalog(plans=[p for p in CATALOG["plans"] if p["code"] != "basic"])
    for dry_run in (True, False):
        with nothing_changes(db), refused(db, "PT409", "plan_in_use") as detail:
            call_all(db, "apply_credit_catalog", catalog=without, dry_run=dry_run)
        assert detail == {"plan": "basic"}
    change_plan(db, user_id, "free")
    assert changes(db, without) == [("plan", "basic", "removed")]


def test_a_new_cap_of_a_plan_holds_for_the_accounts_on_it(db: Connection) -> None:
    use_catalog(db)
    user_id = customer(db)
    change_plan(db, user_id, "capped")
    charge(db, user_id, "sms", quantity=50)
    with refused(db, "PT402", "spend_cap_reached"):
        charge(db, user_id, "sms")
    use_catalog(db, with_plan("capped", monthly_spend_cap=51))
    charge(db, user_id, "sms")


def test_before_any_catalog_nothing_has_a_price(db: Connection) -> None:
    for function in ("list_credit_packages", "list_credit_plans", "list_credit_prices"):
        with refused(db, "PT409", "no_catalog"):
            listed(db, function)
    with refused(db, "PT409", "no_catalog"), as_anon(db):
        call(db, "calculate_query_cost")
    user_id = customer(db)
    with nothing_changes(db), refused(db, "PT409", "no_catalog"):
        charge(db, user_id, "sms")


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_only_the_back_end_applies_a_catalog(db: Connection, role: str) -> None:
    use_catalog(db)
    dearer = with_service("sms", credits=2)
    with nothing_changes(db), pytest.raises(InsufficientPrivilege), as_caller(db, role, None):
        call_all(db, "apply_credit_catalog", catalog=dearer)
