"""A person is erased: what names her goes, the books stay, and nothing comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.administrators.acting import administrator, as_actor, audit, does
from tests.administrators.erasing import EMAIL, WHY, Person, erase, person, traces
from tests.events.shop import maintain, rows
from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import add, balance_of, call, call_all, history, refused, remaining

KEPT = ("payments", "orders", "customers", "referrals", "usage_refunds", "identities")


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def zoe(db: Connection) -> Person:
    return person(db)


def test_she_has_left_something_everywhere(db: Connection, zoe: Person) -> None:
    """Or the test below would pass without looking."""
    places = {"contacts", "deliveries", "disputes", "gifts", "invitations", "outbox",
              "stripe_events"}  # fmt: skip
    assert places <= traces(db).keys()
    query = """
        select from credits.deliveries as d
        inner join credits.outbox as o on d.notice_id = o.id
        where d.recipient = 'zoe@example.org' and o.topic = 'low_balance' and o.account_id = %s
    """
    assert len(rows(db, query, zoe.team)) == 1
    assert {"cards", "code_attempts", "members", "auto_topups"} <= traces(db, str(zoe.id)).keys()


def test_nothing_names_her_afterwards(db: Connection, admin: UUID, zoe: Person) -> None:
    erase(db, admin, zoe.id)
    assert traces(db) == {}
    gone = {"cards", "code_attempts", "members"}
    assert not gone & traces(db, str(zoe.id)).keys()
    query = "select is_enabled from credits.auto_topups where account_id = %s"
    assert rows(db, query, zoe.id) == [{"is_enabled": False}]


def test_the_account_is_closed_and_says_so(db: Connection, admin: UUID, zoe: Person) -> None:
    closed = erase(db, admin, zoe.id)
    assert closed.pop("changed_at") is not None
    assert closed == {
        "account_id": zoe.id, "status": "closed", "reason": WHY, "changed_by": as_actor(admin),
    }  # fmt: skip
    (row,) = rows(
        db, "select email, external_id, name, balance, held from credits.accounts where id = %s",
        zoe.id,
    )  # fmt: skip
    assert row == {
        "email": None, "external_id": f"erased:{zoe.id}", "name": None, "balance": 0, "held": 0,
    }  # fmt: skip


def test_its_credits_go_as_one_adjustment_and_the_history_stays(
    db: Connection, admin: UUID, zoe: Person
) -> None:
    before = history(db, zoe.id)
    balance = balance_of(db, zoe.id)["balance"]
    erase(db, admin, zoe.id)
    *kept, last = history(db, zoe.id)
    assert kept == before
    assert (last["type"], last["amount"], last["balance_after"], last["description"]) == (
        "adjustment", -balance, 0, "erased",
    )  # fmt: skip
    assert rows(db, "select sum(remaining) from credits.grants where account_id = %s", zoe.id) == [
        {"sum": 0}
    ]


def test_the_audit_says_what_was_taken_and_not_from_whom(
    db: Connection, admin: UUID, zoe: Person
) -> None:
    balance = balance_of(db, zoe.id)["balance"]
    erase(db, admin, zoe.id)
    (entry,) = audit(db, zoe.id)
    assert (entry["act"], entry["actor"], entry["reason"]) == (
        "erase_account", as_actor(admin), WHY,
    )  # fmt: skip
    assert (entry["before"], entry["after"]) == ({"credits": float(balance)}, {"status": "closed"})


def test_what_others_have_stays_theirs(db: Connection, admin: UUID, zoe: Person) -> None:
    def others() -> Any:
        return (
            history(db, zoe.friend),
            remaining(db, zoe.friend),
            rows(db, "select a::text from credits.accounts as a where id <> %s order by 1", zoe.id),
            rows(db, "select m::text from credits.members as m where user_id <> %s", zoe.id),
            *(rows(db, f"select t::text from credits.{table} as t order by 1") for table in KEPT),
        )

    before = others()
    erase(db, admin, zoe.id)
    assert others() == before
    with as_user(db, zoe.friend):
        assert len(call_all(db, "list_credit_gifts")) == 3


def test_events_of_others_stay_and_hers_keep_their_id_and_type(
    db: Connection, admin: UUID, zoe: Person
) -> None:
    query = "select id, type, payload::jsonb as payload from credits.stripe_events order by id"
    before = rows(db, query)
    erase(db, admin, zoe.id)
    for old, new in zip(before, rows(db, query), strict=True):
        if str(zoe.friend) in str(old["payload"]):
            assert new == old
        else:
            assert new["payload"] == {"id": old["id"], "type": old["type"], "erased": True}


def test_the_same_again_changes_nothing(db: Connection, admin: UUID, zoe: Person) -> None:
    first = erase(db, admin, zoe.id)
    before = history(db, zoe.id), audit(db)
    assert erase(db, administrator(db), zoe.id, "another reason") == first
    assert (history(db, zoe.id), audit(db)) == before


def test_nothing_is_done_with_it_any_more(db: Connection, admin: UUID, zoe: Person) -> None:
    erase(db, admin, zoe.id)
    with refused(db, "PT403", "account_closed"):
        add(db, zoe.id, 5)
    with refused(db, "PT403", "account_closed"), as_user(db, zoe.id):
        call(db, "use_credits", key="k", service="sms")
    with refused(db, "PT403", "account_closed"):
        does(db, admin, "admin_resume_account", account_id=zoe.id, reason=WHY)


def test_no_job_gives_it_anything(db: Connection, admin: UUID, zoe: Person) -> None:
    call(db, "change_credit_plan", account_id=zoe.id, plan="member", key="p")
    erase(db, admin, zoe.id)
    (now,) = db.execute("select clock_timestamp()").fetchone() or [datetime.min]
    for days in (0, 32, 64):
        maintain(db, now + timedelta(days=days))
    assert balance_of(db, zoe.id)["balance"] == 0
    assert traces(db) == {}


def test_she_can_be_deleted_from_auth_and_sign_up_again_as_somebody_new(
    db: Connection, admin: UUID, zoe: Person
) -> None:
    erase(db, admin, zoe.id)
    db.execute("delete from auth.users where id = %s", [zoe.id])
    with as_service(db):
        assert call_all(db, "admin_list_accounts", search=EMAIL) == []
    again = sign_up(db, EMAIL)
    assert again != zoe.id
    with as_user(db, again):
        assert call_all(db, "list_credit_transactions") == []
        assert call_all(db, "list_credit_gifts") == []
        assert call_all(db, "list_my_credit_disputes") == []
        assert [it["account_id"] for it in call_all(db, "list_my_credit_accounts")] == [again]


def test_who_is_gone_from_auth_already_can_still_be_erased(
    db: Connection, admin: UUID, zoe: Person
) -> None:
    """Her address is known no more then: what others wrote to it stays, as the page says."""
    db.execute("delete from auth.users where id = %s", [zoe.id])
    assert erase(db, admin, zoe.id)["status"] == "closed"
    assert "disputes" not in traces(db)


def test_an_account_of_the_application_is_erased_by_its_own_address(
    db: Connection, admin: UUID
) -> None:
    account_id = call(db, "open_credit_account", external_id="zoe-7", email=EMAIL)
    add(db, account_id, 5)
    call(db, "contact_credit_sales", email=EMAIL, message="hello")
    erase(db, admin, account_id)
    assert traces(db, "zoe-7", EMAIL.lower()) == {}
    assert call(db, "open_credit_account", external_id="zoe-7") != account_id
