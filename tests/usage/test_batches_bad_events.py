"""A bad event of a batch gets its error; those around it happen as if it were not there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.holds.holding import WITH_MODELS
from tests.support import Connection, sign_up
from tests.teams.people import person, remove
from tests.usage.batches import Event, event, outcome, send
from tests.usage.charges import capped_team, hold, member_spent, pass_expiry, types
from tests.wallets import (
    add,
    balance_of,
    change_plan,
    deduct,
    funded_account,
    history,
    refused,
    use_catalog,
    with_plan,
)

LONG = "x" * 201
NO_TEXTS: list[Any] = [5, True, {}, ["x"]]
# What is wrong with an event, and the token of its error; None stands for the event's account.
BAD: list[tuple[Any, str]] = [
    (None, "invalid_event"),
    (7, "invalid_event"),
    ("text", "invalid_event"),
    (True, "invalid_event"),
    ([], "invalid_event"),
    ([{}], "invalid_event"),
    ({"amount": 1, "key": "k", "account_id": "nobody"}, "invalid_event"),
    ({"amount": 1, "key": "k", "account_id": 7}, "invalid_event"),
    ({"amount": 1, "key": "k", "account_id": {}}, "invalid_event"),
    ({"amount": 1, "key": "k", "account_id": str(uuid4())}, "account_not_found"),
]
# The same of an event whose account is there: what differs from a good one.
BAD_PARTS: list[tuple[Event, str]] = [
    ({"quanity": 1}, "invalid_event"),
    ({"cost": 1, "price": 0}, "invalid_event"),
    *(
        ({name: value}, "invalid_event")
        for name in ("key", "service", "reference", "description", "user_id")
        for value in NO_TEXTS
    ),
    ({"amount": None}, "amount_or_service_required"),
    ({"key": None}, "invalid_key"),
    ({"key": ""}, "invalid_key"),
    ({"key": LONG}, "invalid_key"),
    *(({"amount": n}, "invalid_amount") for n in (0, -1, 1e-10, 1e16, "NaN", "Infinity", "1e400")),
    ({"amount": "many"}, "invalid_event"),
    ({"amount": ""}, "invalid_event"),
    ({"amount": True}, "invalid_event"),
    ({"amount": []}, "invalid_event"),
    ({"amount": {}}, "invalid_event"),
    ({"amount": 10**7}, "insufficient_credits"),
    ({"service": LONG}, "service_too_long"),
    ({"reference": LONG}, "reference_too_long"),
    ({"description": 5 * LONG}, "description_too_long"),
    ({"metadata": [1]}, "invalid_metadata"),
    ({"metadata": {"a": 9000 * "x"}}, "invalid_metadata"),
    ({"quantity": -1}, "invalid_quantity"),
    ({"quantity": "two"}, "invalid_event"),
    ({"usage": []}, "invalid_usage"),
    ({"user_id": "nobody"}, "invalid_event"),
    ({"amount": None, "service": "nothing"}, "unknown_service"),
    ({"amount": None, "service": "sms", "quantity": 0}, "invalid_quantity"),
    ({"amount": None, "service": "sms", "usage": {"minutes": 1}}, "invalid_usage"),
    ({"amount": None, "service": "gpt-4"}, "invalid_usage"),
    ({"amount": None, "service": "gpt-4", "usage": {"input_tokens": -1}}, "invalid_usage"),
]


def changed(good: Event, part: Event) -> Event:
    """Return an event in which a part differs; what is None there is left out."""
    return {name: value for name, value in {**good, **part}.items() if value is not None}


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account with 1005 credits."""
    use_catalog(db)
    return funded_account(db, 1000)


def check_between(conn: Connection, account_id: UUID, bad: Any, token: str) -> None:
    """Send a bad event between good ones, twice; it fails alone, and consumes no key."""
    length = len(history(conn, account_id))
    sent = [event(account_id, "one", 1), bad, event(account_id, "two", 2)]
    for _ in range(2):
        results = send(conn, sent)
        assert [outcome(result) for result in results] == [1, token, 2], results[1]["error"]
        assert isinstance(results[1]["error"]["details"], dict | None)
        code = results[1]["error"]["code"]
        assert code == {"account_not_found": "PT404", "insufficient_credits": "PT402"}.get(
            token, "22023"
        )
        assert len(history(conn, account_id)) == length + 2
    assert balance_of(conn, account_id)["balance"] == 1002


@pytest.mark.parametrize(("bad", "token"), BAD)
def test_what_is_no_event_fails_alone(
    db: Connection, account_id: UUID, bad: Any, token: str
) -> None:
    check_between(db, account_id, bad, token)


@pytest.mark.parametrize(("part", "token"), BAD_PARTS, ids=lambda it: repr(it)[:60])
def test_an_event_with_a_bad_part_fails_alone(
    db: Connection, account_id: UUID, part: Event, token: str
) -> None:
    check_between(db, account_id, changed(event(account_id, "bad", 1), part), token)


@pytest.mark.parametrize("spelled", ["{%s}", " %s", "urn:uuid:%s"])
def test_an_account_is_named_in_the_usual_spelling_only(
    db: Connection, account_id: UUID, spelled: str
) -> None:
    bad = event(account_id, "bad", 1, spelled=lambda text: spelled % text)
    check_between(db, account_id, bad, "invalid_event")


def test_an_event_without_an_account_says_so(db: Connection, account_id: UUID) -> None:
    (missing, named) = send(db, [event(None, "a", 1), event(account_id, "b", 1)])
    assert outcome(missing) == "account_id_required"
    assert (missing["account_id"], missing["key"]) == (None, "a")
    assert outcome(named) == 1


