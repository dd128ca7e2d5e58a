"""Who leaves, is removed, banned or deleted is a stranger at once; what they began is settled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.support import Connection, as_user
from tests.teams.people import (
    GONE,
    VIEWS,
    Team,
    accept,
    asks,
    invite,
    join,
    lists,
    members,
    remove,
    roles,
    set_member,
    turn_month,
    turned_away,
    unmoved,
)
from tests.wallets import Row, balance_of, call, call_all, deduct, history, refused

READS: dict[str, Row] = {
    "get_credit_balance": {},
    "get_credit_summary": {},
    "list_credit_transactions": {},
    "export_credit_transactions": {},
    "list_credit_orders": {},
    "list_credit_members": {},
    "list_credit_invitations": {},
    "has_enough_credits": {"service": "sms"},
    "use_credits": {"service": "sms", "key": "replayed"},
    "invite_credit_member": {"email": "new@example.com", "role": "viewer"},
    "set_credit_member_caps": {"monthly_cap": 1},
}


@pytest.fixture
def busy(db: Connection, team: Team) -> Team:
    """The team whose member and admin have each spent 4, the member with a hold of 6 open."""
    for who in ("member", "admin"):
        use = {"service": "sms", "key": "replayed", "quantity": 4, "account_id": team["account"]}
        asks(db, team[who], "use_credits", **use)
    return team


def hold(conn: Connection, team: Team, amount: int = 6) -> UUID:
    """Let the member hold credits; returns the hold's id."""
    found: UUID = call(
        conn, "hold_credits", account_id=team["account"], key=f"hold {amount}", amount=amount,
        user_id=team["member"],
    )["hold_id"]  # fmt: skip
    return found


def rows_of(conn: Connection, team: Team, who: str) -> list[int]:
    """Return how many of the team's rows somebody sees in each view."""
    with as_user(conn, team[who]):
        return [
            len(conn.execute(f"select from public.{v} where account_id = %s", [team["account"]])
                .fetchall())
            for v in VIEWS
        ]  # fmt: skip


def spent(conn: Connection, team: Team, who: str = "member") -> Any:
    return members(conn, team["account"], team["owner"])[team[who]]["spent"]


@pytest.mark.parametrize("by", ["owner", "admin", "member"])
def test_a_removed_member_is_a_stranger_at_once(db: Connection, busy: Team, by: str) -> None:
    hold(db, busy)
    assert rows_of(db, busy, "member") == [1, 1, 0, 1]
    remove(db, busy["account"], busy[by], busy["member"])
    assert rows_of(db, busy, "member") == [0, 0, 0, 0]
    (own,) = lists(db, busy["member"], "list_my_credit_accounts")
    assert own["kind"] == "personal"
    with unmoved(db):
        for function, arguments in READS.items():
            with turned_away(db, busy["member"], "PT404", "account_not_found"):
                call_all(db, function, account_id=busy["account"], **arguments)


def test_a_removed_admin_manages_nothing(db: Connection, busy: Team) -> None:
    bob = invite(db, busy["account"], busy["admin"], "bob@example.com")
    remove(db, busy["account"], busy["owner"], busy["admin"])
    with unmoved(db):
        for function, arguments in READS.items():
            with turned_away(db, busy["admin"], "PT404", "account_not_found"):
                call_all(db, function, account_id=busy["account"], **arguments)
        with turned_away(db, busy["admin"], "PT404", "invitation_not_found"):
            call(db, "revoke_credit_invitation", invitation_id=bob["id"])
        for who in ("admin", "member", "owner"):
            with turned_away(db, busy["admin"], "PT404", "account_not_found"):
                call(db, "remove_credit_member", account_id=busy["account"], user_id=busy[who])


