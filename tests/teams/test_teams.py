"""Creating and listing teams: whose they are, what they are called, and that they get no gifts."""

from __future__ import annotations

import json
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.support import Connection, apply_catalog, as_anon, as_service
from tests.teams.people import (
    TEAMS,
    Team,
    asks,
    create,
    join,
    lists,
    members,
    person,
    remove,
    turned_away,
    unmoved,
)
from tests.wallets import (
    add,
    balance_of,
    call,
    change_plan,
    funded_account,
    history,
    refused,
    use_catalog,
)

FREE_JOBS = {
    "grant_initial_credits": {},
    "reset_monthly_credits": {"at": "2027-03-01"},
    "run_credit_maintenance": {"at": "2027-03-01"},
}


@pytest.fixture
def ada(db: Connection) -> UUID:
    use_catalog(db)
    return person(db, "ada")


def test_a_new_team_is_empty_and_its_creator_owns_it(db: Connection, ada: UUID) -> None:
    team = asks(db, ada, "create_credit_team", name="Research Lab")
    account_id, created_at = team.pop("account_id"), team.pop("created_at")
    assert team == {
        "kind": "team",
        "name": "Research Lab",
        "role": "owner",
        "plan": None,
        "status": "active",
        "balance": 0,
        "held": 0,
        "available": 0,
        "debt": 0,
    }
    query = "select kind, owner_id, name, created_at from credits.accounts where id = %s"
    assert db.execute(query, [account_id]).fetchall() == [("team", ada, "Research Lab", created_at)]
    assert history(db, account_id) == []
    (owner,) = members(db, account_id, ada).values()
    assert (owner["user_id"], owner["email"], owner["role"]) == (ada, "ada@example.com", "owner")
    assert (owner["monthly_cap"], owner["spent"], owner["held"]) == (None, 0, 0)


@pytest.mark.parametrize("name", ["x", "x" * 100, "Łódź 🦜", "'; drop table credits.accounts; --"])
def test_a_name_is_kept_as_it_is_written(db: Connection, ada: UUID, name: str) -> None:
    assert asks(db, ada, "create_credit_team", name=name)["name"] == name
    assert lists(db, ada, "list_my_credit_accounts")[1]["name"] == name


@pytest.mark.parametrize(
    "name", [None, "", "   ", "x" * 101, "x" * 200_000, "two\nlines", "a\u0007b"]
)
def test_a_name_has_1_to_100_characters(db: Connection, ada: UUID, name: str | None) -> None:
    with unmoved(db), turned_away(db, ada, "22023", "invalid_name", {"limit": 100}):
        call(db, "create_credit_team", name=name)


def test_the_accounts_are_listed_with_the_personal_one_first(db: Connection, team: Team) -> None:
    other = create(db, team["member"], "Other")
    foreign = create(db, team["stranger"], "Foreign")
    first, *rest = lists(db, team["member"], "list_my_credit_accounts")
    assert (first["account_id"], first["kind"], first["role"]) == (
        team["member"],
        "personal",
        "owner",
    )
    assert (first["balance"], first["plan"]) == (5, "free")
    assert {(row["account_id"], row["kind"], row["name"], row["role"]) for row in rest} == {
        (team["account"], "team", "Lab", "member"),
        (other, "team", "Other", "owner"),
    }
    found = {row["account_id"]: row["available"] for row in rest}
    assert (found[team["account"]], found[other]) == (1000, 0)
    assert foreign not in found


def test_who_has_no_account_yet_has_an_empty_one(db: Connection) -> None:
    db.execute("alter table auth.users disable trigger credits_on_auth_user_change")
    ada = person(db, "ada")
    db.execute("alter table auth.users enable trigger credits_on_auth_user_change")
    (row,) = lists(db, ada, "list_my_credit_accounts")
    assert (row["account_id"], row["kind"], row["balance"]) == (ada, "personal", 0)
    assert create(db, ada) != ada
    assert len(lists(db, ada, "list_my_credit_accounts")) == 2


def test_fifty_teams_have_one_owner_and_no_more(db: Connection, ada: UUID) -> None:
    """Teams of others, in which one is no owner, do not count."""
    bob = person(db, "bob")
    join(db, create(db, bob), bob, ada, "admin")
    teams = [create(db, ada, f"Team {number}") for number in range(TEAMS)]
    assert len(set(teams)) == TEAMS
    with unmoved(db), turned_away(db, ada, "PT409", "too_many_teams", {"limit": TEAMS}):
        call(db, "create_credit_team", name="One too many")
    join(db, teams[7], ada, bob, "owner")
    remove(db, teams[7], ada, ada)
    assert create(db, ada, "Again")


def test_nobody_and_the_back_end_create_no_team(db: Connection) -> None:
    for nobody in (as_anon, as_service):
        denied = pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied")
        with denied, nobody(db):
            call(db, "create_credit_team", name="Lab")
    with refused(db, "42501", "not_signed_in"):
        call(db, "create_credit_team", name="Lab")


