"""Administrators find any account, and see on one page all there is to know of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.administrators.acting import act, administrator, as_actor, does, lists
from tests.support import Connection, as_user
from tests.teams.people import create, join, person
from tests.wallets import (
    Row,
    add,
    call,
    call_all,
    deduct,
    funded_account,
    history,
    refused,
    use_catalog,
)


@pytest.fixture
def accounts(db: Connection) -> dict[str, UUID]:
    """Four accounts in the order of their names here; the administrator's own is one of them."""
    root, ada = administrator(db, "root"), person(db, "ada.lovelace")
    team = create(db, ada, "Lab 100%_Pure")
    shop = call(db, "open_credit_account", external_id="Tenant-7", email="It@Shop.io")
    return {"root": root, "ada": ada, "team": team, "shop": shop}


@pytest.fixture
def admin(accounts: dict[str, UUID]) -> UUID:
    return accounts["root"]


@pytest.fixture
def ada(accounts: dict[str, UUID]) -> UUID:
    return accounts["ada"]


@pytest.fixture
def team(accounts: dict[str, UUID]) -> UUID:
    """The team that ada has founded."""
    return accounts["team"]


@pytest.fixture
def shop(accounts: dict[str, UUID]) -> UUID:
    """An account of the application, which has no user."""
    return accounts["shop"]


def found(conn: Connection, admin_id: UUID, **asked: Any) -> list[UUID]:
    """Return the ids of a page of accounts."""
    return [row["account_id"] for row in lists(conn, admin_id, "admin_list_accounts", **asked)]


def test_an_account_is_shown_as_it_stands(db: Connection, admin: UUID, ada: UUID) -> None:
    use_catalog(db)
    add(db, ada, 100, source="purchase")
    deduct(db, ada, 30)
    call(db, "hold_credits", account_id=ada, key="h", amount=Decimal("0.5"))
    (row,) = lists(db, admin, "admin_list_accounts", search=str(ada))
    assert row.pop("created_at") <= history(db, ada)[-1]["created_at"]
    assert row.pop("last_transaction_at") >= history(db, ada)[-1]["created_at"]
    assert row == {
        "account_id": ada, "kind": "personal", "owner_id": ada,
        "email": "ada.lovelace@example.com", "external_id": None, "name": None, "plan": None,
        "status": "active", "balance": 70, "held": Decimal("0.5"), "available": Decimal("69.5"),
        "debt": 0, "total_purchased": 100, "total_spent": 30,
    }  # fmt: skip


def test_all_are_listed_the_newest_first(
    db: Connection, admin: UUID, ada: UUID, team: UUID, shop: UUID
) -> None:
    assert found(db, admin) == [shop, team, ada, admin]
    (last, *_, first) = lists(db, admin, "admin_list_accounts")
    assert (last["kind"], last["owner_id"], last["external_id"], last["email"]) == (
        "external", None, "Tenant-7", "It@Shop.io",
    )  # fmt: skip
    assert (first["last_transaction_at"], first["balance"]) == (None, 0)


def test_pages_follow_each_other(
    db: Connection, admin: UUID, ada: UUID, team: UUID, shop: UUID
) -> None:
    assert found(db, admin, page_size=3) == [shop, team, ada]
    assert found(db, admin, page_size=3, before=ada) == [admin]
    assert found(db, admin, before=admin) == []
    assert found(db, admin, before=uuid4()) == []


def test_accounts_of_one_moment_are_each_on_one_page(
    db: Connection, admin: UUID, accounts: dict[str, UUID]
) -> None:
    db.execute("update credits.accounts set created_at = '2026-01-01Z'")
    seen: list[UUID] = []
    while page := found(db, admin, page_size=1, before=seen[-1] if seen else None):
        seen += page
    assert (len(seen), set(seen)) == (4, set(accounts.values()))


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("lovelace", ["team", "ada"]),
        ("LOVELACE@exa", ["team", "ada"]),
        ("  lovelace ", ["team", "ada"]),
        ("lab 100%", ["team"]),
        ("%", ["team"]),
        ("_", ["team"]),
        ("ant-7", ["shop"]),
        ("it@shop", ["shop"]),
        ("staff", ["root"]),
        ("nobody", []),
        ("", ["shop", "team", "ada", "root"]),
        ("  ", ["shop", "team", "ada", "root"]),
        (None, ["shop", "team", "ada", "root"]),
        ("'; drop table credits.accounts; --", []),
    ],
)
def test_a_search_finds_a_part_of_address_name_or_external_id(
    db: Connection, admin: UUID, accounts: dict[str, UUID], search: str, names: list[str]
) -> None:
    assert found(db, admin, search=search) == [accounts[name] for name in names]