def test_an_open_hold_of_who_left_is_captured_as_agreed(db: Connection, busy: Team) -> None:
    """The work was promised and is done; who it was for has gone meanwhile."""
    hold_id = hold(db, busy)
    remove(db, busy["account"], busy["member"], busy["member"])
    capture = {"account_id": busy["account"], "hold_id": hold_id}
    with unmoved(db), refused(db, "PT404", "member_not_found"):
        call(db, "capture_credits", amount=7, **capture)
    captured = call(db, "capture_credits", amount=5, **capture)
    assert (captured["cost"], captured["released"], captured["balance"]) == (5, 1, 987)
    assert history(db, busy["account"])[-1]["user_id"] == busy["member"]


def test_an_open_hold_of_who_left_is_released(db: Connection, busy: Team) -> None:
    hold_id = hold(db, busy)
    remove(db, busy["account"], busy["owner"], busy["member"])
    assert call(db, "release_credits", account_id=busy["account"], hold_id=hold_id)["held"] == 0
    assert balance_of(db, busy["account"])["available"] == 992


def test_nothing_new_is_held_or_charged_for_who_left(db: Connection, busy: Team) -> None:
    remove(db, busy["account"], busy["owner"], busy["member"])
    for function in ("hold_credits", "check_and_deduct_credits"):
        asked = {"amount": 1, "key": "late", "user_id": busy["member"]}
        with unmoved(db), refused(db, "PT404", "member_not_found"):
            call(db, function, account_id=busy["account"], **asked)


def test_a_demoted_member_spends_no_more(db: Connection, busy: Team) -> None:
    set_member(db, busy["account"], busy["owner"], busy["member"], role="viewer")
    asked = {"service": "sms", "key": "new", "account_id": busy["account"]}
    with unmoved(db), turned_away(db, busy["member"], "PT404", "account_not_found"):
        call(db, "use_credits", **asked)
    with refused(db, "PT404", "member_not_found"):
        deduct(db, busy["account"], 1, user_id=busy["member"])
    assert asks(db, busy["member"], "get_credit_balance", account_id=busy["account"])


def test_who_comes_back_has_no_fresh_cap(db: Connection, busy: Team) -> None:
    """Spending, refunds, and what is still held are counted again from the history."""
    charge = deduct(db, busy["account"], 5, user_id=busy["member"])
    call(
        db, "refund_credits", account_id=busy["account"], key="back", amount=2,
        transaction_id=charge["transaction_id"],
    )  # fmt: skip
    hold_id = hold(db, busy)
    remove(db, busy["account"], busy["member"], busy["member"])
    join(db, busy["account"], busy["owner"], busy["member"])
    row = set_member(db, busy["account"], busy["owner"], busy["member"], monthly_cap=20)
    assert (row["spent"], row["held"]) == (7, 6)
    with refused(db, "PT402", "member_cap_reached") as detail:
        deduct(db, busy["account"], 8, user_id=busy["member"])
    assert (detail["cap"], detail["spent"], detail["required"]) == (20, 13, 8)
    call(db, "capture_credits", account_id=busy["account"], hold_id=hold_id)
    assert deduct(db, busy["account"], 7, user_id=busy["member"])["cost"] == 7
    assert spent(db, busy) == 20


def test_what_is_captured_while_one_is_away_counts_when_one_is_back(
    db: Connection, busy: Team
) -> None:
    hold_id = hold(db, busy)
    remove(db, busy["account"], busy["member"], busy["member"])
    call(db, "capture_credits", account_id=busy["account"], hold_id=hold_id)
    join(db, busy["account"], busy["owner"], busy["member"])
    assert spent(db, busy) == 10


def test_who_comes_back_in_another_month_has_spent_nothing_in_it(
    db: Connection, busy: Team
) -> None:
    remove(db, busy["account"], busy["member"], busy["member"])
    turn_month(db, busy["account"])
    deduct(db, busy["account"], 3, user_id=busy["admin"])
    join(db, busy["account"], busy["owner"], busy["member"])
    assert spent(db, busy) == 0
    assert spent(db, busy, "admin") == 3