@pytest.mark.parametrize("catalog", ["docs-chat", "smart-insights", "voice-agent"])
def test_teams_get_no_free_credits_however_many_one_makes(db: Connection, catalog: str) -> None:
    """The free plan and welcome credits are for a person, once; a team is not a person."""
    apply_catalog(db, catalog)
    ada = person(db, "ada")
    had = balance_of(db, ada)["balance"]
    teams = [create(db, ada, f"Farm {number}") for number in range(5)]
    join(db, teams[0], ada, person(db, "bob"), "owner")
    for function, arguments in FREE_JOBS.items():
        call(db, function, **arguments)
    apply_catalog(db, catalog)
    call(db, "grant_initial_credits")
    for team_id in teams:
        assert (balance_of(db, team_id)["balance"], history(db, team_id)) == (0, [])
        assert balance_of(db, team_id)["plan"] is None
    query = "select coalesce(sum(amount), 0) from credits.transactions where type = 'welcome'"
    assert db.execute(query).fetchone() in {(0,), (2 * had,)}


def test_a_code_gives_one_person_credits_once_whatever_teams_there_are(
    db: Connection, ada: UUID
) -> None:
    promotion = {"code": "GIFT10", "name": "Gift", "discount_type": "credits", "discount_value": 10}
    db.execute("select credits.create_promotion(%s)", [json.dumps(promotion)])
    bob = person(db, "bob")
    teams = [create(db, ada, f"Farm {number}") for number in range(4)]
    join(db, teams[3], ada, bob, "admin")
    answers = [
        asks(db, who, "redeem_credit_code", code="GIFT10", account_id=account_id)
        for who, account_id in [(ada, teams[0]), (ada, teams[1]), (ada, ada), (bob, teams[3])]
    ]
    assert [answer["ok"] for answer in answers] == [True, False, False, True]
    assert answers[1]["message"] == "promotion_code_invalid"
    assert [balance_of(db, team_id)["balance"] for team_id in teams] == [10, 0, 0, 10]
    assert balance_of(db, ada)["balance"] == 5


def test_a_team_has_what_it_is_given_and_no_more(db: Connection, ada: UUID) -> None:
    team_id = create(db, ada)
    add(db, team_id, "12.5", "purchase")
    balance = asks(db, ada, "get_credit_balance", account_id=team_id)
    assert (balance["account_id"], balance["user_id"], balance["plan"]) == (team_id, ada, None)
    assert (balance["available"], balance["total_purchased"]) == (Decimal("12.5"), Decimal("12.5"))
    assert balance_of(db, ada)["balance"] == 5


def test_the_back_end_puts_a_team_on_a_plan(db: Connection, ada: UUID) -> None:
    team_id = create(db, ada)
    assert change_plan(db, team_id, "plus")["new_plan"] == "plus"
    assert balance_of(db, team_id)["balance"] == 1000
    (_, row) = lists(db, ada, "list_my_credit_accounts")
    assert (row["plan"], row["available"]) == ("plus", 1000)


def test_two_teams_may_have_one_name(db: Connection, ada: UUID) -> None:
    assert create(db, ada, "Lab") != create(db, ada, "Lab")


@pytest.mark.parametrize("kind", ["personal", "external"])
def test_only_a_team_has_invitations(db: Connection, ada: UUID, kind: str) -> None:
    if kind == "personal":
        account_id = ada
    else:
        account_id = call(db, "open_credit_account", external_id="shop 7")
        query = "insert into credits.members (account_id, user_id, role) values (%s, %s, 'owner')"
        db.execute(query, [account_id, ada])
    wish = {"account_id": account_id, "email": "bob@example.com", "role": "member"}
    with unmoved(db), turned_away(db, ada, "PT409", "not_a_team"):
        call(db, "invite_credit_member", **wish)


def test_a_key_of_one_member_is_not_the_key_of_another(db: Connection, team: Team) -> None:
    use = {"service": "sms", "key": "k", "account_id": team["account"]}
    first = asks(db, team["member"], "use_credits", **use)
    other = asks(db, team["admin"], "use_credits", quantity=2, **use)
    assert (first["cost"], other["cost"], other["balance"]) == (1, 2, 997)
    assert asks(db, team["member"], "use_credits", **use) == first
    assert balance_of(db, team["account"])["balance"] == 997


def test_a_foreign_wallet_and_the_teams_are_apart(db: Connection, team: Team) -> None:
    other = funded_account(db, 10)
    asks(db, team["member"], "use_credits", service="sms", key="k", account_id=team["account"])
    assert balance_of(db, other)["balance"] == 15
    assert balance_of(db, team["member"])["balance"] == 5
    with turned_away(db, team["member"], "PT404", "account_not_found"):
        call(db, "use_credits", service="sms", key="k2", account_id=uuid4())
