"""``deduct_credits_batch``: many charges in one call, each with a result of its own."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.support import Connection, as_anon, as_service, as_user, find_violations, sign_up
from tests.usage.batches import event, outcomes, send
from tests.usage.charges import hold, types, unchanged
from tests.wallets import (
    Row,
    add,
    balance_of,
    call_all,
    deduct,
    funded_account,
    history,
    refused,
    remaining,
    use_catalog,
)


def test_each_event_has_a_result_in_the_order_of_the_events(db: Connection) -> None:
    one, other = funded_account(db, 10), funded_account(db, 20)
    sent = [event(other, "c", 3), event(one, "a", 1), event(other, "d", 4), event(one, "b", 2.5)]
    with as_service(db):
        results = send(db, sent)
    assert results == [
        {"account_id": account_id, "key": key, "transaction_id": id_, "cost": cost, "error": None}
        for account_id, key, id_, cost in (
            (other, "c", 2, 3), (one, "a", 2, 1), (other, "d", 3, 4), (one, "b", 3, 2.5),
        )
    ]  # fmt: skip
    assert balance_of(db, one)["balance"] == Decimal("6.5")
    assert balance_of(db, other)["balance"] == 13


def test_an_event_keeps_what_was_said_about_it(db: Connection) -> None:
    account_id, actor = funded_account(db, 10), sign_up(db)
    said: Row = {
        "service": "video",
        "quantity": 2,
        "usage": {"minutes": 2},
        "reference": "job-7",
        "description": "A film",
        "metadata": {"a": [1]},
    }
    send(db, [event(account_id, "a", 4, user_id=str(actor), **said)])
    row = history(db, account_id)[-1]
    assert {name: row[name] for name in said} == said
    assert (row["type"], row["amount"], row["scope"], row["key"]) == ("usage", -4, "service", "a")
    assert (row["user_id"], row["price_version"]) == (actor, None)


def test_an_event_without_an_amount_is_priced_by_the_catalog(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 1000)
    assert outcomes(
        db,
        event(account_id, "a", service="sms"),
        event(account_id, "b", service="sms", quantity=3),
        event(account_id, "c", service="third", quantity=1),
        event(account_id, "d", service="query", usage={"tools": ["docs", "web"]}),
        event(account_id, "e", service="gpt-4", usage={"input_tokens": 500, "output_tokens": 500}),
        event(account_id, "f", service="ping"),
    ) == [1, 3, Decimal("0.333333333"), 13, 60, 0]
    rows = history(db, account_id)[-6:]
    assert all(row["price_version"] is not None for row in rows)
    assert [row["quantity"] for row in rows[:2]] == [1, 3]
    assert rows[3]["usage"] == {"tools": ["docs", "web"]}


def test_an_amount_wins_over_the_catalogs_price(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 10)
    assert outcomes(db, event(account_id, "a", 2, service="sms", quantity=7)) == [2]


def test_all_nine_places_count(db: Connection) -> None:
    account_id = funded_account(db, "0.000000003")
    sent = [event(account_id, f"k{n}", 0.000000001) for n in range(4)]
    assert outcomes(db, *sent) == [Decimal("0.000000001")] * 3 + ["insufficient_credits"]
    assert balance_of(db, account_id)["balance"] == 0


def test_the_events_of_an_account_happen_in_their_order(db: Connection) -> None:
    account_id = funded_account(db, 10)
    sent = [event(account_id, f"k{n}", amount) for n, amount in enumerate([4, 7, 3, 4, 3, 1])]
    assert outcomes(db, *sent) == [
        4, "insufficient_credits", 3, "insufficient_credits", 3, "insufficient_credits",
    ]  # fmt: skip
    assert [row["balance_after"] for row in history(db, account_id)] == [10, 6, 3, 0]


def test_one_batch_burns_over_many_grants_as_single_calls_do(db: Connection) -> None:
    amounts = ["1", "4.5", "0.5", "6", "0.25", "7"]
    accounts = []
    for _ in range(2):
        account_id = funded_account(db, 3, source="purchase")
        for number in range(6):
            add(db, account_id, 3, priority=10 * number, expires_at="2100-01-01")
        accounts.append(account_id)
    one, other = accounts
    for number, amount in enumerate(amounts):
        deduct(db, one, amount, key=f"k{number}")
    send(db, [event(other, f"k{n}", float(amount)) for n, amount in enumerate(amounts)])
    kept = ("id", "type", "amount", "balance_after", "grants", "scope", "key", "request")
    rows = [[{k: row[k] for k in kept} for row in history(db, id_)[7:]] for id_ in accounts]
    assert rows[0] == rows[1]
    assert remaining(db, one) == remaining(db, other)


def test_what_is_held_is_not_spent(db: Connection) -> None:
    account_id = funded_account(db, 10)
    hold(db, account_id, 6)
    results = send(db, [event(account_id, f"k{n}", 2) for n in range(3)])
    assert [result["error"] and result["error"]["details"] for result in results] == [
        None, None, {"required": 2, "available": 0, "balance": 6, "held": 6},
    ]  # fmt: skip


def test_a_thousand_events_of_fifty_accounts_are_one_call(db: Connection) -> None:
    accounts = [funded_account(db, 15) for _ in range(50)]
    sent = [event(accounts[n * 7 % 50], f"k{n}", 1) for n in range(1000)]
    results = send(db, sent)
    assert [(str(r["account_id"]), r["key"]) for r in results] == [
        (it["account_id"], it["key"]) for it in sent
    ]
    assert sum(result["error"] is None for result in results) == 50 * 15
    assert {balance_of(db, account_id)["balance"] for account_id in accounts} == {0}


def test_an_accounts_row_is_written_once_however_many_its_events(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        accounts = [funded_account(conn, 100) for _ in range(3)]
    updates = "select n_tup_upd from pg_stat_xact_user_tables where relname = 'accounts'"
    with psycopg.connect(fresh_db) as conn:
        results = send(conn, [event(accounts[n % 3], f"k{n}", 1) for n in range(90)])
        assert all(result["error"] is None for result in results)
        assert conn.execute(updates).fetchone() == (3,)


@pytest.mark.parametrize("events", [None, {}, "text", 7, True])
def test_a_batch_is_an_array(db: Connection, events: object) -> None:
    with unchanged(db), refused(db, "22023", "invalid_batch"):
        send(db, events)


def test_a_batch_that_is_null_is_none(db: Connection) -> None:
    with refused(db, "22023", "invalid_batch"):
        call_all(db, "deduct_credits_batch", events=None)


def test_an_empty_batch_has_no_results(db: Connection) -> None:
    with unchanged(db):
        assert send(db, []) == []


def test_a_batch_has_at_most_1000_events(db: Connection) -> None:
    account_id = funded_account(db, 2000)
    sent = [event(account_id, f"k{n}", 1) for n in range(1001)]
    with unchanged(db), refused(db, "22023", "batch_too_large") as detail:
        send(db, sent)
    assert detail == {"limit": 1000}
    assert all(result["error"] is None for result in send(db, sent[:1000]))


def test_nobody_but_the_back_end_may_send_one(db: Connection) -> None:
    account_id = funded_account(db, 10)
    denied = "permission denied for function deduct_credits_batch"
    for caller in (as_anon(db), as_user(db, account_id)):
        with unchanged(db), refused(db, "42501", denied), caller:
            send(db, [event(account_id, "a", 1)])


def test_an_account_that_is_missing_does_not_stop_the_others(db: Connection) -> None:
    account_id = funded_account(db, 10)
    absent = uuid4()
    results = send(db, [event(absent, "a", 1), event(account_id, "b", 1), event(absent, "c", 1)])
    assert [(result["account_id"], result["key"]) for result in results] == [
        (absent, "a"), (account_id, "b"), (absent, "c"),
    ]  # fmt: skip
    assert [r["error"] and (r["error"]["code"], r["error"]["message"]) for r in results] == [
        ("PT404", "account_not_found"), None, ("PT404", "account_not_found"),
    ]  # fmt: skip


def test_a_users_missing_account_is_opened_by_its_event(db: Connection) -> None:
    use_catalog(db)
    db.execute("alter table auth.users disable trigger credits_on_auth_user_change")
    user_id = sign_up(db)
    db.execute("alter table auth.users enable trigger credits_on_auth_user_change")
    assert outcomes(db, event(user_id, "a", 2), event(user_id, "b", 4)) == [
        2, "insufficient_credits",
    ]  # fmt: skip
    assert types(db, user_id) == ["welcome", "usage"]


@given(
    plan=st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from(["a", "b", "c", "d", "e"]),
            st.one_of(st.integers(-1, 9), st.sampled_from([0.000000001, 2.5, "x", 1e14])),
        ),
        max_size=25,
    )
)
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_batch_does_what_its_events_one_by_one_would_do(
    db: Connection, plan: list[tuple[int, str, object]]
) -> None:
    with db.transaction(force_rollback=True):
        found = [play(db, plan, size) for size in (len(plan) or 1, 1)]
        assert found[0] == found[1]
        assert find_violations(db) == []


def play(conn: Connection, plan: list[tuple[int, str, object]], size: int) -> list[object]:
    """Send a plan's events in batches of a size to new accounts; return all that came of them.

    The account of number 3 does not exist.
    """
    accounts: list[UUID] = [funded_account(conn, 4 + number) for number in range(3)]
    for account_id in accounts:
        add(conn, account_id, 3, priority=1, expires_at="2100-01-01")
    accounts.append(uuid4())
    sent = [event(accounts[number], key, amount) for number, key, amount in plan]
    results = [
        (accounts.index(result["account_id"]), *(v for k, v in result.items() if k != "account_id"))
        for start in range(0, len(sent), size)
        for result in send(conn, sent[start : start + size])
    ]
    rows = [
        (row["type"], row["amount"], row["balance_after"], row["grants"], row["key"])
        for account_id in accounts
        for row in history(conn, account_id)
        if row["type"] == "usage"
    ]
    return [results, rows, [remaining(conn, account_id) for account_id in accounts]]


def test_json_is_what_the_caller_sends(db: Connection) -> None:
    account_id = funded_account(db, 10)
    query = "select cost from public.deduct_credits_batch(%s)"
    sent = Jsonb([{"account_id": str(account_id).upper(), "key": "a", "amount": 1.50}])
    assert db.execute(query, [sent]).fetchall() == [(Decimal("1.5"),)]