def test_a_charge_is_refunded_although_who_made_it_has_left(db: Connection, busy: Team) -> None:
    (charge,) = [row for row in history(db, busy["account"]) if row["user_id"] == busy["member"]]
    remove(db, busy["account"], busy["member"], busy["member"])
    asked = {"account_id": busy["account"], "transaction_id": charge["id"], "key": "back"}
    assert call(db, "refund_credits", **asked)["balance"] == 996
    join(db, busy["account"], busy["owner"], busy["member"])
    assert spent(db, busy) == 0


def test_the_history_keeps_the_names_of_who_left(db: Connection, busy: Team) -> None:
    before = history(db, busy["account"])
    remove(db, busy["account"], busy["owner"], busy["member"])
    assert history(db, busy["account"]) == before
    rows = lists(db, busy["admin"], "list_credit_transactions", account_id=busy["account"])
    assert busy["member"] in {row["user_id"] for row in rows}


def test_an_invitation_that_was_open_lets_one_back_in_once(db: Connection, busy: Team) -> None:
    remove(db, busy["account"], busy["owner"], busy["member"])
    asked = invite(db, busy["account"], busy["owner"], "member@example.com", "viewer")
    assert accept(db, busy["member"], asked)["role"] == "viewer"
    remove(db, busy["account"], busy["member"], busy["member"])
    with turned_away(db, busy["member"], "PT404", "invitation_not_found"):
        call(db, "accept_credit_invitation", invitation_id=asked["id"])
    assert busy["member"] not in roles(db, busy["account"])


@pytest.mark.parametrize("ending", GONE)
def test_who_is_banned_or_deleted_is_refused_everything(
    db: Connection, busy: Team, ending: str
) -> None:
    asked = invite(db, busy["account"], busy["owner"], "guest@example.com")
    db.execute(GONE[ending], [busy["member"]])
    assert rows_of(db, busy, "member") == [0, 0, 0, 0]
    calls: dict[str, Row] = {
        **{name: {**more, "account_id": busy["account"]} for name, more in READS.items()},
        "create_credit_team": {"name": "Next"},
        "list_my_credit_accounts": {},
        "accept_credit_invitation": {"invitation_id": asked["id"]},
        "revoke_credit_invitation": {"invitation_id": asked["id"]},
        "remove_credit_member": {"account_id": busy["account"], "user_id": busy["member"]},
        "set_credit_member": {"account_id": busy["account"], "user_id": busy["member"]},
    }
    with unmoved(db):
        for function, arguments in calls.items():
            with turned_away(db, busy["member"], "42501", "user_unknown"):
                call_all(db, function, **arguments)


@pytest.mark.parametrize("ending", GONE)
def test_the_team_still_lists_and_removes_who_is_gone(
    db: Connection, busy: Team, ending: str
) -> None:
    db.execute(GONE[ending], [busy["member"]])
    assert spent(db, busy) == 4
    remove(db, busy["account"], busy["admin"], busy["member"])
    assert busy["member"] not in members(db, busy["account"], busy["owner"])


@pytest.mark.parametrize("ending", ["marked as deleted", "banned"])
def test_a_banned_or_deleted_guest_does_not_come_in(
    db: Connection, busy: Team, ending: str
) -> None:
    asked = invite(db, busy["account"], busy["owner"], "stranger@example.com")
    db.execute(GONE[ending], [busy["stranger"]])
    with unmoved(db), turned_away(db, busy["stranger"], "42501", "user_unknown"):
        call(db, "accept_credit_invitation", invitation_id=asked["id"])


def test_a_deleted_address_is_free_for_who_owns_it_next(db: Connection, busy: Team) -> None:
    """An address belongs to the user who has it now: an earlier, deleted one is not asked."""
    db.execute(GONE["marked as deleted"], [busy["member"]])
    asked = invite(db, busy["account"], busy["owner"], "member@example.com")
    found = db.execute(
        "insert into auth.users (email, email_confirmed_at)"
        " values ('member@example.com', now()) returning id"
    ).fetchone()
    assert found is not None
    assert accept(db, found[0], asked)["role"] == "member"
    assert spent(db, {**busy, "next": found[0]}, "next") == 0
