"""A member's monthly cap: what counts, for whom, what is refused with which numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.support import Connection
from tests.teams.caps import CAP, deduct_batch, hold, next_month, own, use
from tests.teams.people import Team, asks, members, set_member, turn_month, unmoved
from tests.wallets import Row, balance_of, call, change_plan, deduct, refused

SPENDS: dict[str, Callable[[Connection, Team, Any], Any]] = {
    "use_credits": use,
    "check_and_deduct_credits": lambda conn, team, amount: deduct(
        conn, team["account"], amount, user_id=team["member"]
    ),
    "hold_credits": hold,
    "hold and capture": lambda conn, team, amount: call(
        conn,
        "capture_credits",
        account_id=team["account"],
        hold_id=hold(conn, team, amount)["hold_id"],
    ),
}


@pytest.mark.parametrize("spend", SPENDS)
def test_a_member_is_refused_beyond_the_cap_whatever_the_call(
    db: Connection, capped: Team, spend: str
) -> None:
    SPENDS[spend](db, capped, 15)
    before = own(db, capped)
    assert before[1] + before[2] == 15
    with unmoved(db), refused(db, "PT402", "member_cap_reached") as detail:
        SPENDS[spend](db, capped, 6)
    assert datetime.fromisoformat(detail.pop("resets_at")) == next_month()
    assert detail == {"cap": CAP, "spent": 15, "required": 6}
    assert own(db, capped) == before
    SPENDS[spend](db, capped, 5)
    with refused(db, "PT402", "member_cap_reached") as detail:
        SPENDS[spend](db, capped, 1)
    assert (detail["cap"], detail["spent"], detail["required"]) == (CAP, CAP, 1)


def test_an_event_beyond_the_cap_is_refused_and_the_others_are_not(
    db: Connection, capped: Team
) -> None:
    events = [
        {"account_id": str(capped["account"]), "key": str(n), "amount": 8, "user_id": str(who)}
        for n, who in enumerate([capped["member"]] * 3 + [capped["admin"], capped["viewer"]])
    ]
    answers = deduct_batch(db, events)
    assert [row["cost"] for row in answers] == [8, 8, None, 8, None]
    refusal = answers[2]["error"]
    assert (refusal["code"], refusal["message"]) == ("PT402", "member_cap_reached")
    assert datetime.fromisoformat(refusal["details"].pop("resets_at")) == next_month()
    assert refusal["details"] == {"cap": CAP, "spent": 16, "required": 8}
    assert (answers[4]["error"]["code"], answers[4]["error"]["message"]) == (
        "PT404",
        "member_not_found",
    )
    assert own(db, capped) == (CAP, 16, 0)
    assert balance_of(db, capped["account"])["balance"] == 976


def test_enough_is_what_the_member_may_spend(db: Connection, capped: Team) -> None:
    def enough(who: str, quantity: int) -> Any:
        asked = {"service": "sms", "quantity": quantity, "account_id": capped["account"]}
        return asks(db, capped[who], "has_enough_credits", **asked)

    assert (enough("member", CAP), enough("member", CAP + 1)) == (True, False)
    use(db, capped, 5)
    hold(db, capped, 6)
    assert (enough("member", CAP - 11), enough("member", CAP - 10)) == (True, False)
    assert (enough("admin", 989), enough("admin", 990)) == (True, False)
    set_member(db, capped["account"], capped["owner"], capped["member"], monthly_cap=0)
    assert enough("member", 1) is False
    set_member(db, capped["account"], capped["owner"], capped["member"], monthly_cap=-1)
    assert (enough("member", 989), enough("member", 990)) == (True, False)


def test_what_is_held_counts_and_what_returns_does_not(db: Connection, capped: Team) -> None:
    held = hold(db, capped, 15)
    assert own(db, capped) == (CAP, 0, 15)
    with refused(db, "PT402", "member_cap_reached") as detail:
        use(db, capped, 6)
    assert (detail["spent"], detail["required"]) == (15, 6)
    call(db, "capture_credits", account_id=capped["account"], hold_id=held["hold_id"], amount=4)
    assert own(db, capped) == (CAP, 4, 0)
    released = hold(db, capped, 16)
    assert own(db, capped) == (CAP, 4, 16)
    call(db, "release_credits", account_id=capped["account"], hold_id=released["hold_id"])
    assert own(db, capped) == (CAP, 4, 0)
    assert use(db, capped, 16)["cost"] == 16


def test_a_hold_that_has_expired_counts_no_more(db: Connection, capped: Team) -> None:
    held = hold(db, capped, 15)
    query = "update credits.holds set expires_at = created_at where id = %s"
    db.execute(query, [held["hold_id"]])
    db.execute("update credits.accounts set next_expiry_at = '-infinity' where kind = 'team'")
    assert own(db, capped) == (CAP, 0, 0)
    assert use(db, capped, CAP)["cost"] == CAP


def test_a_partial_hold_ends_at_the_cap(db: Connection, capped: Team) -> None:
    use(db, capped, 5)
    assert hold(db, capped, 100, partial=True)["amount"] == 15
    with unmoved(db), refused(db, "PT402", "member_cap_reached"):
        hold(db, capped, 100, partial=True)


def test_a_capture_above_the_hold_is_refused_beyond_the_cap_and_the_hold_stands(
    db: Connection, capped: Team
) -> None:
    held = hold(db, capped, 10)
    capture = {"account_id": capped["account"], "hold_id": held["hold_id"]}
    with unmoved(db), refused(db, "PT402", "member_cap_reached") as detail:
        call(db, "capture_credits", amount=21, **capture)
    assert (detail["cap"], detail["spent"], detail["required"]) == (CAP, 10, 11)
    assert call(db, "capture_credits", amount=CAP, **capture)["cost"] == CAP
    assert own(db, capped) == (CAP, CAP, 0)


def test_a_cap_that_is_lowered_later_does_not_stop_a_capture(db: Connection, capped: Team) -> None:
    held = hold(db, capped, 15)
    set_member(db, capped["account"], capped["owner"], capped["member"], monthly_cap="0.5")
    captured = call(db, "capture_credits", account_id=capped["account"], hold_id=held["hold_id"])
    assert captured["cost"] == 15
    assert own(db, capped)[1:] == (15, 0)
    with refused(db, "PT402", "member_cap_reached") as detail:
        use(db, capped, 1)
    assert (detail["cap"], detail["spent"]) == (0.5, 15)


@pytest.mark.parametrize(("part", "spent"), [(None, 0), (5, 10)])
def test_a_refund_lowers_the_counter_of_its_month(
    db: Connection, capped: Team, part: int | None, spent: int
) -> None:
    charge = use(db, capped, 15)
    give_back(db, capped, charge, part)
    assert own(db, capped) == (CAP, spent, 0)
    assert use(db, capped, CAP - spent)["cost"] == CAP - spent
    with refused(db, "PT402", "member_cap_reached"):
        use(db, capped, 1)


def give_back(conn: Connection, team: Team, charge: Row, amount: int | None = None) -> None:
    """Refund a charge, or a part of it."""
    call(
        conn, "refund_credits", account_id=team["account"], key=f"refund-{uuid4()}",
        transaction_id=charge["transaction_id"], amount=amount,
    )  # fmt: skip


def test_a_refund_of_last_months_charge_leaves_this_months_counter(
    db: Connection, capped: Team
) -> None:
    charge = use(db, capped, 15)
    turn_month(db, capped["account"])
    use(db, capped, 12)
    give_back(db, capped, charge)
    assert own(db, capped) == (CAP, 12, 0)
    with refused(db, "PT402", "member_cap_reached") as detail:
        use(db, capped, 9)
    assert (detail["spent"], detail["required"]) == (12, 9)


def test_a_refund_of_one_members_charge_is_not_anothers(db: Connection, capped: Team) -> None:
    set_member(db, capped["account"], capped["owner"], capped["admin"], monthly_cap=CAP)
    charge = deduct(db, capped["account"], 10, user_id=capped["admin"])
    use(db, capped, 10)
    give_back(db, capped, charge)
    seen = members(db, capped["account"], capped["owner"])
    assert (seen[capped["admin"]]["spent"], seen[capped["member"]]["spent"]) == (0, 10)


def test_the_cap_is_whole_again_in_the_next_month(db: Connection, capped: Team) -> None:
    use(db, capped, CAP)
    turn_month(db, capped["account"])
    assert use(db, capped, CAP)["cost"] == CAP
    with refused(db, "PT402", "member_cap_reached") as detail:
        use(db, capped, 1)
    assert datetime.fromisoformat(detail["resets_at"]) > next_month()
    assert own(db, capped) == (CAP, CAP, 0)


def test_the_accounts_cap_and_the_members_hold_both(db: Connection, capped: Team) -> None:
    change_plan(db, capped["account"], "capped")
    set_member(db, capped["account"], capped["owner"], capped["admin"], monthly_cap=45)
    deduct(db, capped["account"], 45, user_id=capped["admin"])
    with refused(db, "PT402", "spend_cap_reached") as detail:
        use(db, capped, 6)
    assert (detail["cap"], detail["spent"]) == (50, 45)
    use(db, capped, 5)
    with refused(db, "PT402", "member_cap_reached"):
        use(db, capped, 16)
    with refused(db, "PT402", "spend_cap_reached"):
        use(db, capped, 1)


def test_what_is_free_is_free_beyond_every_cap(db: Connection, capped: Team) -> None:
    use(db, capped, 15)
    set_member(db, capped["account"], capped["owner"], capped["member"], monthly_cap=1)
    asked = {"service": "ping", "key": "free", "account_id": capped["account"]}
    assert asks(db, capped["member"], "use_credits", **asked)["cost"] == 0
    free = {"amount": None, "service": "ping"}
    assert hold(db, capped, **free)["amount"] == 0


def test_a_replay_is_answered_at_the_cap(db: Connection, capped: Team) -> None:
    asked = {"service": "sms", "key": "same", "quantity": CAP, "account_id": capped["account"]}
    first = asks(db, capped["member"], "use_credits", **asked)
    assert asks(db, capped["member"], "use_credits", **asked) == first
    assert own(db, capped) == (CAP, CAP, 0)


def test_a_refused_call_has_not_used_its_key(db: Connection, capped: Team) -> None:
    asked = {"account_id": capped["account"], "amount": 21, "key": "k", "user_id": capped["member"]}
    with refused(db, "PT402", "member_cap_reached"):
        call(db, "check_and_deduct_credits", **asked)
    set_member(db, capped["account"], capped["owner"], capped["member"], monthly_cap=21)
    assert call(db, "check_and_deduct_credits", **asked)["cost"] == 21