def test_a_search_finds_the_start_of_an_id(db: Connection, admin: UUID, ada: UUID) -> None:
    for text in (str(ada), str(ada).upper(), str(ada)[:13]):
        assert found(db, admin, search=text) == [ada]
    assert found(db, admin, search=str(ada)[1:]) == []


def test_accounts_of_a_status_are_listed(
    db: Connection, admin: UUID, ada: UUID, team: UUID, shop: UUID
) -> None:
    does(db, admin, "admin_pause_account", account_id=ada, reason="a look")
    assert found(db, admin, status="paused") == [ada]
    assert found(db, admin, status="active") == [shop, team, admin]
    assert found(db, admin, status="closed") == []
    assert found(db, admin, status="active", search="lovelace") == [team]


@pytest.mark.parametrize("size", [None, 0, -1, 201])
@pytest.mark.parametrize("function", ["admin_list_accounts", "admin_list_promotions"])
def test_a_page_has_a_size(db: Connection, admin: UUID, function: str, size: int | None) -> None:
    with refused(db, "22023", "invalid_page_size"):
        lists(db, admin, function, page_size=size)


def test_one_page_tells_all_of_an_account(
    db: Connection, admin: UUID, ada: UUID, team: UUID
) -> None:
    add(db, team, 100)
    join(db, team, ada, person(db, "bob"), "viewer")
    act(db, admin, "add_credits", team, amount=5)
    does(db, admin, "admin_pause_account", account_id=team, reason="a look")
    page = does(db, admin, "admin_get_account", account_id=team)
    assert page["account"]["email"] == "ada.lovelace@example.com"
    assert (page["account"]["name"], page["account"]["balance"]) == ("Lab 100%_Pure", 105)
    assert (page["status"]["status"], page["status"]["reason"]) == ("paused", "a look")
    assert page["status"]["changed_by"] == as_actor(admin)
    assert [(it["email"], it["role"]) for it in page["members"]] == [
        ("ada.lovelace@example.com", "owner"), ("bob@example.com", "viewer"),
    ]  # fmt: skip
    assert [it["act"] for it in page["audit"]] == ["pause_account", "add_credits"]


def test_what_is_none_is_an_empty_list(db: Connection, admin: UUID, ada: UUID) -> None:
    page = does(db, admin, "admin_get_account", account_id=ada)
    keys = ("members", "orders", "disputes", "audit", "grants", "holds", "transactions")
    assert {key: page[key] for key in keys} == {key: [] for key in keys}
    assert page["subscription"] is None


def test_it_tells_what_explain_credits_tells(db: Connection, admin: UUID, ada: UUID) -> None:
    add(db, ada, 100)
    deduct(db, ada, 30)
    explained = call(db, "explain_credits", account_id=ada)
    page = does(db, admin, "admin_get_account", account_id=ada)
    assert explained.pop("account").keys() - page["account"].keys() == set()
    assert explained == {key: page[key] for key in explained}


def test_of_what_is_many_it_tells_the_latest_ten(db: Connection, admin: UUID, ada: UUID) -> None:
    use_catalog(db)
    for amount in range(1, 13):
        act(db, admin, "add_credits", ada, amount=amount)
    for number in range(12):
        charge = deduct(db, ada, 1, service="sms")
        with as_user(db, ada):
            call(
                db, "submit_credit_dispute", transaction_id=charge["transaction_id"],
                reason="other", description=f"number {number}",
            )  # fmt: skip
    page = does(db, admin, "admin_get_account", account_id=ada)
    assert [entry["after"]["amount"] for entry in page["audit"]] == list(range(12, 2, -1))
    assert [it["description"] for it in page["disputes"]] == [
        f"number {number}" for number in range(11, 1, -1)
    ]


@pytest.mark.parametrize("function", ["admin_get_account", "admin_list_transactions"])
def test_an_account_that_nobody_has_is_not_found(
    db: Connection, admin: UUID, function: str
) -> None:
    with refused(db, "PT404", "account_not_found"):
        lists(db, admin, function, account_id=uuid4())


def test_the_history_of_any_account_is_listed_as_its_owner_sees_it(
    db: Connection, admin: UUID, ada: UUID
) -> None:
    add(db, ada, 100)
    charges = [deduct(db, ada, number)["transaction_id"] for number in range(1, 6)]
    with as_user(db, ada):
        own = call_all(db, "list_credit_transactions")
    assert lists(db, admin, "admin_list_transactions", account_id=ada) == own
    asked: Row = {"account_id": ada, "type": "usage", "page_size": 2}
    first = lists(db, admin, "admin_list_transactions", **asked)
    assert [it["id"] for it in first] == charges[:2:-1]
    second = lists(db, admin, "admin_list_transactions", before=first[-1]["id"], **asked)
    assert [it["id"] for it in second] == charges[2:0:-1]
    assert lists(db, admin, "admin_list_transactions", account_id=funded_account(db)) == []
