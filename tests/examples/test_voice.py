"""The call: minutes are held before they are talked, and charged as they were talked."""

from __future__ import annotations

import json
from uuid import UUID

import psycopg
import pytest

from tests.examples.back_end import BackEnd, open_back_end, until

CALLS = "/api/voice/calls"


def test_a_call_of_four_minutes_and_a_half_costs_that_in_one_charge(back_end: BackEnd) -> None:
    ada = back_end.sign_up(20)
    events = ada.read(CALLS, {"minutes": 4.5})
    assert [data["minute"] for name, data in events if name == "minute"] == [1, 2, 3, 4, 5]
    name, end = events[-1]
    assert (name, end["reason"], end["minutes"], end["cost"]) == ("ended", "hung_up", 4.5, 4.5)
    assert (end["balance"], end["held"], end["available"]) == (15.5, 0, 15.5)
    assert ada.balances == {"balance": 15.5, "held": 0, "available": 15.5}
    assert [(service, float(amount)) for service, amount in ada.charges] == [("voice_call", -4.5)]


def test_a_minute_is_held_before_it_is_talked(back_end: BackEnd) -> None:
    ada = back_end.sign_up(20)
    held = []
    with ada.open(CALLS, {"minutes": 4}) as (_, events):
        for name, data in events:
            if name == "minute":
                held.append((data["minute"], float(ada.balances["held"])))
    assert [minute for minute, _ in held] == [1, 2, 3, 4]
    assert all(minute <= at_hand for minute, at_hand in held), held


def test_a_call_is_cut_when_the_credits_run_out_and_costs_them_all(back_end: BackEnd) -> None:
    ada = back_end.sign_up(3.5)
    events = ada.read(CALLS, {})
    assert [name for name, _ in events].count("low") == 1
    name, end = events[-1]
    assert (name, end["reason"], end["minutes"], end["cost"]) == ("ended", "cut", 3, 3)
    assert ada.balances == {"balance": 0.5, "held": 0, "available": 0.5}


def test_credits_that_are_bought_in_time_let_the_call_go_on(back_end: BackEnd) -> None:
    ada = back_end.sign_up(2)
    with ada.open(CALLS, {"minutes": 3}) as (_, events):
        for name, data in events:
            if (name, data.get("message")) == ("low", "insufficient_credits"):
                back_end.add(ada.id, 10)
    assert (name, data["reason"], data["minutes"]) == ("ended", "hung_up", 3)


def test_who_hangs_up_pays_what_was_talked(fresh_db: str) -> None:
    with open_back_end(fresh_db, minute=3) as back_end:
        ada = back_end.sign_up(20)
        with ada.open(CALLS, {}) as (_, events):
            assert next(events)[0] == "minute"
        until(lambda: ada.holds[-1][0] == "captured")
    assert 0 < -float(ada.charges[0][1]) < 2
    assert ada.balances["held"] == 0


def test_who_cannot_pay_the_first_minutes_is_refused(back_end: BackEnd) -> None:
    ada = back_end.sign_up(1)
    answer = ada.post(CALLS, json={})
    assert (answer.status_code, answer.json()["message"]) == (402, "insufficient_credits")
    assert ada.holds == []


def test_a_call_that_was_paused_in_the_middle_is_charged_for_what_was_talked(
    back_end: BackEnd,
) -> None:
    ada = back_end.sign_up(20)
    with ada.open(CALLS, {}) as (_, events):
        next(events)
        query = "update credits.accounts set status = 'paused' where id = %s"
        execute(back_end, query, ada.id)
        *_, (_, low), (name, end) = (it for it in events if it[0] != "minute")
    execute(back_end, "update credits.accounts set status = 'active' where id = %s", ada.id)
    assert low["message"] == "account_paused"
    assert (name, end["reason"], end["cost"]) == ("ended", "cut", 2)


@pytest.mark.parametrize("minutes", [0, -1, 61, "2", True, None, float("nan")])
def test_a_length_that_no_call_has_is_refused(back_end: BackEnd, minutes: object) -> None:
    ada = back_end.sign_up(20)
    answer = ada.post(
        CALLS,
        content=f'{{"minutes": {json.dumps(minutes)}}}',
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["message"]) == (400, "invalid_minutes")
    assert ada.holds == []


def execute(back_end: BackEnd, query: str, account_id: UUID) -> None:
    with psycopg.connect(back_end.dsn) as conn:
        conn.execute(query.encode(), [account_id])