def test_what_cannot_be_read_is_null_in_the_result(db: Connection) -> None:
    results = send(db, [None, event(None, "a", 1) | {"account_id": "nobody"}])
    assert [(row["account_id"], row["key"]) for row in results] == [(None, None), (None, "a")]


def test_a_batch_of_bad_events_only_is_answered(db: Connection, account_id: UUID) -> None:
    length = len(history(db, account_id))
    bad = [it for it, _ in BAD] + [changed(event(account_id, "k", 1), it) for it, _ in BAD_PARTS]
    assert [outcome(row) for row in send(db, bad)] == [token for _, token in [*BAD, *BAD_PARTS]]
    assert len(history(db, account_id)) == length


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_stopped_account_does_not_stop_the_others(
    db: Connection, account_id: UUID, status: str
) -> None:
    other = funded_account(db, 10)
    db.execute("update credits.accounts set status = %s where id = %s", [status, account_id])
    results = send(db, [event(account_id, "a", 1), event(other, "b", 1)])
    assert [outcome(row) for row in results] == [f"account_{status}", 1]
    assert results[0]["error"]["code"] == "PT403"


def test_a_refusal_says_what_is_missing(db: Connection, account_id: UUID) -> None:
    (row,) = send(db, [event(account_id, "a", 1006)])
    assert (row["error"]["code"], row["error"]["message"]) == ("PT402", "insufficient_credits")
    assert row["error"]["details"] == {
        "required": 1006, "available": 1005, "balance": 1005, "held": 0,
    }  # fmt: skip


def test_the_cap_is_reached_in_the_middle_of_a_batch(db: Connection, account_id: UUID) -> None:
    change_plan(db, account_id, "capped")
    hold(db, account_id, 10)
    sent = [event(account_id, f"k{n}", amount) for n, amount in enumerate([30, 11, 10, 1])]
    results = send(db, sent)
    assert [outcome(row) for row in results] == [30, "spend_cap_reached", 10, "spend_cap_reached"]
    assert {row["error"]["code"] for row in results if row["error"]} == {"PT402"}
    details = results[1]["error"]["details"]
    assert datetime.fromisoformat(details.pop("resets_at")) > datetime.now(UTC)
    assert details == {"cap": 50, "spent": 40, "required": 11}
    assert results[3]["error"]["details"]["spent"] == 50


def test_a_refused_model_names_no_other_that_could_have_done_it(db: Connection) -> None:
    use_catalog(db, WITH_MODELS)
    account_id = funded_account(db, 5)
    use: Event = {"usage": {"input_tokens": 1000, "output_tokens": 1000}}
    (row,) = send(db, [event(account_id, "a", service="large", **use)])
    assert outcome(row) == "insufficient_credits"
    details = row["error"]["details"]
    assert (details["required"], details["available"]) == (200, 10)
    assert details.get("alternative") is None, "it is done: no other model can do it now"


def test_a_batch_does_not_count_against_the_limit_per_minute(db: Connection) -> None:
    use_catalog(db, with_plan("free", requests_per_minute=1))
    account_id = funded_account(db, 100)
    for number in range(3):
        results = send(db, [event(account_id, f"{number}:{n}", 1) for n in range(3)])
        assert [outcome(row) for row in results] == [1, 1, 1]
    deduct(db, account_id, 1)
    with refused(db, "PT429", "rate_limited"):
        deduct(db, account_id, 1)
    assert [outcome(row) for row in send(db, [event(account_id, "last", 1)])] == [1]


def test_expired_credits_are_gone_before_the_first_event(db: Connection, account_id: UUID) -> None:
    grant_id = add(db, account_id, 500, priority=0, expires_at="2100-01-01")["grant_id"]
    pass_expiry(db, account_id, grant_id)
    results = send(db, [event(account_id, "a", 1006), event(account_id, "b", 1005)])
    assert [outcome(row) for row in results] == ["insufficient_credits", 1005]
    assert types(db, account_id)[-2:] == ["expiry", "usage"]


def test_each_member_of_a_team_has_a_cap_of_their_own(db: Connection) -> None:
    team_id, (ada, bob) = capped_team(db)
    stranger = person(db, "stranger")
    by = [(ada, 30), (bob, 40), (ada, 11), (ada, 10), (stranger, 1), (bob, 1), (None, 5)]
    sent = [
        event(team_id, f"k{n}", amount, user_id=user_id and str(user_id))
        for n, (user_id, amount) in enumerate(by)
    ]
    results = send(db, sent)
    assert [outcome(row) for row in results] == [
        30, 40, "member_cap_reached", 10, "member_not_found", "member_cap_reached", 5,
    ]  # fmt: skip
    codes = [row["error"] and row["error"]["code"] for row in results]
    assert codes == [None, None, "PT402", None, "PT404", "PT402", None]
    details = results[2]["error"]["details"]
    assert {name: details[name] for name in ("cap", "spent", "required")} == {
        "cap": 40, "spent": 30, "required": 11,
    }  # fmt: skip
    assert [member_spent(db, team_id, user_id) for user_id in (ada, bob)] == [40, 40]
    assert balance_of(db, team_id)["balance"] == 1000 - 85


def test_who_left_the_team_cannot_spend_in_a_batch(db: Connection) -> None:
    team_id, (ada, bob) = capped_team(db)
    remove(db, team_id, ada, ada)
    sent = [event(team_id, name, 1, user_id=str(id_)) for name, id_ in (("a", ada), ("b", bob))]
    assert [outcome(row) for row in send(db, sent)] == ["member_not_found", 1]


def test_of_a_personal_account_any_user_may_be_named(db: Connection, account_id: UUID) -> None:
    user_id = sign_up(db)
    (row,) = send(db, [event(account_id, "a", 1, user_id=str(user_id))])
    assert outcome(row) == 1
    assert history(db, account_id)[-1]["user_id"] == user_id
