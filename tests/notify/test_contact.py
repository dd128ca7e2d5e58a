"""``contact_credit_sales``: anybody may write to sales, but not too often, and not too much."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
import pytest

from tests.concurrency.load import run_at_once
from tests.notify.notifying import notices
from tests.support import Connection, as_anon, as_caller, as_service, as_user, sign_up
from tests.wallets import Row, call, refused

OK = {"ok": True, "message": None}
LIMITED = {"ok": False, "message": "rate_limited"}


def contact(
    conn: Connection,
    email: str | None = "eve@example.com",
    forwarded: str | None = None,
    message: str | None = "Hello",
    caller: Callable[[Connection], Any] = as_anon,
    **more: Any,
) -> Row:
    """Write to sales, as nobody by default, by way of these hops; return ok and message."""
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    with caller(conn):
        conn.execute("select set_config('request.headers', %s, true)", [json.dumps(headers)])
        row = call(conn, "contact_credit_sales", email=email, message=message, **more)
    return {name: row[name] for name in OK}


def test_the_operators_are_told(db: Connection) -> None:
    assert contact(db, " Eve@Example.com ", name="Eve", company="Acme") == OK
    assert contact(db, message="a" * 5000) == OK
    first, second = notices(db, "contact")
    assert first == {
        "email": "eve@example.com", "message": "Hello", "name": "Eve", "company": "Acme",
    }  # fmt: skip
    assert (second["name"], second["company"]) == (None, None)


def test_users_and_the_back_end_may_write_too(db: Connection) -> None:
    for caller in (as_user(db, sign_up(db)), as_service(db)):
        with caller:
            answer = call(db, "contact_credit_sales", email="a@example.com", message="Hi")
            assert answer["ok"]


@pytest.mark.parametrize(
    ("arguments", "token"),
    [
        ({"email": "eve"}, "invalid_email"),
        ({"email": None}, "invalid_email"),
        ({"email": "eve@example.com\r\nBcc: x@example.com"}, "invalid_email"),
        ({"email": "e" * 310 + "@example.com"}, "invalid_email"),
        ({"message": None}, "message_required"),
        ({"message": " \r\n\t"}, "message_required"),
        ({"message": "a" * 5001}, "message_too_long"),
        ({"name": "a" * 201}, "invalid_name"),
        ({"company": "a" * 201}, "invalid_name"),
        ({"name": "a\nb"}, "invalid_name"),
        ({"company": "a\r"}, "invalid_name"),
    ],
)
def test_bad_input_is_refused_and_not_counted(
    db: Connection, arguments: dict[str, Any], token: str
) -> None:
    for _ in range(6):
        with refused(db, "22023", token):
            contact(db, **arguments)
    assert notices(db, "contact") == []
    assert contact(db) == OK


def test_an_address_writes_three_times_an_hour(db: Connection) -> None:
    answers = [contact(db, email, f"10.0.0.{n}") for n, email in enumerate(
        ["eve@example.com", "EVE@example.com", " eve@example.com", "eve@example.com"]
    )]  # fmt: skip
    assert answers == [OK, OK, OK, LIMITED]
    assert len(notices(db, "contact")) == 3
    assert contact(db, "other@example.com", "10.0.0.9") == OK


def test_a_network_address_writes_five_times_an_hour_whatever_it_claims(db: Connection) -> None:
    """What stands before the last hop comes from the client."""
    hops = ["10.0.0.1", "6.6.6.1, 10.0.0.1", "6.6.6.2,10.0.0.1", "6.6.6.3 , 1.1.1.1,  10.0.0.1 "]
    answers = [contact(db, f"{n}@example.com", forwarded) for n, forwarded in enumerate(hops * 2)]
    assert answers == [OK] * 5 + [LIMITED] * 3
    assert contact(db, "a@example.com", "10.0.0.1, 10.0.0.2") == OK
    assert contact(db, "b@example.com", "10.0.0.2, 10.0.0.1") == LIMITED


def test_where_no_network_is_known_none_is_counted(db: Connection) -> None:
    """As for a direct connection, or where no proxy writes the header."""
    for n in range(8):
        assert contact(db, f"{n}@example.com") == OK
    assert contact(db, "8@example.com", "10.0.0.1") == OK
    eve = [contact(db) for _ in range(4)]
    assert eve == [OK, OK, OK, LIMITED], "an e-mail address counts all the same"


@pytest.mark.parametrize("forwarded", [None, "10.0.0.1"])
def test_the_back_end_writes_for_many_from_one_network(
    db: Connection, forwarded: str | None
) -> None:
    """The network is its own; the address is the writer's."""
    emails = [f"{n}@example.com" for n in range(8)]
    assert [contact(db, it, forwarded, caller=as_service) for it in emails] == [OK] * 8
    assert contact(db, "9@example.com", forwarded) == OK, "nor does it count for others"
    eve = [contact(db, forwarded=forwarded, caller=as_service) for _ in range(4)]
    assert eve == [OK, OK, OK, LIMITED]


def test_a_hundred_an_hour_are_all(db: Connection) -> None:
    for number in range(100):
        assert contact(db, f"{number}@example.com", f"10.0.0.{number}") == OK
    assert contact(db, "last@example.com", "10.0.1.1") == LIMITED
    assert len(notices(db, "contact")) == 100


def test_after_an_hour_there_is_room_again(db: Connection) -> None:
    for _ in range(4):
        contact(db)
    db.execute("update credits.contacts set created_at = created_at - interval '59 minutes'")
    assert contact(db) == LIMITED
    db.execute("update credits.contacts set created_at = created_at - interval '1 minute'")
    assert contact(db) == OK


def test_many_at_once_are_not_more(fresh_db: str) -> None:
    def write(conn: Connection, number: int) -> bool:
        with conn.transaction(), as_caller(conn, "anon", None):
            headers = json.dumps({"x-forwarded-for": f"10.0.0.{number}"})
            conn.execute("select set_config('request.headers', %s, true)", [headers])
            query = "select ok from public.contact_credit_sales('eve@example.com', 'Hi')"
            return conn.execute(query).fetchone() == (True,)

    outcomes = run_at_once(fresh_db, [partial(write, number=number) for number in range(16)])
    assert outcomes.count(True) == 3
    with psycopg.connect(fresh_db) as conn:
        assert len(notices(conn, "contact")) == 3


def test_no_network_address_is_kept(db: Connection) -> None:
    contact(db, forwarded="203.0.113.77")
    ((row,),) = db.execute("select t::text from credits.contacts as t").fetchall()
    assert "203.0.113.77" not in row
    assert b"203.0.113.77".hex() not in row
